// The larger networks in TensorFlow.js: parameters, rows and loss. Its WebAssembly backend lacks kernels that gradients of the
// plain operations need; what they are made of here it has.
import * as tf from '@tensorflow/tfjs';
import * as data from '../dist/data.js';

/** Rows of a table by a product: tf.gather has no gradient here (UnsortedSegmentSum). */
export const rowsOf = (table, rows) => tf.matMul(tf.oneHot(rows, table.shape[0]).toFloat(), table);
export const dense = (h, [w, b]) => tf.add(tf.matMul(h, w), b);
export const crossEntropy = (logits, y, classes) =>
  tf.losses.softmaxCrossEntropy(tf.oneHot(y, classes), logits);

/** Convolutions in three dimensions, of which one is 1: tf.conv2d has no gradient for its windows (Conv2DBackpropFilter). */
export function cnn(task) {
  const { x, y } = data.imageData(task);
  const [first, second] = task.channels;
  const [w0, w1, w2] = data.imageWeights(task);
  const window = (w, outputs, inputs) =>
    tf.tensor4d(w, [outputs, inputs, 3, 3]).transpose([2, 3, 1, 0]).expandDims(0);
  const layer = (h, [w, b]) => {
    const z = tf.conv3d(h.expandDims(1), w, 1, 'same').squeeze([1]);
    return tf.maxPool(tf.relu(tf.add(z, b)), 2, 2, 'valid');
  };
  return {
    start: [
      ...[window(w0, first, 1), tf.zeros([first])],
      ...[window(w1, second, first), tf.zeros([second])],
      ...[tf.tensor2d(w2, [49 * second, 10]), tf.zeros([10])],
    ],
    inputs: [tf.tensor4d(x, [task.rows, 28, 28, 1]), tf.tensor1d(y, 'int32')],
    loss(p, x, y) {
      const h = layer(layer(x, p.slice(0, 2)), p.slice(2, 4)).transpose([0, 3, 1, 2]);
      return crossEntropy(dense(h.reshape([-1, 49 * second]), p.slice(4)), y, 10);
    },
  };
}

/** Queries, keys and values in one product. Places of all rows are rows of one matrix. */
export function gpt(task) {
  const { rows, batch, layers, heads, width, context, vocabulary } = task;
  const { x, y } = data.textData(task);
  const [token, position, ...matrices] = data.textWeights(task);
  const causal = tf.tensor2d(
    Float32Array.from({ length: context ** 2 }, (_, i) =>
      i % context > Math.floor(i / context) ? -Infinity : 0,
    ),
    [context, context],
  );
  const norm = (h, [scale, shift]) => {
    const centred = tf.sub(h, tf.mean(h, -1, true));
    const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5));
    return tf.add(tf.mul(tf.div(centred, deviation), scale), shift);
  };
  const gelu = (h) => tf.mul(tf.mul(h, 0.5), tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1));
  const attention = (h, qkv, out) => {
    const [q, k, v] = tf
      .split(dense(h, qkv), 3, 1)
      .map((part) => part.reshape([batch, context, heads, width / heads]).transpose([0, 2, 1, 3]));
    const scores = tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / width));
    const seen = tf.matMul(tf.softmax(tf.add(scores, causal)), v).transpose([0, 2, 1, 3]);
    return dense(seen.reshape([batch * context, width]), out);
  };
  const block = (h, p) => {
    const pair = (i) => p.slice(2 * i, 2 * i + 2);
    const a = tf.add(h, attention(norm(h, pair(0)), pair(1), pair(2)));
    return tf.add(a, dense(gelu(dense(norm(a, pair(3)), pair(4))), pair(5)));
  };
  const ones = () => [tf.ones([width]), tf.zeros([width])];
  const layer = (inputs, ...columns) => {
    const parts = columns.map((w) => tf.tensor2d(w, [inputs, w.length / inputs]));
    const w = parts.length > 1 ? tf.concat(parts, 1) : parts[0];
    return [w, tf.zeros([w.shape[1]])];
  };
  const blocks = Array.from({ length: layers }, (_, i) => {
    const [q, k, v, out, inner, outer] = matrices.slice(6 * i, 6 * i + 6);
    return [
      ...[...ones(), ...layer(width, q, k, v), ...layer(width, out)],
      ...[...ones(), ...layer(width, inner), ...layer(4 * width, outer)],
    ];
  });
  return {
    start: [
      tf.tensor2d(token, [vocabulary, width]),
      tf.tensor2d(position, [context, width]),
      ...blocks.flat(),
      ...ones(),
      ...layer(width, matrices.at(-1)),
    ],
    inputs: [tf.tensor2d(x, [rows, context], 'int32'), tf.tensor2d(y, [rows, context], 'int32')],
    loss(p, x, y) {
      const embedded = rowsOf(p[0], x.reshape([-1])).reshape([batch, context, width]);
      let h = tf.add(embedded, p[1]).reshape([-1, width]);
      for (let i = 0; i < layers; i++) h = block(h, p.slice(2 + 12 * i, 14 + 12 * i));
      return crossEntropy(dense(norm(h, p.slice(-4, -2)), p.slice(-2)), y.reshape([-1]), vocabulary);
    },
  };
}
