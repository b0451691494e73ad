import { describe, expect, it } from 'vitest';
import { interpret } from '../compile/interpret.js';
import { planOf } from '../compile/memory-plan.js';
import { random } from '../data/random.js';
import { crossEntropy, squared } from '../nn/losses/index.js';
import type { Model } from '../nn/model.js';
import { mlp } from '../nn/models/mlp.js';
import { adam } from '../optim/optimizers/adam.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { lossScaling } from '../optim/transforms/loss-scaling.js';
import type { NdArray } from '../tensor/array.js';
import { compileStep } from './compile-step.js';
import type { FindingEvent } from './events.js';
import { fit } from './fit.js';
import { placeProblem, workOn } from './work.js';

const draw = random(5, 'mixed');
const normal = (rows: number, columns: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => draw.normal()));
const x = normal(192, 12);
const train = { x, y: x.map((row) => (row[0]! * row[1]! + row[2]! > 0 ? 1 : 0)) };
const model = mlp({ inputs: 12, hidden: [48, 48], outputs: 2 }) as Model;
const options = {
  train,
  loss: crossEntropy as never,
  optimizer: adam({ lr: 3e-3 }),
  batchSize: 64,
  epochs: 30,
};

const graphOf = async (precision: 'full' | 'mixed', rows = 64) => {
  const problem = placeProblem(model, { ...options, batchSize: rows, precision });
  return (await workOn(problem)).stepper.graph();
};

describe('mixed precision', () => {
  it('learns as well as full precision, and by other bits', async () => {
    const [full, mixed] = await Promise.all([
      fit(model, options).result,
      fit(model, { ...options, precision: 'mixed' }).result,
    ]);
    expect(full.loss).toBeLessThan(0.15);
    expect(mixed.loss).toBeLessThan(1.1 * full.loss + 0.01);
    expect(mixed.loss).not.toBe(full.loss);
  });

  it('keeps what the backward pass needs in half of the memory', async () => {
    const deep = mlp({ inputs: 12, hidden: [64, 64, 64, 64, 64, 64], outputs: 2 }) as Model;
    const bytes = async (precision: 'full' | 'mixed') => {
      const problem = placeProblem(deep, { ...options, batchSize: 192, precision });
      return planOf((await workOn(problem)).stepper.graph()).bytes;
    };
    const [full, mixed] = [await bytes('full'), await bytes('mixed')];
    expect(mixed).toBeLessThan(0.85 * full);
  });

  it('has only numbers that float16 has where the passes meet', async () => {
    const { nodes } = await graphOf('mixed');
    expect(nodes.filter(({ op }) => op === 'toHalf').length).toBeGreaterThan(4);
    expect((await graphOf('full')).nodes.some(({ op }) => op === 'toHalf')).toBe(false);
  });

  it('runs compiled to the bits of the interpreter, but for the order of sums', async () => {
    const tiny = { x: normal(32, 4), y: normal(32, 1) };
    const small = mlp({ inputs: 4, hidden: [16], outputs: 1 }) as Model;
    const step = compileStep(small, { loss: squared, optimizer: lossScaling(sgd({ lr: 0.01 })) });
    const problem = placeProblem(small, {
      train: tiny,
      loss: squared as never,
      optimizer: sgd({ lr: 0.01 }),
      batchSize: 'full',
      precision: 'mixed',
    });
    const work = await workOn(problem);
    const graph = work.stepper.graph();
    const { arena } = problem;
    const values = graph.inputs.map((node) => {
      const name = String(node.params.name);
      const [, path = ''] = /^\d\.?(.*)$/.exec(name)!;
      const from = name.startsWith('0.')
        ? work.params
        : name.startsWith('1.')
          ? work.state
          : problem.train.regions;
      if (/^[012]\./.test(name)) {
        const region = from.leaves[from.names.indexOf(path)]!;
        return { data: arena.read(region), shape: region.shape, dtype: region.dtype };
      }
      const value = name === '3.lr' ? 0.01 : name === '4' ? 1 : 0;
      return { data: Float64Array.of(value), shape: [], dtype: 'float64' as const };
    });
    const outputs = interpret(graph, values);
    const { loss } = step(tiny as never);
    const found = outputs[graph.outputs.length - 2]!.data[0]!;
    expect(loss).toBeCloseTo(found, 4);
  });

  it('skips steps whose gradients overflow, scales down, and says so', async () => {
    const findings: FindingEvent[] = [];
    const optimizer = lossScaling(adam({ lr: 3e-3 }), { initialScale: 2 ** 40 });
    const run = fit(model, { ...options, optimizer, precision: 'mixed' });
    let skipped = 0;
    for await (const event of run) {
      if (event.kind === 'finding') findings.push(event);
      if (event.kind === 'step') skipped += event.gradNorm.filter((norm) => norm === 0).length;
    }
    const { status, loss } = await run.result;
    expect(status).toBe('maxSteps');
    expect(loss).toBeLessThan(0.2);
    expect(skipped).toBeGreaterThan(5);
    expect(findings.map(({ message }) => message).join()).toContain(
      `${skipped} steps of 90 skipped, as gradients overflowed float16`,
    );
  });

  it('does not take a skipped step for an optimum', async () => {
    const optimizer = lossScaling(adam({ lr: 3e-3 }), { initialScale: 2 ** 40 });
    const stop = { gradTol: 1e-6, stepTol: 1e-9 };
    const run = fit(model, {
      ...options,
      optimizer,
      precision: 'mixed',
      batchSize: 'full',
      evaluateEvery: 1,
      stop,
    });
    const { status, history } = await run.result;
    expect(history[0]!.gradNorm).toBe(0);
    expect(status).toBe('maxSteps');
  });

  it('leaves parameters and state alone at a step that is skipped', () => {
    const step = compileStep(model, {
      loss: crossEntropy as never,
      optimizer: lossScaling(adam({ lr: 1 }), { initialScale: 2 ** 60, backoff: 2 ** -50 }),
    });
    const weights = () => (step.params() as { hidden0: { w: NdArray } }).hidden0.w.data;
    const first = (model.init({ seed: 0, dtype: 'float32' }) as { hidden0: { w: NdArray } }).hidden0.w.data;
    step(train as never);
    expect(weights()).toEqual(first);
    step(train as never);
    expect(weights()).not.toEqual(first);
  });

  it('lets the scale grow after good steps', async () => {
    const optimizer = lossScaling(sgd({ lr: 0.01 }), { initialScale: 4, interval: 3 });
    const problem = placeProblem(model, { ...options, epochs: 4, optimizer, precision: 'mixed' });
    const work = await workOn(problem);
    const scale = () => problem.arena.view(work.state.leaves[work.state.names.indexOf('scale')]!)[0];
    expect(scale()).toBe(4);
    for (let i = 0; i < 4; i++) while (work.at.row < 192 && work.at.steps < 6) work.stepper.take(work.at);
    expect(scale()).toBeGreaterThan(4);
  });

  it('is for float32', async () => {
    const wrong = { ...options, precision: 'mixed', dtype: 'float64' } as const;
    await expect(fit(model, wrong).result).rejects.toThrow("precision: 'mixed' is float32 and float16");
    await expect(fit(model, { ...options, precision: 'half' as never }).result).rejects.toThrow(
      'precision must be',
    );
  });
});
