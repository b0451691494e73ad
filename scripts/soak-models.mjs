// One process that makes models, trains them a little, predicts with them and drops them, with @downslope/core and with
// downslope by turns:
//   node scripts/soak-models.mjs MODELS SECONDS
// It goes on until it has made so many and so much time has passed, and prints what it weighs, a tenth at a time.
// Exit code 1 when it has grown. In the end it says what downslope ran on; DOWNSLOPE_NATIVE=off makes that the machine's BLAS.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as core from '@downslope/core';
import {
  activations,
  adam,
  adamW,
  batchNorm,
  conv,
  crossEntropy,
  dense,
  gpt,
  gru,
  lbfgs,
  linear,
  maxPool,
  mlp,
  problems,
  sequential,
  sgd,
  squared,
  zeros,
} from '@downslope/core';
import * as downslope from 'downslope';
import { temporaryFolder } from './run.mjs';

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

/** @typedef {Pick<typeof core, 'compile' | 'compileStep' | 'fit' | 'minimize' | 'predictor'>} Package */
/** @type {readonly Package[]} */
const packages = [core, downslope];
const folder = join(temporaryFolder(), 'checkpoints');
/** What runs with checkpoints said that they ran on. @type {Set<string>} */
const ranOn = new Set();

/** Kinds of models by turns, and of sizes that change, so that no program is like the last. @type {((n: number, by: Package) => Promise<unknown>)[]} */
const kinds = [
  async (n, { fit, predictor }) => {
    const width = 8 + (n % 57);
    const model = mlp({ inputs: 10, hidden: [width, width], outputs: 3, dropout: 0.1 });
    const train = { x: numbers([100, 10], n), y: labels(100, 3) };
    const run = fit(model, { train, validation: train, loss: crossEntropy, optimizer: adam(), epochs: 2 });
    for await (const event of run) if (event.kind === 'epoch') break;
    const { params } = await run.result;
    return predictor(model, params)(train.x);
  },
  async (n, { fit, predictor }) => {
    const inputs = 2 + (n % 91);
    const train = { x: numbers([200, inputs], n), y: numbers([200, 1], n + 1) };
    const model = linear({ inputs, outputs: 1 });
    const optimizer = sgd({ lr: 0.01, momentum: 0.9 });
    const { params } = await fit(model, { train, loss: squared, optimizer, batchSize: 'full', epochs: 20 })
      .result;
    return predictor(model, params)(train.x);
  },
  async (n, { fit }) => {
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
  async (n, { fit }) => {
    const model = sequential(
      gru({ inputs: 1, hidden: 4 + (n % 13) }),
      dense({ inputs: 4 + (n % 13), outputs: 1 }),
    );
    const train = { x: numbers([32, 9, 1], n), y: numbers([32, 1], n) };
    return fit(model, { train, loss: squared, optimizer: adam(), epochs: 1 }).result;
  },
  async (n, { minimize }) => minimize(problems.rosenbrock.f, [n % 3, 1 + (n % 5)], { method: lbfgs() }),
  async (n, { compile }) =>
    compile((/** @type {import('@downslope/core').Tensor} */ x) => x.mul(n).sin().sum().add(x.softmax()))(
      numbers([17, 1 + (n % 40)], n),
    ),
  async (n, { fit }) => {
    const [rows, time] = [16, 8 + (n % 9)];
    const model = gpt({ vocabulary: 11, context: time, width: 16, heads: 2, layers: 1 });
    const tokens = labels(rows * time + 1, 11);
    const part = (/** @type {number} */ from) =>
      /** @type {const} */ ({
        data: tokens.slice(from, from + rows * time),
        shape: [rows, time],
        dtype: 'int32',
      });
    const loss = (/** @type {core.Tensor} */ logits, /** @type {core.Tensor} */ y) =>
      crossEntropy(logits.reshape([-1, 11]), y.reshape([-1]));
    const train = { x: part(0), y: part(1) };
    return fit(model, { train, loss, optimizer: adamW(), batchSize: 8, epochs: 3, threads: 2 }).result;
  },
  async (n, { compileStep, predictor }) => {
    const model = mlp({ inputs: 7, hidden: [16 + (n % 83)], outputs: 2 });
    const step = compileStep(model, { loss: squared, optimizer: adam() });
    for (const rows of [64, 64, 17, 64])
      step({ x: numbers([rows, 7], n + rows), y: numbers([rows, 2], n - rows) });
    return predictor(model, step.params())(numbers([9, 7], n));
  },
  async (n, { fit }) => {
    const model = mlp({ inputs: 32, hidden: [64 + (n % 61), 64], outputs: 1, dropout: 0.2 });
    const train = { x: numbers([256, 32], n), y: numbers([256, 1], n) };
    const options = { train, loss: squared, optimizer: adam(), batchSize: 64, seed: n };
    const save = async (/** @type {core.Snapshot} */ snapshot) =>
      void (await downslope.saveCheckpoint(folder, snapshot, { keep: 1 }));
    await fit(model, { ...options, epochs: 2, checkpoint: { save, every: { epochs: 1 } } }).result;
    const resume = (await downslope.loadCheckpoint(folder))?.snapshot;
    if (!resume || !('backend' in resume)) throw new Error('there is no checkpoint of fit');
    const { native, blas } = resume.backend;
    ranOn.add(native ?? blas?.name ?? 'WebAssembly');
    return fit(model, { ...options, epochs: 3, resume }).result;
  },
];

/** Small ones more often: it is their number that counts. */
const SMALL = [0, 5, 4, 1, 5, 2, 4, 5, 1, 3, 4, 5];
const ORDER = [...SMALL, 6, ...SMALL, 7, ...SMALL, 8];

const megabytes = (/** @type {number} */ bytes) => bytes / 2 ** 20;

/** Bytes of machine code that belong to no file, V8's own and ours; none where the system does not tell. */
function codeBytes() {
  if (process.platform !== 'linux') return 0;
  const maps = readFileSync('/proc/self/maps', 'utf8').matchAll(/^(\w+)-(\w+) r-xp \S+ 00:00 0 *$/gm);
  return [...maps].reduce(
    (sum, [, from, to]) => sum + Number.parseInt(to ?? '', 16) - Number.parseInt(from ?? '', 16),
    0,
  );
}

/**
 * Megabytes: the least and the most that the process took during a tenth (between them lies what nobody has collected yet), then
 * the heap, its buffers and machine code when all garbage is gone.
 */
/** @type {{ least: number, most: number, heap: number, external: number, code: number }[]} */
const tenths = [];
const start = performance.now();
let made = 0;
for (let tenth = 1; tenth <= 10; tenth++) {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  while (made < (models * tenth) / 10 || performance.now() - start < (seconds * 1000 * tenth) / 10) {
    const round = Math.floor(made / ORDER.length);
    await kinds[ORDER[made % ORDER.length] ?? 0]?.(made, packages[round % 2] ?? core);
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
  const weight = {
    least,
    most,
    heap: megabytes(heapUsed),
    external: megabytes(external),
    code: megabytes(codeBytes()),
  };
  tenths.push(weight);
  const shown = Object.entries(weight).map(([name, value]) => `${name} ${value.toFixed(1)} MB`);
  const time = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${String(made).padStart(6)} models, ${time.padStart(4)} s: ${shown.join(', ')}`);
}

/** The mean of some tenths. @param {keyof (typeof tenths)[number]} what @param {number} from @param {number} to */
const mean = (what, from, to) =>
  tenths.slice(from, to).reduce((sum, tenth) => sum + tenth[what], 0) / (to - from);
// The first tenths warm up: code is optimised, pools fill.
const growth = /** @type {const} */ (['least', 'heap', 'external', 'code']).map((what) => ({
  what,
  by: mean(what, 7, 10) - mean(what, 3, 6),
  allowed: what === 'least' ? 0.1 * mean(what, 3, 6) : 2,
}));
console.log(`those with checkpoints ran on ${[...ranOn].join(', ')}`);
for (const { what, by, allowed } of growth)
  console.log(
    `${what}: ${by >= 0 ? '+' : ''}${by.toFixed(1)} MB from tenths 4–6 to 8–10 (allowed: +${allowed.toFixed(1)} MB)`,
  );
process.exitCode = growth.some(({ by, allowed }) => by > allowed) ? 1 : 0;
