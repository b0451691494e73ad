import { describe, expect, it } from 'vitest';
import { random } from '../../data/random.js';
import { crossEntropy, squared } from '../../nn/losses/index.js';
import { linear } from '../../nn/models/linear.js';
import { mlp } from '../../nn/models/mlp.js';
import { adam } from '../../optim/optimizers/adam.js';
import { sgd } from '../../optim/optimizers/sgd.js';
import { cosine } from '../../optim/schedules/cosine.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { FindingEvent } from '../events.js';
import { type FitResult, fit } from '../fit.js';
import type { FitOptions } from '../options.js';

const numbers = random(5, 'rows');
const x = Array.from({ length: 400 }, () => [numbers.normal(), numbers.normal()]);
const y = x.map(([a, b]) => [a! * b! + 0.1 * numbers.normal()]);
const net = mlp({ inputs: 2, outputs: 1, hidden: [24] });
const base = { train: { x, y }, loss: squared, epochs: 20 };

async function run(options: Partial<FitOptions>, model = net) {
  const findings: FindingEvent[] = [];
  const going = fit(model, { ...base, optimizer: adam, ...options } as FitOptions<Tensor, Tensor, never>);
  for await (const event of going) if (event.kind === 'finding') findings.push(event);
  const rules = findings.map(({ rule }) => rule);
  return { result: (await going.result) as FitResult, findings, rules };
}

describe("lr: 'auto'", () => {
  it('is found before the first step, told in a line, and trained with from the weights that there were', async () => {
    const { result, findings, rules } = await run({ lr: 'auto' });
    const { lr, rate } = result.found!;
    expect(rules).toEqual(['lr']);
    expect(findings[0]!.message).toMatch(
      /^learning rate [\d.]+, .*: loss .* rates tried; found in [\d.]+ s$/,
    );
    expect(result.history[0]!.lr).toBe(lr);
    expect(rate!.trials.map((trial) => trial.lr)).toContain(lr);
    const plain = await run({ optimizer: adam({ lr: lr! }) });
    expect(result.params).toEqual(plain.result.params); // the same bits as without the search
  });

  it('is a number for schedules once it is found', async () => {
    const optimizer: FitOptions['optimizer'] = ({ lr }) =>
      adam({ lr: typeof lr === 'number' ? cosine(lr, { steps: 260 }) : lr });
    const { result } = await run({ lr: 'auto', optimizer });
    expect(result.history.at(-1)!.lr).toBeLessThan(0.02 * result.found!.lr!);
  });

  it('begins with weights that were given', async () => {
    const { params } = (await run({ optimizer: adam({ lr: 0.01 }) })).result;
    const { result } = await run({ lr: 'auto', params: params as never, epochs: 0 });
    expect(result.params).toEqual(params);
  });

  it('takes a few percent of the steps of a run of some length', async () => {
    const { result } = await run({ lr: 'auto', epochs: 1500 });
    expect(result.found!.rate!.steps / result.steps).toBeLessThan(0.15);
  });
});

describe('lr', () => {
  it('is given to the function that makes the optimizer', async () => {
    const { result } = await run({ lr: 0.025, optimizer: ({ lr }) => sgd({ lr, momentum: 0.5 }), epochs: 1 });
    expect(result.history[0]!.lr).toBe(0.025);
    const both: FitOptions['optimizer'] = ({ lr, smoothness }) =>
      sgd({ lr: Math.min(lr as number, 1 / smoothness(2)) });
    const line = linear({ inputs: 2, outputs: 1 });
    expect(
      (await run({ lr: 5, optimizer: both, epochs: 1 }, line as never)).result.history[0]!.lr,
    ).toBeLessThan(1);
  });

  it.each([
    [{ lr: 'fast' }, "lr must be a number above 0 or 'auto', got 'fast'"],
    [{ lr: 0.1, optimizer: adam({ lr: 1 }) }, 'lr: this optimizer has a rate of its own'],
    [
      { optimizer: ({ lr }: { lr: number }) => sgd({ lr }) },
      'lr: the optimizer asks for a learning rate; give lr',
    ],
    [{ optimizer: adam }, 'call it, as in adam({ … })'],
  ])('is told when it makes no sense: %o', async (options, message) => {
    await expect(run(options as never)).rejects.toThrow(message);
  });
});

describe("batchSize: 'auto'", () => {
  it('goes with the noise of the gradient: more noise, larger batches', async () => {
    const scales = [];
    for (const noise of [0.3, 3]) {
      const train = { x, y: x.map(([a, b]) => [a! - b! + noise * numbers.normal()]) };
      const { found } = (await run({ train, batchSize: 'auto', lr: 0.003 })).result;
      expect(Math.log2(found!.batchSize!) % 1).toBe(0);
      scales.push(found!.batch!.noiseScale);
    }
    expect(scales[1]).toBeGreaterThan(3 * scales[0]!);
  });

  it('takes the rate along, and says so: in proportion for SGD, by the root for Adam', async () => {
    for (const [optimizer, how, power] of [
      [sgd, 'in proportion', 1],
      [adam, 'by the square root', 0.5],
    ] as const) {
      const noisy = { x: [...x, ...x], y: [...y, ...y].map(([v]) => [v! + 5 * numbers.normal()]) };
      const { result, findings } = await run({ optimizer, lr: 0.001, batchSize: 'auto', train: noisy });
      const { batchSize, lr, batch } = result.found!;
      expect(batch!.noiseScale).toBeGreaterThan(45);
      expect(lr).toBeCloseTo(0.001 * (batchSize! / 32) ** power, 12);
      expect(findings.find(({ rule }) => rule === 'batch')!.message).toContain(how);
      expect(result.history[0]!.steps).toBe(Math.ceil(800 / batchSize!));
    }
  });

  it('measures what can be worked out: a mean, with the variance of the rows', async () => {
    // Loss ½(w − yᵢ)² at w = 0: gradients −yᵢ, of mean 2 and variance 9, so that tr(Σ)/‖G‖² = 2.25.
    const draws = Array.from({ length: 20_000 }, () => [2 + 3 * numbers.normal()]);
    const mean = {
      init: () => ({ c: { data: new Float32Array(1), shape: [1], dtype: 'float32' as const } }),
      apply: ({ c }: { c: Tensor }, rows: Tensor) => rows.mul(0).add(c),
    };
    const { noiseScale } = await import('./noise.js');
    const { placeProblem } = await import('../work.js');
    const train = { x: draws.map(() => [0]), y: draws };
    const half = (p: Tensor, t: Tensor) => p.sub(t).square().mul(0.5).reshape([p.shape[0]!]);
    const placed = placeProblem(mean as never, { train, loss: half, optimizer: sgd({ lr: 0 }) } as never);
    const { arena, objective, tree, starts } = placed;
    const trainee = { arena, objective, data: placed.train, params: tree, batchSize: 32, shuffle: true };
    const measured = await noiseScale(trainee, starts(1)[0]!.weights, () => undefined);
    expect(measured).toBeGreaterThan(1.6);
    expect(measured).toBeLessThan(3);
  });
});

describe('what is found before training', () => {
  it('is nothing where all is well', async () => {
    expect((await run({ optimizer: adam({ lr: 0.01 }) })).rules).toEqual([]);
  });

  it('is a word about features and targets of bad sizes', async () => {
    const large = { x: x.map(([a, b]) => [a!, 5000 * b!]), y: y.map(([v]) => [1e4 + v!]) };
    const { findings } = await run({ train: large, optimizer: adam({ lr: 0.01 }), epochs: 1 });
    expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['features', 'target']));
    expect(findings[0]!.message).toMatch(
      /^features differ in size: deviations from .* to .*Standardise them/,
    );
    const years = { x: x.map((_, i) => [1950 + (i % 70), 1]), y };
    expect((await run({ train: years, optimizer: adam({ lr: 0.01 }), epochs: 1 })).rules).toContain(
      'features',
    );
  });

  it('is a word about a loss that begins far above chance', async () => {
    const classes = x.map((_, i) => i % 3);
    const loud = mlp({ inputs: 2, outputs: 3, hidden: [24], init: undefined });
    const shouting = { ...loud, apply: (params: never, at: Tensor) => loud.apply(params, at).mul(300) };
    const options = {
      train: { x, y: classes },
      loss: crossEntropy,
      optimizer: adam({ lr: 0.01 }),
      epochs: 1,
    };
    expect((await run(options as never, loud as never)).rules).toEqual([]);
    const { findings } = await run(options as never, shouting as never);
    expect(findings[0]).toMatchObject({ rule: 'firstLoss' });
    expect(findings[0]!.message).toContain('1.1');
  });

  it('is a word about rows that cannot be learned by heart', async () => {
    const blind = { ...net, apply: (params: never, at: Tensor) => net.apply(params, at.mul(0)) };
    const { rules, findings } = await run({ lr: 'auto' }, blind as never);
    expect(rules).toEqual(['lr', 'memory']);
    expect(findings[1]!.message).toMatch(/^\d+ rows cannot be learned by heart/);
  });
});
