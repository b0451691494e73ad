// jax-js on its WebAssembly backend (one thread in Node): the whole step under jit. Its optimizers are not on npm, so
// they are written out here.
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import * as data from '../dist/data.js';
import { answer, meanSize, measure, readAssignment } from '../dist/measure.js';
import { array, cnn, crossEntropy, dense, gpt } from './networks-jax-js.mjs';
import { versionOf } from './version.mjs';

const assignment = readAssignment();
const { task } = assignment;
await init('wasm');
defaultDevice('wasm');

const matrix = (values, ...shape) => np.array(values).reshape(shape);

/**
 * A number in float64; plain ones are rounded to float32 on their way. (np.array would look at Float16Array, which Node 20
 * lacks.)
 */
const double = (value) => np.full([], value, { dtype: 'float64' });

const problems = {
  rosenbrock: () => ({
    start: data.ROSENBROCK_START.map((value) => () => double(value)),
    inputs: [],
    loss: ([x, y]) => np.square(double(1).sub(x.ref)).add(np.square(y.sub(np.square(x))).mul(double(100))),
    optimizer: adam,
  }),
  logistic() {
    const { x, y } = data.logisticData(task);
    return {
      start: [() => np.zeros([task.features]), () => np.zeros([1])],
      inputs: [matrix(x, task.rows, task.features), np.array(y)],
      loss([w, b], x, y) {
        const z = np.matmul(x, w).add(b);
        return np.mean(nn.softplus(z.ref).sub(z.mul(y)));
      },
      optimizer: sgd,
    };
  },
  mlp() {
    const { x, y } = data.mlpData(task);
    const classes = task.widths.at(-1);
    return {
      start: data
        .mlpWeights(task)
        .flatMap((w, i) => [
          () => array(w, task.widths[i], task.widths[i + 1]),
          () => np.zeros([task.widths[i + 1]]),
        ]),
      inputs: [matrix(x, task.rows, task.widths[0]), np.array(y)],
      loss(params, x, y) {
        let h = x;
        for (let i = 0; i < params.length; i += 2) {
          h = dense(h, params.slice(i, i + 2));
          if (i + 2 < params.length) h = nn.relu(h);
        }
        if (task.loss === 'squared') return np.mean(np.square(h.reshape([-1]).sub(y)));
        return crossEntropy(h, y, classes);
      },
      optimizer: adam,
    };
  },
  factors() {
    const { user, item, rating } = data.factorData(task);
    const [u, v] = data.factorTables(task);
    return {
      start: [() => array(u, task.users, task.rank), () => array(v, task.items, task.rank)],
      inputs: [np.array(user), np.array(item), np.array(rating)],
      loss: ([u, v], user, item, rating) =>
        np.mean(
          np.square(
            np
              .take(u, user, 0)
              .mul(np.take(v, item, 0))
              .sum(1)
              .sub(rating),
          ),
        ),
      optimizer: sgd,
    };
  },
  cnn: () => ({ ...cnn(task), optimizer: momentum }),
  gpt: () => ({ ...gpt(task), optimizer: (params, grads, state) => adam(params, clipped(grads), state) }),
};

function sgd(params, grads) {
  return [params.map((p, i) => p.sub(grads[i].mul(task.lr))), []];
}

/** State: the running sums of gradients. */
function momentum(params, grads, state) {
  const sums = grads.map((g, i) => state[i].mul(task.momentum).add(g));
  return [params.map((p, i) => p.sub(sums[i].ref.mul(task.lr))), sums];
}

/** All gradients times one number that makes them `task.clip` long together, if they are longer. */
function clipped(grads) {
  const squares = grads.map((g) => np.square(g.ref).sum()).reduce((sum, square) => sum.add(square));
  const factor = np.minimum(np.divide(task.clip, np.sqrt(squares)), 1);
  const shorter = grads.map((g) => g.mul(factor.ref));
  factor.dispose();
  return shorter;
}

/** State: the averages of gradients, of squares, and the running powers of β₁ and β₂. */
function adam(params, grads, state) {
  const n = params.length;
  const decay = task.weightDecay ?? (task.optimizer === 'adamW' ? 0.01 : 0);
  const number = task.kind === 'rosenbrock' ? double : (value) => value;
  const powers = [state[2 * n].mul(number(0.9)), state[2 * n + 1].mul(number(0.999))];
  const corrections = powers.map((power) => np.subtract(number(1), power.ref));
  const next = [[], [], []];
  params.forEach((p, i) => {
    const m = state[i].mul(number(0.9)).add(grads[i].ref.mul(number(0.1)));
    const v = state[n + i].mul(number(0.999)).add(np.square(grads[i]).mul(number(0.001)));
    const step = m.ref.div(corrections[0].ref).div(np.sqrt(v.ref.div(corrections[1].ref)).add(number(1e-8)));
    next[0].push(
      decay === 0 ? p.sub(step.mul(number(task.lr))) : p.ref.sub(step.add(p.mul(decay)).mul(task.lr)),
    );
    next[1].push(m);
    next[2].push(v);
  });
  for (const correction of corrections) correction.dispose();
  return [next[0], [...next[1], ...next[2], ...powers]];
}

function stateOf(optimizer, params) {
  const zeros = () => params.map((p) => np.zeros(p.shape, { dtype: p.dtype }));
  const one = () => np.full([], 1, { dtype: params[0].dtype });
  if (optimizer === sgd) return [];
  return optimizer === momentum ? zeros() : [...zeros(), ...zeros(), one(), one()];
}

function training({ start, inputs, loss, optimizer }) {
  const { rows, batch } = task;
  const full = batch === rows;
  const order = full ? [] : data.order(task);
  const indices = Array.from({ length: order.length / batch }, (_, i) =>
    np.array(order.slice(i * batch, (i + 1) * batch)),
  );
  const step = jit((params, state, inputs, index) => {
    const taken = full
      ? inputs
      : inputs.map((input, i) => np.take(input, i + 1 < inputs.length ? index.ref : index, 0));
    const [value, grads] = valueAndGrad((params) => loss(params, ...taken))(params.map((p) => p.ref));
    return [...optimizer(params, grads, state), value];
  });
  let [params, state, value, last, taken] = [[], [], undefined, 0, 0];
  const reset = () => {
    for (const array of [...params, ...state]) array.dispose();
    params = start.map((make) => make());
    state = stateOf(optimizer, params);
    taken = 0;
  };
  const run = (steps) => {
    for (let i = 0; i < steps; i++) {
      const index = full ? np.zeros([1]) : indices[taken % indices.length].ref;
      [params, state, value] = step(
        params,
        state,
        inputs.map((input) => input.ref),
        index,
      );
      // Work that is put off is looked through again and again: reading the loss has it done.
      last = value.dataSync()[0];
      taken++;
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
  const [values, gradient] = data.updateData(task);
  const g = np.array(gradient);
  const step = jit((params, grads, state) => adam(params, grads, state));
  let [params, state] = [[], []];
  const reset = () => {
    for (const array of [...params, ...state]) array.dispose();
    params = [np.array(values.slice())];
    state = stateOf(adam, params);
  };
  const run = (calls) => {
    for (let i = 0; i < calls; i++) [params, state] = step(params, [g.ref], state);
    for (const power of state.slice(2)) power.ref.dataSync();
  };
  const loss = (steps) => {
    reset();
    run(steps);
    return meanSize(params[0].ref.dataSync());
  };
  return { form: '', steps: 1, reset, run, loss };
}

function product() {
  const [a, b] = data.productData(task).map((values) => matrix(values, task.size, task.size));
  const multiply = jit((a, b) => np.matmul(a, b));
  let values;
  // Arrays that nobody reads are not computed.
  const run = (calls) => {
    for (let i = 0; i < calls; i++) values = multiply(a.ref, b.ref).dataSync();
  };
  const loss = () => {
    run(1);
    return meanSize(values);
  };
  return { form: '', steps: 1, reset() {}, run, loss };
}

const runner = { update, product }[task.kind]?.() ?? training(problems[task.kind]());
if (assignment.timed === 'process') {
  runner.reset();
  runner.run(1);
  process.exit(0);
} else
  answer({ versions: { 'jax-js': versionOf('@jax-js/jax') }, figures: [await measure(runner, assignment)] });
