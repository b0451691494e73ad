import { describe, expect, it } from 'vitest';
import { printMemoryPlan } from '../compile/memory-plan.js';
import { batchNorm } from '../nn/layers/batch-norm.js';
import { embedding } from '../nn/layers/embedding.js';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { chain } from '../optim/chain.js';
import { adam } from '../optim/optimizers/adam.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { cosine } from '../optim/schedules/cosine.js';
import { ema } from '../optim/transforms/ema.js';
import { isNdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { flatten } from '../tensor/tree.js';
import { compileStep } from './compile-step.js';
import { fit } from './fit.js';

const x = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = x.map(([a, b]) => [a! * b!]);
const rows = (from: number, to: number) => ({ x: x.slice(from, to), y: y.slice(from, to) });
const numbers = (params: unknown): number[] =>
  flatten(params, isNdArray).leaves.flatMap(({ data }) => [...data]);

describe('compileStep', () => {
  it('takes the steps that fit takes, bit for bit, also with schedules and a smaller last batch', async () => {
    const model = mlp({ inputs: 2, hidden: [5], outputs: 1 });
    const common = { loss: squared, optimizer: adam({ lr: cosine(0.1, { steps: 9 }) }), l2: 0.01, seed: 4 };
    const step = compileStep(model, common);
    const reports = [0, 1, 2].flatMap(() => [rows(0, 10), rows(10, 20), rows(20, 24)].map(step));
    const run = fit(model, { ...common, train: { x, y }, batchSize: 10, epochs: 3, shuffle: false });
    const losses: number[] = [];
    for await (const event of run) if (event.kind === 'step') losses.push(...event.loss);
    expect(reports.map(({ loss }) => loss)).toEqual(losses);
    expect(numbers(step.params())).toEqual(numbers((await run.result).params));
  });

  it('has the initial weights, or those given, before the first step', () => {
    const model = linear({ inputs: 2, outputs: 1 });
    const options = { loss: squared, optimizer: sgd({ lr: 0.1 }) };
    expect(numbers(compileStep(model, { ...options, seed: 3 }).params())).toEqual(
      numbers(model.init({ seed: 3, dtype: 'float32' })),
    );
    const params = { w: [[1], [2]], b: [3] };
    expect(numbers(compileStep(model, { ...options, params }).params())).toEqual([1, 2, 3]);
  });

  it('gives the weights to predict with, where the optimizer keeps others', () => {
    const model = linear({ inputs: 2, outputs: 1 });
    const [plain, averaged] = [sgd({ lr: 0.1 }), chain(sgd({ lr: 0.1 }), ema({ decay: 0.5 }))].map(
      (optimizer) => compileStep(model, { loss: squared, optimizer }),
    );
    for (const step of [plain!, averaged!]) for (let i = 0; i < 5; i++) step(rows(0, 8));
    expect(numbers(averaged!.params())).not.toEqual(numbers(plain!.params()));
  });

  it('renews running statistics, which the optimizer leaves alone', () => {
    const step = compileStep(batchNorm({ channels: 2 }), { loss: squared, optimizer: sgd({ lr: 0 }) });
    step({ x, y: x });
    const { scale, b, mean } = step.params();
    const means = [0, 1].map((j) => (0.1 * x.reduce((sum, row) => sum + row[j]!, 0)) / x.length);
    expect([...scale.data, ...b.data]).toEqual([1, 1, 0, 0]);
    expect([...mean.data]).toEqual(means.map((m) => expect.closeTo(m, 6)));
  });

  it('takes as much memory as the largest of many batches needs, and takes up those again that come later', () => {
    let bytes = 0;
    const host = {
      grown({ buffer }: WebAssembly.Memory) {
        bytes = buffer.byteLength;
      },
    };
    const weigh = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i));
    const plain = linear({ inputs: 8, outputs: 1 });
    // With a constant, which other batches' arrays may lie over.
    const model = {
      ...plain,
      apply: (p: Parameters<typeof plain.apply>[0], x: Tensor) => plain.apply(p, x.mul(x.constant(weigh))),
    };
    const options = { loss: squared, optimizer: sgd({ lr: 1e-3 }) };
    const values = Float32Array.from({ length: 10_000 * 8 }, (_, i) => Math.sin(i));
    const batch = (rows: number) => ({
      x: {
        data: values.subarray(0, rows * 8),
        shape: [rows, 8],
        dtype: 'float32' as const,
      },
      y: { data: new Float32Array(rows).fill(1), shape: [rows, 1], dtype: 'float32' as const },
    });
    const step = compileStep(model, { ...options, host });
    /** A step, held against that of a loop which has seen no other batch. */
    const hold = (rows: number) => {
      const alone = compileStep(model, { ...options, params: step.params() as never });
      expect(step(batch(rows))).toEqual(alone(batch(rows)));
      expect(numbers(step.params())).toEqual(numbers(alone.params()));
    };
    for (let i = 1; i <= 200; i++) step(batch(50 * i));
    const all = bytes;
    compileStep(model, { ...options, host })(batch(10_000));
    expect(all).toBe(bytes);
    expect(all).toBeGreaterThan(10_000 * 36);
    for (const rows of [10_000, 9950, 10_000, 50, 50, 9950]) hold(rows);
  }, 120_000);

  it('shows what its program keeps where, without a step', () => {
    const step = compileStep(mlp({ inputs: 2, hidden: [8], outputs: 1 }), {
      loss: squared,
      optimizer: sgd({ lr: 0.1 }),
    });
    const before = numbers(step.params());
    const plan = step.memoryPlan(rows(0, 8));
    expect(numbers(step.params())).toEqual(before);
    expect(printMemoryPlan(plan)).toMatch(/^\d+ kernels, \d+ bytes of scratch memory/);
    expect(plan.bytes).toBeLessThanOrEqual(1.3 * plan.alive);
    expect(step.memoryPlan(rows(0, 16)).alive).toBeGreaterThan(plan.alive);
  });

  it('shows which rows alone it visits', () => {
    const words = embedding({ count: 500, width: 16 });
    const model = {
      ...words,
      apply: (p: Parameters<typeof words.apply>[0], x: Tensor) => words.apply(p, x).sum(-1),
    };
    const step = compileStep(model, { loss: squared, optimizer: sgd({ lr: 0.1 }) });
    const plan = step.memoryPlan({
      x: { data: Int32Array.of(3, 4, 3, 9), shape: [4], dtype: 'int32' },
      y: [1, 2, 3, 4],
    });
    const [, table] = /(%\d+) scatterAdd/.exec(plan.kernels.join())!;
    expect(plan.kernels.filter((kernel) => kernel.includes(`from rows of ${table}`))).not.toEqual([]);
    expect(plan.places.map(({ name }) => name)).toContain(`room of ${table}`);
  });

  it('refuses what it does not know', () => {
    const model = linear({ inputs: 2, outputs: 1 });
    const options = { loss: squared, optimizer: sgd({ lr: 0.1 }) };
    expect(() => compileStep(model, { ...options, epochs: 3 } as never)).toThrow(
      'compileStep: there is no option epochs',
    );
    expect(() => compileStep(model, { ...options, optimizer: (() => sgd({ lr: 1 })) as never })).toThrow(
      'compileStep: optimizer must be a transform',
    );
    expect(() => compileStep(model, options)({ x } as never)).toThrow('batch must hold x and y');
    expect(() => compileStep(model, options)({ x, y: y.slice(1) })).toThrow('x has 24 rows, but y has 23');
  });
});
