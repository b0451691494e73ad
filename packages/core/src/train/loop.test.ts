import { describe, expect, it } from 'vitest';
import { numeric } from '../minimize/numeric.js';
import { crossEntropy } from '../nn/losses/cross-entropy.js';
import { squared } from '../nn/losses/squared.js';
import { accuracy, likeliest, rmse } from '../nn/metrics.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { adam } from '../optim/optimizers/adam.js';
import { sgd } from '../optim/optimizers/sgd.js';
import type { Tensor } from '../tensor/tensor.js';
import type { EpochEvent, FindingEvent, FitRun } from './events.js';
import { fit } from './fit.js';

const line = linear({ inputs: 1, outputs: 1 });
const x = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
const y = x.map(([v]) => [3 * v! + 0.5]);
const noisy = y.map(([v], i) => [v! + (i % 2 === 0 ? 1 : -1)]);
const train = { x, y };
const common = { train, loss: squared, dtype: 'float64' as const };
const full = { ...common, batchSize: 'full' as const };
const off = (prediction: Tensor, y: Tensor): Tensor => prediction.sub(y).abs().sum(-1);
const numbers = ({ w, b }: { w: { data: Iterable<number> }; b: { data: Iterable<number> } }) => [
  ...w.data,
  ...b.data,
];

describe('metrics', () => {
  it('are means over the rows, of tensors or of plain numbers, in blocks or not', async () => {
    const rows = 9000;
    const many = {
      x: Array.from({ length: rows }, (_, i) => [Math.sin(i)]),
      y: Array.from({ length: rows }, (_, i) => [3 * Math.sin(i)]),
    };
    const { history, metrics, params } = await fit(line, {
      train: many,
      validation: many,
      loss: squared,
      optimizer: sgd({ lr: 0.1 }),
      metrics: { off, rmse: numeric(rmse) },
      trainMetrics: true,
      epochs: 1,
      batchSize: 1000,
    }).result;
    const [w, b] = numbers(params);
    const errors = many.x.map(([v], i) => w! * v! + b! - many.y[i]![0]!);
    const mean = (f: (e: number) => number) => errors.reduce((sum, e) => sum + f(e), 0) / rows;
    expect(metrics!.off).toBeCloseTo(mean(Math.abs), 5);
    expect(metrics!.rmse).toBeCloseTo(Math.sqrt(mean((e) => e * e)), 5);
    expect(history[0]).toMatchObject({
      metrics,
      trainMetrics: metrics,
      trainLoss: history[0]!.validationLoss,
    });
  });

  it('are of the training rows where there are no others', async () => {
    const { history, metrics } = await fit(line, {
      ...full,
      optimizer: sgd({ lr: 0.5 }),
      epochs: 20,
      metrics: { off },
    }).result;
    expect(history.map((event) => event.metrics !== undefined)).toEqual(
      history.map(({ epoch }) => epoch % 10 === 0),
    );
    expect(metrics!.off).toBeLessThan(0.1);
  });

  it('count classes by the functions that score results', async () => {
    const classes = x.map(([v]) => (v! < -0.3 ? 0 : v! < 0.3 ? 1 : 2));
    const share = numeric((scores: ArrayLike<number>, y: ArrayLike<number>) =>
      accuracy(likeliest(scores, 3), y),
    );
    const { metrics } = await fit(mlp({ inputs: 1, hidden: [16], outputs: 3 }), {
      train: { x, y: classes },
      validation: { x, y: classes },
      loss: crossEntropy,
      optimizer: adam({ lr: 0.03 }),
      metrics: { share },
      earlyStopping: { metric: 'share', mode: 'max', patience: 400 },
      epochs: 300,
    }).result;
    expect(metrics!.share).toBeGreaterThan(0.95);
  });
});

describe('early stopping', () => {
  const watched = (earlyStopping: object, epochs = 400) =>
    fit(mlp({ inputs: 1, hidden: [64], outputs: 1 }), {
      train: { x, y: noisy },
      validation: { x, y },
      loss: squared,
      optimizer: adam({ lr: 0.02 }),
      metrics: { off, close: (prediction: Tensor, y: Tensor) => off(prediction, y).lt(0.3).cast('float32') },
      batchSize: 5,
      epochs,
      earlyStopping,
    }).result;

  it('goes by any metric, up or down, and gives back the weights of its best value', async () => {
    const { history, bestEpoch, epochs, status, metrics } = await watched({
      metric: 'close',
      mode: 'max',
      patience: 20,
    });
    const values = history.map((event) => event.metrics!.close!);
    expect(status).toBe('earlyStopped');
    expect(bestEpoch).toBe(values.indexOf(Math.max(...values)) + 1);
    expect(epochs).toBe(bestEpoch + 20);
    expect(metrics!.close).toBe(Math.max(...values));
  });

  it('waits for an improvement by more than minDelta', async () => {
    const { history, epochs, bestEpoch, status } = await watched({ minDelta: 0.05, patience: 5 });
    const losses = history.map(({ validationLoss }) => validationLoss!);
    let [bar, from] = [Number.POSITIVE_INFINITY, 0];
    const stop = losses.findIndex((loss, i) => {
      if (loss < bar - 0.05) [bar, from] = [loss, i];
      return i - from >= 5;
    });
    expect(status).toBe('earlyStopped');
    expect(epochs).toBe(stop + 1);
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
  });

  it('goes by the mean of a window', async () => {
    const { history, bestEpoch, epochs } = await watched({ window: 4, patience: 15 });
    const losses = history.map(({ validationLoss }) => validationLoss!);
    const means = losses
      .map((_, i) => losses.slice(i - 3, i + 1).reduce((sum, v) => sum + v / 4, 0))
      .map((v, i) => (i < 3 ? Number.POSITIVE_INFINITY : v));
    expect(bestEpoch).toBe(means.indexOf(Math.min(...means)) + 1);
    expect(epochs).toBe(bestEpoch + 15);
  });

  it('gives back the last weights if asked', async () => {
    const { history, bestEpoch, epochs, validationLoss } = await watched({
      patience: 10,
      restoreBest: false,
    });
    expect(bestEpoch).toBe(epochs);
    expect(validationLoss).toBe(history.at(-1)!.validationLoss);
  });

  it('goes by the training loss where there are no validation rows', async () => {
    const { status, epochs } = await fit(line, {
      ...full,
      evaluateEvery: 1,
      optimizer: sgd({ lr: 0.5 }),
      epochs: 10_000,
      earlyStopping: { metric: 'loss', minDelta: 1e-9, patience: 10 },
    }).result;
    expect(status).toBe('earlyStopped');
    expect(epochs).toBeLessThan(200);
  });
});

describe('a run stops', () => {
  const stopped = (stop: object, more: object = {}) =>
    fit(line, { ...full, optimizer: sgd({ lr: 0.4 }), epochs: 5000, stop, ...more }).result;

  it('when the loss changes no more', async () => {
    const { status, history } = await stopped({ lossTol: { absolute: 1e-6 }, window: 3 });
    const changes = history.map(({ loss }, i) =>
      Math.abs(loss - (history[i - 1]?.loss ?? Number.POSITIVE_INFINITY)),
    );
    expect(status).toBe('lossTol');
    expect(
      changes.findIndex((_, i) => i >= 3 && changes.slice(i - 2, i + 1).every((change) => change <= 1e-6)),
    ).toBe(history.length - 1);
  });

  it('when the parameters move no more', async () => {
    const { status, params, epochs } = await stopped({ stepTol: 1e-6 });
    expect(status).toBe('stepTol');
    expect(epochs).toBeLessThan(200);
    expect(params.w.data[0]).toBeCloseTo(3, 4);
  });

  it('at a target, of validation rows where there are any', async () => {
    const { status, history } = await stopped({ target: 0.01 });
    expect(status).toBe('target');
    expect(history.at(-1)!.loss).toBeLessThanOrEqual(0.01);
    expect(history.at(-2)!.loss).toBeGreaterThan(0.01);
    const other = await stopped({ target: 0.5 }, { validation: { x, y: noisy } });
    expect(other.status).toBe('maxSteps');
    expect(other.validationLoss).toBeGreaterThan(0.5);
  });

  it('after so many steps, within an epoch too, with the last weights looked at', async () => {
    const { status, steps, epochs, validationLoss } = await fit(line, {
      ...common,
      validation: train,
      optimizer: sgd({ lr: 0.1 }),
      batchSize: 4,
      epochs: 100,
      stop: { steps: 17 },
    }).result;
    expect({ status, steps, epochs }).toEqual({ status: 'maxSteps', steps: 17, epochs: 1 });
    const one = await fit(line, {
      ...common,
      validation: train,
      optimizer: sgd({ lr: 0.1 }),
      batchSize: 4,
      epochs: 1,
    }).result;
    expect(validationLoss).toBeLessThan(one.validationLoss!);
  });
});

describe('what is not finite', () => {
  const steep = (nonFinite: 'stop' | 'lowerRate' | 'clip', options: object = {}) =>
    fit(line, {
      train,
      loss: squared,
      optimizer: sgd({ lr: 50 }),
      batchSize: 8,
      epochs: 400,
      seed: 2,
      nonFinite,
      ...options,
    });
  const followed = async <P>(run: FitRun<P>) => {
    const [findings, epochs]: [FindingEvent[], EpochEvent[]] = [[], []];
    for await (const event of run) {
      if (event.kind === 'finding') findings.push(event);
      if (event.kind === 'epoch') epochs.push(event);
      if (event.kind === 'step')
        expect(event.loss.every(Number.isFinite) && event.gradNorm.every(Number.isFinite)).toBe(true);
    }
    return { findings, history: epochs, result: await run.result };
  };

  it.each(['full', 8, 40, 17] as const)(
    'is left behind at a lower rate, with batches of %s',
    async (batchSize) => {
      const { findings, result } = await followed(steep('lowerRate', { batchSize, epochs: 2000 }));
      expect(result.status).toBe('maxSteps');
      expect(findings.length).toBeGreaterThan(3);
      expect(findings[0]!.message).toMatch(
        /^step \d+ made the loss or the weights not finite; it is taken again at 0.5 of/,
      );
      expect(result.loss).toBeLessThan(1e-3);
      expect(result.params.w.data[0]).toBeCloseTo(3, 1);
    },
  );

  it('is left behind from the weights of the best epoch, where the step before was too far off already', async () => {
    const net = mlp({ inputs: 1, hidden: [16], outputs: 1 });
    // The rate is right for five epochs; then it explodes.
    const optimizer = sgd({ lr: (step) => (step < 25 ? 0.1 : 300), momentum: 0.9 });
    const run = fit(net, {
      train,
      loss: squared,
      optimizer,
      batchSize: 8,
      epochs: 60,
      nonFinite: 'lowerRate',
    });
    const { findings, history, result } = await followed(run);
    const again = findings.filter(({ message }) =>
      message.includes('not finite again; the run goes on from the weights of its best epoch'),
    );
    expect(again.length).toBeGreaterThan(0);
    expect(result.status).toBe('maxSteps');
    // Without the way back over the best epoch it is 1e20 and more. A rate just low enough is no good one yet.
    expect(result.loss).toBeLessThan(10 * history[4]!.loss);
  });

  it('takes the same way however steps are dealt out to calls', async () => {
    // Commands that change nothing make the loop wait in between, and epochs cut calls.
    const one = await steep('lowerRate', { epochs: 60 }).result;
    const two = await steep('lowerRate', { epochs: 60, evaluateEvery: 7 }).result;
    expect(numbers(two.params)).toEqual(numbers(one.params));
  });

  it('is avoided by clipping', async () => {
    const model = {
      init: line.init,
      apply: (params: { w: Tensor; b: Tensor }, x: Tensor) => line.apply(params, x).exp(),
    };
    // One step is far too long: exp overflows. It is taken again with shorter and shorter gradients.
    const optimizer = sgd({ lr: (step) => (step === 2 ? 120 : 0.1) });
    const rows = { x, y: x.map(([v]) => [Math.exp(1.2 * v! + 0.5)]) };
    const run = fit(model, {
      train: rows,
      loss: squared,
      optimizer,
      batchSize: 8,
      epochs: 20,
      nonFinite: 'clip',
    });
    const { findings, history, result } = await followed(run);
    expect(findings.map(({ step }) => step)).toEqual(new Array(findings.length).fill(2));
    expect(findings[0]!.message).toContain(
      'step 3 made the loss or the weights not finite; it is taken again with gradients cut to length',
    );
    expect(history[2]!.clipped).toBeGreaterThan(0);
    expect(result).toMatchObject({ status: 'maxSteps', steps: 100 });
    expect(Number.isFinite(result.loss)).toBe(true);
  });

  it('ends the run where the data are at fault', async () => {
    const holed = { x, y: y.map(([v], i) => [i === 8 ? Number.NaN : v!]) };
    const { findings, result } = await followed(steep('lowerRate', { train: holed }));
    expect({ status: result.status, findings }).toEqual({ status: 'nonFinite', findings: [] });
  });

  it('is not told of validation rows', async () => {
    const options = { optimizer: sgd({ lr: 0.1 }), validation: { x: x.map(() => [3e38]), y }, epochs: 3 };
    const { history, result } = await followed(steep('stop', options));
    expect(result.status).toBe('maxSteps');
    expect(history.map(({ validationLoss }) => validationLoss)).toEqual([undefined, undefined, undefined]);
  });
});

describe('clipping in fit', () => {
  it('tells the share of steps that were cut', async () => {
    const norms: number[] = [];
    const run = fit(line, {
      ...common,
      optimizer: sgd({ lr: 0.05 }),
      batchSize: 4,
      epochs: 6,
      clip: { norm: 2 },
    });
    const shares: number[] = [];
    for await (const event of run) {
      if (event.kind === 'step') norms.push(...event.gradNorm);
      if (event.kind === 'epoch') shares.push(event.clipped!);
    }
    const expected = Array.from(
      { length: 6 },
      (_, i) => norms.slice(10 * i, 10 * i + 10).filter((norm) => norm > 2).length / 10,
    );
    expect(shares).toEqual(expected);
    expect(shares.some((share) => share > 0) && shares.some((share) => share < 1)).toBe(true);
  });

  it('moves no further than the limits allow', async () => {
    const steps = async (clip: object) => {
      const before = await fit(line, { ...full, optimizer: sgd({ lr: 1 }), epochs: 0 }).result;
      const after = await fit(line, { ...full, optimizer: sgd({ lr: 1 }), epochs: 1, clip }).result;
      return numbers(after.params).map((value, i) => value - numbers(before.params)[i]!);
    };
    expect(Math.hypot(...(await steps({ norm: 0.3 })))).toBeCloseTo(0.3, 10);
    for (const moved of await steps({ value: 0.2 })) expect(Math.abs(moved)).toBeCloseTo(0.2, 10);
  });
});

describe('misuse of the loop', () => {
  it.each([
    [
      { metrics: { f1: 'f1' } },
      "metrics.f1 must be a function of predictions and y, or a plain one marked as in numeric(rmse), got 'f1'",
    ],
    [
      { metrics: { rmse } },
      'metrics.rmse must give a tensor, got NaN; a plain function of numbers is marked, as in numeric(rmse)',
    ],
    [{ metrics: { loss: off } }, 'metrics.loss: that name is taken; choose another'],
    [
      { metrics: { off }, earlyStopping: { metric: 'off' } },
      'earlyStopping.mode must be min or max: say which is better for off',
    ],
    [
      { earlyStopping: { metric: 'auc' } },
      "earlyStopping.metric must be one of validationLoss, loss, got 'auc'",
    ],
    [
      { earlyStopping: {} },
      "earlyStopping: there are no validation rows; give some, or watch metric: 'loss'",
    ],
    [
      { patience: 3, earlyStopping: { patience: 3 } },
      'patience is short for earlyStopping: { patience }; give one of them',
    ],
    [{ patience: 0.5 }, 'patience must be a positive integer, got 0.5'],
    [
      { stop: { lossTol: 1e-6 } },
      'stop.lossTol must be an object that says which change is meant, as in { relative: 1e-6 }, got 0.000001',
    ],
    [{ stop: { steps: 0 } }, 'stop.steps must be a positive integer, got 0'],
    [{ stop: { loss: 1 } }, 'fit: there is no option stop.loss'],
    [{ nonFinite: 'skip' }, "nonFinite must be one of stop, lowerRate, clip, got 'skip'"],
    [{ clip: { norm: 0 } }, 'clip.norm must be a number above 0, got 0'],
    [{ clip: 1 }, 'clip must be an object such as { norm: 1 }, got 1'],
  ])('is told: %o', async (options, message) => {
    const given = { ...full, optimizer: sgd({ lr: 0.1 }), epochs: 1, ...options };
    await expect(fit(line, given as never).result).rejects.toThrow(message);
  });
});
