import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activations } from '../nn/activations.js';
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
import { prodigy } from '../optim/optimizers/prodigy.js';
import { radam } from '../optim/optimizers/radam.js';
import { scheduleFreeAdamW } from '../optim/optimizers/schedule-free.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { sgld } from '../optim/optimizers/sgld.js';
import { soap } from '../optim/optimizers/soap.js';
import { cosine } from '../optim/schedules/cosine.js';
import { oneCycle } from '../optim/schedules/one-cycle.js';
import { warmup } from '../optim/schedules/warmup.js';
import type { Transform } from '../optim/transform.js';
import { accumulate } from '../optim/transforms/accumulate.js';
import { ema } from '../optim/transforms/ema.js';
import { lookahead } from '../optim/transforms/lookahead.js';
import { reduceOnPlateau } from '../optim/transforms/reduce-on-plateau.js';
import { sam } from '../optim/transforms/sam.js';
import { swa } from '../optim/transforms/swa.js';
import { type FitResult, fit } from './fit.js';
import type { FitOptions } from './options.js';
import type { Snapshot } from './snapshot.js';

const x = Array.from({ length: 20 }, (_, i) => [i / 10 - 1, Math.sin(3 * i)]);
const y = x.map(([a, b]) => [Math.sin(3 * a!) + 0.2 * b!]);
const validation = { x: x.slice(0, 7), y: y.slice(0, 7).map(([v]) => [v! + 0.05]) };
const plain = mlp({ inputs: 2, hidden: [4], outputs: 1 }) as Model;
const common = {
  train: { x, y },
  validation,
  loss: squared,
  optimizer: adam({ lr: 0.02 }),
  batchSize: 6, // and a rest of 2
  epochs: 3,
};

/** A run that is cut at each of its steps. */
async function cutUp(model: Model, options: FitOptions) {
  const snapshots: Snapshot[] = [];
  const checkpoint = { every: { steps: 1 }, save: (snapshot: Snapshot) => void snapshots.push(snapshot) };
  return { result: await fit(model, { ...options, checkpoint }).result, snapshots };
}

/** A result as bits: all that is not time. */
const bits = ({ seconds: _, history, ...rest }: FitResult) => ({
  ...rest,
  history: history.map(({ seconds: _, ...event }) => event),
});

describe('a run that is resumed ends with the same bits', () => {
  it('also where it goes back from what is not finite, is steered by windows, and clips', async () => {
    const line = linear({ inputs: 2, outputs: 1 }) as Model;
    const options: FitOptions = {
      ...common,
      optimizer: sgd({ lr: 300, momentum: 0.5 }),
      clip: { value: 1e35 },
      nonFinite: 'lowerRate',
      earlyStopping: { window: 2, minDelta: 1e-3, patience: 30 },
      stop: { lossTol: { relative: 1e-9 }, window: 2 },
      epochs: 12,
    };
    const { result, snapshots } = await cutUp(line, options);
    expect(snapshots.some(({ progress }) => progress.recoveries > 0)).toBe(true);
    const recoveries = snapshots.map(({ progress }) => progress.recoveries);
    for (const [i, resume] of snapshots.entries())
      if (i % 5 === 0 || recoveries[i] !== recoveries[i + 1])
        expect(bits(await fit(line, { ...options, resume }).result)).toEqual(bits(result));
  });

  it('from each of its steps, with a schedule, momentum, dropout, and parameters that steps renew', async () => {
    const model = sequential(
      dense({ inputs: 2, outputs: 4 }),
      batchNorm({ channels: 4 }),
      activations.tanh,
      dropout({ rate: 0.3 }),
      dense({ inputs: 4, outputs: 1 }),
    ) as Model;
    const options = { ...common, optimizer: sgd({ lr: cosine(0.1, { steps: 12 }), momentum: 0.9 }) };
    const { snapshots, result } = await cutUp(model, options);
    expect(snapshots.map(({ progress }) => progress.steps)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const resume of snapshots)
      expect(bits(await fit(model, { ...options, resume }).result)).toEqual(bits(result));
  });

  const rate = {
    constant: 0.02,
    cosine: cosine(0.02, { steps: 12 }),
    oneCycle: oneCycle(0.05, { steps: 12 }),
    warmup: warmup(0.02, { steps: 5 }),
  };
  const made: Record<string, (lr: (typeof rate)[keyof typeof rate]) => Transform> = {
    adam: (lr) => adam({ lr }),
    radam: (lr) => radam({ lr }),
    sgld: (lr) => sgld({ lr }),
    soap: (lr) => soap({ lr }),
    prodigy: () => prodigy(),
    scheduleFree: (lr) => scheduleFreeAdamW({ lr }),
    accumulate: (lr) => accumulate(3, adam({ lr })),
    ema: (lr) => chain(adam({ lr }), ema({ decay: 0.8 })),
    swa: (lr) => chain(adam({ lr }), swa({ start: 4, every: 2 })),
    lookahead: (lr) => lookahead(adam({ lr }), { k: 3 }),
    sam: (lr) => sam(sgd({ lr, momentum: 0.9, nesterov: true })),
    plateau: (lr) => reduceOnPlateau(adam({ lr }), { patience: 0, threshold: 0.5, factor: 0.5 }),
  };
  it.each(Object.keys(made))('with %s, whatever the schedule, the cut and the settings', async (name) => {
    const settings = fc.record({
      lr: fc.constantFrom(...(Object.keys(rate) as (keyof typeof rate)[])),
      batchSize: fc.constantFrom<number | 'full'>(6, 9, 'full'),
      shuffle: fc.boolean(),
      seed: fc.nat(9),
      dtype: fc.constantFrom('float32' as const, 'float64' as const),
      evaluateEvery: fc.constantFrom(1, 2),
      validated: fc.boolean(),
      cut: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ lr, cut, validated, ...rest }) => {
        const options: FitOptions = { ...common, ...rest, optimizer: made[name]!(rate[lr]) };
        if (!validated) Object.assign(options, { validation: undefined });
        const { snapshots, result } = await cutUp(plain, options);
        const resume = structuredClone(snapshots[cut % snapshots.length]!);
        const untouched = structuredClone(resume);
        expect(bits(await fit(plain, { ...options, resume }).result)).toEqual(bits(result));
        expect(resume).toEqual(untouched);
      }),
      { numRuns: process.env.DOWNSLOPE_FULL ? 30 : 2 },
    );
  });

  it('when it stopped early, and when it is stopped and resumed again and again', async () => {
    const options = { ...common, optimizer: adam({ lr: 0.3 }), epochs: 60, patience: 4 };
    const { result } = await cutUp(plain, options);
    expect(result.status).toBe('earlyStopped');
    let resume: Snapshot | undefined;
    let last: FitResult | undefined;
    for (let legs = 0; last?.status !== 'earlyStopped'; legs++) {
      expect(legs).toBeLessThan(200);
      const stop = new AbortController();
      const save = (snapshot: Snapshot) => {
        resume = snapshot;
        if (snapshot.progress.steps % 17 === 16) stop.abort();
      };
      const checkpoint = { every: { steps: 1 }, save };
      last = await fit(plain, { ...options, signal: stop.signal, checkpoint, ...(resume ? { resume } : {}) })
        .result;
    }
    expect(bits(last)).toEqual(bits(result));
  });

  it('with more epochs from its end on', async () => {
    const { result } = await cutUp(plain, { ...common, epochs: 7 });
    const { snapshots } = await cutUp(plain, common);
    const resume = snapshots.at(-1)!;
    expect(bits(await fit(plain, { ...common, epochs: 7, resume }).result)).toEqual(bits(result));
  });

  it('with a rate that was set by command', async () => {
    const run = fit(plain, {
      ...common,
      epochs: 4,
      checkpoint: { every: { steps: 1 }, save: (snapshot) => void snapshots.push(snapshot) },
    });
    const snapshots: Snapshot[] = [];
    for await (const event of run)
      if (event.kind === 'checkpoint' && event.steps === 5) run.command({ lr: 0.1 });
    const after = snapshots.find(({ progress }) => progress.hyper.lr === 0.1)!;
    expect(after.progress.steps).toBeLessThan(16);
    expect(bits(await fit(plain, { ...common, epochs: 4, resume: after }).result)).toEqual(
      bits(await run.result),
    );
  });
});

describe('what does not go on is refused', () => {
  const others: [string, object, string | RegExp][] = [
    [
      'rows',
      { train: { x, y: y.map(([v]) => [v! + 1]) } },
      /^resume: train is not what the run began with; a run/,
    ],
    ['fewer rows', { train: { x: x.slice(1), y: y.slice(1) } }, 'began with (19 rows, 20 then)'],
    [
      'validation rows',
      { validation: undefined },
      'resume: validation is not what the run began with (0 rows, 7 then)',
    ],
    ['a batch size', { batchSize: 5 }, 'resume: batchSize is 5, and was 6 when the run began'],
    ['a seed', { seed: 1 }, 'resume: seed is 1, and was 0'],
    ['an element type', { dtype: 'float64' }, 'resume: dtype is "float64", and was "float32"'],
    ['numerics', { numerics: 'portable' }, 'resume: numerics is "portable", and was "fast"'],
    ['a rate', { optimizer: adam({ lr: 0.1 }) }, "resume: the optimizer's lr is 0.1, and was 0.02"],
    ['a schedule', { optimizer: adam({ lr: () => 0.02 }) }, "resume: the optimizer's lr is [0.02,"],
    ['an optimizer', { optimizer: radam({ lr: 0.02 }) }, 'model, loss or optimizer compute something else'],
    [
      'a loss',
      { loss: (p: never, t: never) => squared(p, t).mul(2) },
      'model, loss or optimizer compute something else',
    ],
    ['initial weights', { params: undefined }, 'the initial weights are others'],
    ['no snapshot', { resume: { epoch: 3 } }, 'resume must be what checkpoint.save was given, got an Object'],
    [
      'another version',
      { resume: { kind: 'fit', version: 2 } },
      'the checkpoint is of version 2, and this Downslope knows version 1',
    ],
    ['another kind', { resume: { kind: 'table', version: 1 } }, 'a checkpoint of trainTable, not of fit'],
  ];
  it.each(others)('%s', async (what, other, message) => {
    const { params } = await fit(plain, { ...common, epochs: 1 }).result;
    const { snapshots } = await cutUp(plain, {
      ...common,
      ...(what === 'initial weights' ? { params } : {}),
    } as never);
    const again = fit(plain, { ...common, resume: snapshots[4]!, ...other } as never).result;
    await expect(again).rejects.toThrow(message);
  });
});

describe('another backend', () => {
  const told = async (numerics: 'fast' | 'portable') => {
    const options: FitOptions = { ...common, numerics };
    const { snapshots } = await cutUp(plain, options);
    const { backend, ...rest } = snapshots[4]!;
    const found: string[] = [];
    const resume = { ...rest, backend: { ...backend, engine: 'V8 1.0' } };
    for await (const event of fit(plain, { ...options, resume }))
      if (event.kind === 'finding') found.push(event.message);
    return found;
  };
  it('is told where bits may hang on it, and not where they do not', async () => {
    expect(await told('fast')).toEqual([
      expect.stringMatching(
        /^the last bits may be others than of a run without a break: the engine is .*, and was V8 1\.0$/,
      ),
    ]);
    expect(await told('portable')).toEqual([]);
  });
});

describe('checkpoints', () => {
  it('are kept every so many epochs, on command, and at the end', async () => {
    const kept: number[] = [];
    const save = ({ progress }: Snapshot) => void kept.push(progress.steps);
    await fit(plain, { ...common, epochs: 5, checkpoint: { every: { epochs: 2 }, save } }).result;
    expect(kept.splice(0)).toEqual([8, 16, 20]);
    await fit(plain, { ...common, checkpoint: { save } }).result;
    expect(kept.splice(0)).toEqual([12]);
    const run = fit(plain, { ...common, checkpoint: { save } });
    run.command('checkpoint');
    await run.result;
    expect(kept).toHaveLength(2);
    const told = [];
    const alone = fit(plain, common);
    alone.command('checkpoint');
    for await (const event of alone) if (event.kind === 'finding') told.push(event.message);
    expect(told).toEqual(['there is no place for a checkpoint; give checkpoint: { save }']);
  });

  it('that cannot be kept are a finding, once, and the run goes on', async () => {
    const found: string[] = [];
    const save = () => Promise.reject(new Error('no space left on device'));
    const run = fit(plain, { ...common, checkpoint: { every: { steps: 2 }, save } });
    for await (const event of run) if (event.kind === 'finding') found.push(event.message);
    expect(found).toEqual(['no checkpoint was kept, and the run goes on: no space left on device']);
    expect(bits(await run.result)).toEqual(bits(await fit(plain, common).result));
  });

  it.each([
    [{ save: 'here' }, 'checkpoint.save must be a function that keeps a snapshot, got "here"'],
    [{ save() {}, every: 5 }, 'checkpoint.every must be { steps }, { epochs } or { seconds }, got 5'],
    [{ save() {}, every: { minutes: 5 } }, 'got {"minutes":5}'],
    [{ save() {}, every: { steps: 0.5 } }, 'checkpoint.every.steps must be a positive integer, got 0.5'],
    [{ save() {}, evry: 5 }, 'there is no option checkpoint.evry; did you mean "every"?'],
  ])('must be asked for as %j', async (checkpoint, message) => {
    await expect(fit(plain, { ...common, checkpoint } as never).result).rejects.toThrow(message);
  });
});
