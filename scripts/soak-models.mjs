// One process that makes models, trains them a little, predicts with them and drops them:
//   node scripts/soak-models.mjs MODELS SECONDS
// It goes on until it has made so many and so much time has passed, and prints what it weighs, a tenth at a time.
// Exit code 1 when it has grown.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  activations,
  adam,
  batchNorm,
  compile,
  conv,
  crossEntropy,
  dense,
  fit,
  gru,
  lbfgs,
  linear,
  maxPool,
  minimize,
  mlp,
  predictor,
  problems,
  sequential,
  sgd,
  squared,
  zeros,
} from '@downslope/core';

const [models = 10_000, seconds = 600] = process.argv.slice(2).map(Number);

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));

/** @param {readonly number[]} shape @param {number} seed */
function numbers(shape, seed) {
  const made = zeros(shape, 'float32');
  for (let i = 0; i < made.data.length; i++) made.data[i] = Math.sin((i + 1) ** 2 + seed);
  return made;
}

/** @param {number} rows @param {number} classes */
const labels = (rows, classes) => Int32Array.from({ length: rows }, (_, i) => i % classes);

/** Kinds of models by turns, and of sizes that change, so that no program is like the last. @type {((n: number) => Promise<unknown>)[]} */
const kinds = [
  async (n) => {
    const width = 8 + (n % 57);
    const model = mlp({ inputs: 10, hidden: [width, width], outputs: 3, dropout: 0.1 });
    const train = { x: numbers([100, 10], n), y: labels(100, 3) };
    const run = fit(model, { train, validation: train, loss: crossEntropy, optimizer: adam(), epochs: 2 });
    for await (const event of run) if (event.kind === 'epoch') break;
    const { params } = await run.result;
    return predictor(model, params)(train.x);
  },
  async (n) => {
    const inputs = 2 + (n % 91);
    const train = { x: numbers([200, inputs], n), y: numbers([200, 1], n + 1) };
    const model = linear({ inputs, outputs: 1 });
    const optimizer = sgd({ lr: 0.01, momentum: 0.9 });
    const { params } = await fit(model, { train, loss: squared, optimizer, batchSize: 'full', epochs: 20 })
      .result;
    return predictor(model, params)(train.x);
  },
  async (n) => {
    const channels = 1 + (n % 7);
    const model = sequential(
      conv({ inputs: 1, outputs: channels, kernel: [3, 3], padding: 'same', bias: false }),
      batchNorm({ channels }),
      activations.relu,
      (x) => maxPool(x, 2).flatten(1),
      dense({ inputs: channels * 16, outputs: 4 }),
    );
    const train = { x: numbers([40, 1, 8, 8], n), y: labels(40, 4) };
    return fit(model, { train, loss: crossEntropy, optimizer: adam(), epochs: 1 }).result;
  },
  async (n) => {
    const model = sequential(
      gru({ inputs: 1, hidden: 4 + (n % 13) }),
      dense({ inputs: 4 + (n % 13), outputs: 1 }),
    );
    const train = { x: numbers([32, 9, 1], n), y: numbers([32, 1], n) };
    return fit(model, { train, loss: squared, optimizer: adam(), epochs: 1 }).result;
  },
  async (n) => minimize(problems.rosenbrock.f, [n % 3, 1 + (n % 5)], { method: lbfgs() }),
  async (n) =>
    compile((/** @type {import('@downslope/core').Tensor} */ x) => x.mul(n).sin().sum().add(x.softmax()))(
      numbers([17, 1 + (n % 40)], n),
    ),
];

/** Small ones more often: it is their number that counts. */
const ORDER = [0, 5, 4, 1, 5, 2, 4, 5, 1, 3, 4, 5];

/**
 * Megabytes: the least and the most that the process took during a tenth (between them lies what nobody has collected yet), then
 * the heap and its buffers when all garbage is gone.
 */
const megabytes = (/** @type {number} */ bytes) => bytes / 2 ** 20;
/** @type {{ least: number, most: number, heap: number, external: number }[]} */
const tenths = [];
const start = performance.now();
let made = 0;
for (let tenth = 1; tenth <= 10; tenth++) {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  while (made < (models * tenth) / 10 || performance.now() - start < (seconds * 1000 * tenth) / 10) {
    await kinds[ORDER[made % ORDER.length] ?? 0]?.(made);
    made++;
    // Left to itself: only between tenths is garbage collected on purpose.
    const now = megabytes(process.memoryUsage.rss());
    least = Math.min(least, now);
    most = Math.max(most, now);
  }
  collect();
  await new Promise((resolve) => setTimeout(resolve, 50));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  const weight = { least, most, heap: megabytes(heapUsed), external: megabytes(external) };
  tenths.push(weight);
  const shown = Object.entries(weight).map(([name, value]) => `${name} ${value.toFixed(1)} MB`);
  const time = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${String(made).padStart(6)} models, ${time.padStart(4)} s: ${shown.join(', ')}`);
}

/** The mean of some tenths. @param {'least' | 'most' | 'heap' | 'external'} what @param {number} from @param {number} to */
const mean = (what, from, to) =>
  tenths.slice(from, to).reduce((sum, tenth) => sum + tenth[what], 0) / (to - from);
// The first tenths warm up: code is optimised, pools fill.
const growth = /** @type {const} */ (['least', 'heap', 'external']).map((what) => ({
  what,
  by: mean(what, 7, 10) - mean(what, 3, 6),
  allowed: what === 'least' ? 0.1 * mean(what, 3, 6) : 2,
}));
for (const { what, by, allowed } of growth)
  console.log(
    `${what}: ${by >= 0 ? '+' : ''}${by.toFixed(1)} MB from tenths 4–6 to 8–10 (allowed: +${allowed.toFixed(1)} MB)`,
  );
process.exitCode = growth.some(({ by, allowed }) => by > allowed) ? 1 : 0;
