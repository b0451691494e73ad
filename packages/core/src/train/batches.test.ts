import { describe, expect, it } from 'vitest';
import { batchNorm } from '../nn/layers/batch-norm.js';
import { dense } from '../nn/layers/dense.js';
import { dropout } from '../nn/layers/dropout.js';
import { sequential } from '../nn/layers/sequential.js';
import { squared } from '../nn/losses/squared.js';
import type { Model } from '../nn/model.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { chain } from '../optim/chain.js';
import { adam } from '../optim/optimizers/adam.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { sophia } from '../optim/optimizers/sophia.js';
import { ema } from '../optim/transforms/ema.js';
import { sam } from '../optim/transforms/sam.js';
import { swa } from '../optim/transforms/swa.js';
import { isNdArray } from '../tensor/array.js';
import { flatten } from '../tensor/tree.js';
import type { FindingEvent, StepEvent } from './events.js';
import { fit } from './fit.js';
import type { FitOptions } from './options.js';

const x = Array.from({ length: 46 }, (_, i) => [i / 23 - 1, Math.sin(3 * i)]);
const y = x.map(([a, b]) => [Math.sin(3 * a!) + 0.2 * b!]);
const net = mlp({ inputs: 2, hidden: [5], outputs: 1, activation: 'tanh' }) as Model;
const common: FitOptions = {
  train: { x, y },
  loss: squared,
  optimizer: adam({ lr: 0.02 }),
  l2: 0.01,
  epochs: 3,
  dtype: 'float64',
};
const run = (options: Partial<FitOptions>, model = net) => fit(model, { ...common, ...options }).result;
const numbers = (params: unknown): number[] =>
  flatten(params, isNdArray).leaves.flatMap(({ data }) => [...data]);
const close = (values: number[], digits = 12) => values.map((value) => expect.closeTo(value, digits));

describe('gradient accumulation', () => {
  it.each([
    ['batches with a rest', { batchSize: 4, accumulate: 3 }, { batchSize: 12 }],
    ['rows in order', { batchSize: 5, accumulate: 2, shuffle: false }, { batchSize: 10, shuffle: false }],
    ['full batches', { batchSize: 'full', accumulate: 4 }, { batchSize: 'full' }],
    [
      'more parts than there are rows for',
      { batchSize: 30, accumulate: 2 },
      { batchSize: 'full', shuffle: true, evaluateEvery: 1 },
    ],
    [
      'an optimizer that looks again',
      { batchSize: 4, accumulate: 3, optimizer: sam(sgd({ lr: 0.1 }), { rho: 0.05 }) },
      { batchSize: 12, optimizer: sam(sgd({ lr: 0.1 }), { rho: 0.05 }) },
    ],
    [
      'weighted rows',
      { batchSize: 4, accumulate: 3, train: { x, y, weight: x.map((_, i) => 1 + (i % 3)) } },
      { batchSize: 12, train: { x, y, weight: x.map((_, i) => 1 + (i % 3)) } },
    ],
  ] as [string, Partial<FitOptions>, Partial<FitOptions>][])(
    'is the large batch, to rounding: %s',
    async (_, parts, whole) => {
      const [a, b] = [await run(parts), await run(whole)];
      expect(a.steps).toBe(b.steps);
      expect(numbers(a.params)).toEqual(close(numbers(b.params)));
      expect(a.history.map(({ loss }) => loss)).toEqual(close(b.history.map(({ loss }) => loss)));
    },
  );

  it('reports the gradient of the whole batch, and cuts that', async () => {
    const [a, b] = [
      await run({ batchSize: 4, accumulate: 3, clip: { norm: 0.3 } }),
      await run({ batchSize: 12, clip: { norm: 0.3 } }),
    ];
    expect(a.history.map(({ gradNorm }) => gradNorm)).toEqual(
      close(b.history.map(({ gradNorm }) => gradNorm)),
    );
    expect(a.history.map(({ clipped }) => clipped)).toEqual(b.history.map(({ clipped }) => clipped));
    expect(a.history.some(({ clipped }) => clipped! > 0)).toBe(true);
  });

  it('renews running statistics with each part, and draws other random numbers for it', async () => {
    const model = sequential(
      dense({ inputs: 2, outputs: 4 }),
      batchNorm({ channels: 4 }),
      dense({ inputs: 4, outputs: 1 }),
    ) as unknown as Model;
    const frozen = { optimizer: sgd({ lr: 0 }), l2: 0, shuffle: false };
    const a = await run({ ...frozen, batchSize: 4, accumulate: 3, epochs: 1 }, model);
    const b = await run({ ...frozen, batchSize: 4, epochs: 1 }, model);
    expect(numbers(a.params)).toEqual(close(numbers(b.params)));
    const drops = sequential(dropout({ rate: 0.5 }), dense({ inputs: 2, outputs: 1 })) as unknown as Model;
    const [whole, parts] = [
      await run({ batchSize: 12, epochs: 1 }, drops),
      await run({ batchSize: 4, accumulate: 3, epochs: 1 }, drops),
    ];
    expect(numbers(whole.params)).not.toEqual(close(numbers(parts.params), 6));
  });

  it('says what it cannot do', async () => {
    await expect(run({ accumulate: 2, optimizer: sophia({ lr: 0.1 }) })).rejects.toThrow(
      'this training step gives no hvp; it needs a loss in tensor methods (see evaluationOf), and a batch that is not cut into parts',
    );
    await expect(run({ accumulate: 2, batchSize: (epoch) => 4 + epoch })).rejects.toThrow(
      'accumulate: a batch that grows is not cut into parts',
    );
  });
});

describe('averages of weights', () => {
  it('are those of the formula', async () => {
    const line = linear({ inputs: 2, outputs: 1 }) as Model;
    const each = await Promise.all([0, 1, 2, 3].map((epochs) => run({ batchSize: 'full', epochs }, line)));
    const [w0, ...later] = each.map(({ params }) => numbers(params));
    const average = await run({ batchSize: 'full', average: ema({ decay: 0.7 }) }, line);
    const expected = later.reduce((avg, w) => avg.map((value, i) => 0.7 * value + 0.3 * w[i]!), w0!);
    expect(numbers(average.params)).toEqual(close(expected));
    const soon = await run({ batchSize: 'full', average: 'ema' }, line);
    const rising = later.reduce(
      (avg, w, k) => avg.map((value, i) => value + (1 - (1 + k) / (10 + k)) * (w[i]! - value)),
      w0!,
    );
    expect(numbers(soon.params)).toEqual(close(rising));
  });

  it("'swa' begins in the last quarter, once an epoch; evaluation is with the average", async () => {
    const options = { batchSize: 7, epochs: 8, validation: { x, y } };
    const short = await run({ ...options, average: 'swa' });
    const long = await run({
      ...options,
      optimizer: chain(adam({ lr: 0.02 }), swa({ start: 6 * 7, every: 7 })),
    });
    expect(numbers(short.params)).toEqual(numbers(long.params));
    expect(short.history.map(({ validationLoss }) => validationLoss)).toEqual(
      long.history.map(({ validationLoss }) => validationLoss),
    );
    expect(short.history.map(({ loss }) => loss)).toEqual(
      (await run(options)).history.map(({ loss }) => loss),
    );
  });
});

describe('batches that grow', () => {
  const grown = async (options: Partial<FitOptions>) => {
    const [findings, steps]: [FindingEvent[], StepEvent[]] = [[], []];
    const going = fit(net, {
      ...common,
      epochs: 6,
      batchSize: (epoch) => 4 * 2 ** Math.floor(epoch / 2),
      ...options,
    });
    for await (const event of going) {
      if (event.kind === 'finding') findings.push(event);
      if (event.kind === 'step') steps.push(event);
    }
    const lr = steps.flatMap(({ lr }) => [...lr]);
    return { findings: findings.map(({ message }) => message), lr, ...(await going.result) };
  };

  it('take fewer steps, and say so', async () => {
    const { findings, steps, lr, status } = await grown({});
    expect({ steps, status }).toEqual({ steps: 2 * (12 + 6 + 3), status: 'maxSteps' });
    expect(findings).toEqual(
      [8, 16].map(
        (rows, i) =>
          `batches have ${rows} rows from epoch ${2 * i + 3} on; the learning rate stays; scaleRate would let it grow with them`,
      ),
    );
    expect(new Set(lr)).toEqual(new Set([0.02]));
  });

  it('let the rate grow with them, schedules too', async () => {
    const { findings, lr } = await grown({
      scaleRate: 'sqrt',
      optimizer: adam({ lr: (step) => 0.01 / (1 + step) }),
    });
    const factors = [...new Array(24).fill(1), ...new Array(12).fill(Math.SQRT2), ...new Array(6).fill(2)];
    expect(lr).toEqual(factors.map((factor, step) => expect.closeTo((factor * 0.01) / (1 + step), 12)));
    expect(findings[0]).toBe(
      'batches have 8 rows from epoch 3 on; the learning rate is 1.414 times what it was at first',
    );
  });

  it('are the runs of each size, one after another', async () => {
    const first = await run({ batchSize: 5, epochs: 1, shuffle: 'once', optimizer: sgd({ lr: 0.1 }) });
    const second = await run({
      batchSize: 20,
      epochs: 1,
      shuffle: 'once',
      optimizer: sgd({ lr: 0.1 }),
      params: first.params as never,
    });
    const both = await run({
      batchSize: (epoch) => (epoch < 1 ? 5 : 20),
      epochs: 2,
      shuffle: 'once',
      optimizer: sgd({ lr: 0.1 }),
    });
    expect(numbers(both.params)).toEqual(numbers(second.params));
  });
});

describe('the order of rows', () => {
  const seen = async (shuffle: FitOptions['shuffle'], epochs = 2) => {
    // The loss of a row is its number: with one row a step, losses tell the order.
    const rows = { x: Array.from({ length: 30 }, (_, i) => [i]), y: new Array(30).fill(0) };
    const model = {
      init: net.init,
      apply: (_: unknown, x: { sum(axis: number): unknown }) => x.sum(1),
    } as never as Model;
    const going = fit(model, {
      train: rows,
      loss: (prediction) => prediction,
      optimizer: sgd({ lr: 0 }),
      batchSize: 1,
      epochs,
      shuffle,
    });
    const losses: number[] = [];
    for await (const event of going) if (event.kind === 'step') losses.push(...event.loss);
    return [losses.slice(0, 30), losses.slice(30)] as [number[], number[]];
  };
  const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
  const all = Array.from({ length: 30 }, (_, i) => i);

  it('is another in each epoch, or the same, or as they are, or drawn', async () => {
    const [[a, b], [c, d], [e, f], [g, h]] = await Promise.all([
      seen(true),
      seen('once'),
      seen(false),
      seen('replacement'),
    ]);
    expect([sorted(a), sorted(b), sorted(c)]).toEqual([all, all, all]);
    expect(a).not.toEqual(b);
    expect(c).toEqual(a);
    expect(d).toEqual(c);
    expect([e, f]).toEqual([all, all]);
    expect(new Set(g).size).toBeLessThan(28);
    expect(new Set(g).size).toBeGreaterThan(12);
    expect(h).not.toEqual(g);
  });
});

describe('misuse of batches', () => {
  it.each([
    [
      { batchSize: (epoch: number) => (epoch < 2 ? 4 : 0.5) },
      "batchSize(2) must be a positive integer, 'full' or 'auto' (train has 46 rows), got 0.5",
    ],
    [
      { batchSize: 'half' },
      "batchSize must be a positive integer, 'full' or 'auto' (train has 46 rows), got 'half'",
    ],
    [{ accumulate: 0 }, 'accumulate must be a positive integer, got 0'],
    [{ shuffle: 'twice' }, "shuffle must be one of true, false, once, replacement, got 'twice'"],
    [{ scaleRate: 'log' }, "scaleRate must be one of linear, sqrt, got 'log'"],
    [
      { average: 'mean' },
      "average must be 'ema', 'swa' or a transform that averages weights, as ema({ decay: 0.99 }), got 'mean'",
    ],
  ])('is told: %o', async (options, message) => {
    await expect(run(options as never)).rejects.toThrow(message);
  });
});
