// TensorFlow.js on its WebAssembly backend, one thread; its own optimizers and losses, AdamW made of its Adam.
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as data from '../dist/data.js';
import { answer, meanSize, measure, readAssignment } from '../dist/measure.js';
import { cnn, crossEntropy, dense, gpt, rowsOf } from './networks-tfjs.mjs';
import { versionOf } from './version.mjs';

const assignment = readAssignment();
const { task } = assignment;
setWasmPaths(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).pathname);
setThreadsCount(1);
await tf.setBackend('wasm');

const problems = {
  logistic() {
    const { x, y } = data.logisticData(task);
    return {
      start: [tf.zeros([task.features, 1]), tf.zeros([1])],
      inputs: [tf.tensor2d(x, [task.rows, task.features]), tf.tensor2d(y, [task.rows, 1])],
      loss: ([w, b], x, y) => tf.losses.sigmoidCrossEntropy(y, tf.add(tf.matMul(x, w), b)),
      optimizer: () => tf.train.sgd(task.lr),
    };
  },
  mlp() {
    const { x, y } = data.mlpData(task);
    const classes = task.widths.at(-1);
    return {
      start: data
        .mlpWeights(task)
        .flatMap((w, i) => [
          tf.tensor2d(w, [task.widths[i], task.widths[i + 1]]),
          tf.zeros([task.widths[i + 1]]),
        ]),
      inputs: [
        tf.tensor2d(x, [task.rows, task.widths[0]]),
        task.loss === 'squared' ? tf.tensor1d(y) : tf.tensor1d(y, 'int32'),
      ],
      loss(params, x, y) {
        let h = x;
        for (let i = 0; i < params.length; i += 2) {
          h = dense(h, params.slice(i, i + 2));
          if (i + 2 < params.length) h = tf.relu(h);
        }
        if (task.loss === 'squared') return tf.losses.meanSquaredError(y, h.reshape([-1]));
        return crossEntropy(h, y, classes);
      },
      optimizer: task.optimizer === 'adamW' ? () => adamW(0.01) : adam,
    };
  },
  factors() {
    const { user, item, rating } = data.factorData(task);
    const [u, v] = data.factorTables(task);
    return {
      start: [tf.tensor2d(u, [task.users, task.rank]), tf.tensor2d(v, [task.items, task.rank])],
      inputs: [tf.tensor1d(user, 'int32'), tf.tensor1d(item, 'int32'), tf.tensor1d(rating)],
      loss: ([u, v], user, item, rating) =>
        tf.mean(tf.square(tf.sub(tf.sum(tf.mul(rowsOf(u, user), rowsOf(v, item)), 1), rating))),
      optimizer: () => tf.train.sgd(task.lr),
    };
  },
  cnn: () => ({ ...cnn(task), optimizer: () => tf.train.momentum(task.lr, task.momentum) }),
  gpt: () => ({ ...gpt(task), optimizer: () => adamW(task.weightDecay, task.clip) }),
};

const adam = () => tf.train.adam(task.lr, 0.9, 0.999, 1e-8);

/** Parameters are shrunk before Adam's step; gradients are shortened before both, if all together are longer than `clip`. */
function adamW(decay, clip = Infinity) {
  const rule = adam();
  const minimize = (loss, _, params) => {
    const { value, grads } = tf.variableGrads(loss, params);
    for (const param of params) param.assign(tf.mul(param, 1 - task.lr * decay));
    rule.applyGradients(clip === Infinity ? grads : clipped(grads, clip));
    return value;
  };
  return { minimize, dispose: () => rule.dispose() };
}

function clipped(grads, longest) {
  const squares = Object.values(grads).map((g) => tf.sum(tf.square(g)));
  const factor = tf.minimum(tf.div(longest, tf.sqrt(tf.addN(squares))), 1);
  return Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, tf.mul(g, factor)]));
}

function training({ start, inputs, loss, optimizer }) {
  const { rows, batch } = task;
  const full = batch === rows;
  const order = full ? [] : data.order(task);
  const indices = Array.from({ length: order.length / batch }, (_, i) =>
    tf.tensor1d(order.slice(i * batch, (i + 1) * batch), 'int32'),
  );
  const params = start.map((value) => tf.variable(value));
  let [rule, last, taken] = [undefined, 0, 0];
  const reset = () => {
    params.forEach((param, i) => {
      param.assign(start[i]);
    });
    rule?.dispose();
    rule = optimizer();
    taken = 0;
  };
  const run = (steps) => {
    for (let i = 0; i < steps; i++) {
      const index = indices[taken++ % indices.length];
      const value = tf.tidy(() => {
        const batch = full ? inputs : inputs.map((input) => tf.gather(input, index));
        return rule.minimize(() => loss(params, ...batch), true, params);
      });
      if (i + 1 === steps) last = value.dataSync()[0];
      value.dispose();
    }
  };
  const lossOf = (number) => {
    reset();
    run(number);
    return last;
  };
  return { form: '', steps: 1, reset, run, loss: lossOf };
}

function update() {
  const [values, gradient] = data.updateData(task).map((values) => tf.tensor1d(values));
  const p = tf.variable(values, true, 'p');
  let rule;
  const reset = () => {
    p.assign(values);
    rule?.dispose();
    rule = adam();
  };
  const run = (calls) => {
    for (let i = 0; i < calls; i++) rule.applyGradients({ p: gradient });
  };
  const loss = (steps) => {
    reset();
    run(steps);
    return meanSize(p.dataSync());
  };
  return { form: '', steps: 1, reset, run, loss };
}

function product() {
  const [a, b] = data.productData(task).map((values) => tf.tensor2d(values, [task.size, task.size]));
  const multiply = () => tf.matMul(a, b);
  const run = (calls) => {
    for (let i = 0; i < calls; i++) multiply().dispose();
  };
  const loss = () => meanSize(multiply().dataSync());
  return { form: '', steps: 1, reset() {}, run, loss };
}

if (task.kind === 'rosenbrock') answer({ absent: 'it has no float64' });
else {
  const runner = { update, product }[task.kind]?.() ?? training(problems[task.kind]());
  if (assignment.timed === 'process') {
    runner.reset();
    runner.run(1);
    process.exit(0);
  }
  answer({
    versions: { 'TensorFlow.js WASM': versionOf('@tensorflow/tfjs-backend-wasm') },
    figures: [await measure(runner, assignment)],
  });
}
