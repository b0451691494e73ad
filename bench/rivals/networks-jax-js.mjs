// The larger networks in jax-js: parameters, rows and loss. A function uses up the arrays it gets; .ref keeps one for later.
import { lax, nn, numpy as np } from '@jax-js/jax';
import * as data from '../dist/data.js';

export const array = (values, ...shape) => np.array(values.slice()).reshape(shape);
export const dense = (h, [w, b]) => np.matmul(h, w).add(b);
export const crossEntropy = (logits, y, classes) =>
  np.mean(nn.logSoftmax(logits).mul(nn.oneHot(y, classes)).sum(1)).mul(-1);

export function cnn(task) {
  const { x, y } = data.imageData(task);
  const [first, second] = task.channels;
  const shapes = [
    [first, 1, 3, 3],
    [second, first, 3, 3],
    [49 * second, 10],
  ];
  const layer = (h, [w, b]) => {
    const z = lax.convGeneralDilated(h, w, [1, 1], 'SAME').add(b.reshape([-1, 1, 1]));
    return lax.reduceWindow(nn.relu(z), np.max, [2, 2], [2, 2]);
  };
  return {
    start: data
      .imageWeights(task)
      .flatMap((w, i) => [() => array(w, ...shapes[i]), () => np.zeros([[first, second, 10][i]])]),
    inputs: [array(x, task.rows, 1, 28, 28), np.array(y)],
    loss(p, x, y) {
      const h = layer(layer(x, p.slice(0, 2)), p.slice(2, 4)).reshape([-1, 49 * second]);
      return crossEntropy(dense(h, p.slice(4)), y, 10);
    },
  };
}

/**
 * Queries, keys and values in one product. Attention is written out: nn.dotProductAttention reads its einsum by
 * Iterator.prototype.map, which Node 20 lacks.
 */
export function gpt(task) {
  const { rows, layers, heads, width, context, vocabulary } = task;
  const { x, y } = data.textData(task);
  const [token, position, ...matrices] = data.textWeights(task);
  const norm = (h, [scale, shift]) => nn.standardize(h).mul(scale).add(shift);
  const attention = (h, qkv, out) => {
    const [q, k, v] = np
      .split(dense(h, qkv), 3, -1)
      .map((part) => part.reshape([-1, context, heads, width / heads]).transpose([0, 2, 1, 3]));
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(Math.sqrt(heads / width));
    const causal = np.where(np.tri(context, context, 0, { dtype: 'bool' }), scores, -Infinity);
    const seen = np.matmul(nn.softmax(causal), v).transpose([0, 2, 1, 3]);
    return dense(seen.reshape([-1, context, width]), out);
  };
  const block = (h, p) => {
    const pair = (i) => p.slice(2 * i, 2 * i + 2);
    const a = h.ref.add(attention(norm(h, pair(0)), pair(1), pair(2)));
    return a.ref.add(dense(nn.gelu(dense(norm(a, pair(3)), pair(4)), { approximate: false }), pair(5)));
  };
  const ones = [() => np.ones([width]), () => np.zeros([width])];
  const layer = (inputs, ...columns) => [
    () =>
      np.concatenate(
        columns.map((w) => array(w, inputs, w.length / inputs)),
        1,
      ),
    () => np.zeros([columns.reduce((sum, w) => sum + w.length / inputs, 0)]),
  ];
  const blocks = Array.from({ length: layers }, (_, i) => {
    const [q, k, v, out, inner, outer] = matrices.slice(6 * i, 6 * i + 6);
    return [
      ...[...ones, ...layer(width, q, k, v), ...layer(width, out)],
      ...[...ones, ...layer(width, inner), ...layer(4 * width, outer)],
    ];
  });
  return {
    start: [
      () => array(token, vocabulary, width),
      () => array(position, context, width),
      ...blocks.flat(),
      ...ones,
      ...layer(width, matrices.at(-1)),
    ],
    inputs: [array(x, rows, context), array(y, rows, context)],
    loss(p, x, y) {
      let h = np.take(p[0], x, 0).add(p[1]);
      for (let i = 0; i < layers; i++) h = block(h, p.slice(2 + 12 * i, 14 + 12 * i));
      const logits = dense(norm(h, p.slice(-4, -2)), p.slice(-2));
      return crossEntropy(logits.reshape([-1, vocabulary]), y.reshape([-1]), vocabulary);
    },
  };
}
