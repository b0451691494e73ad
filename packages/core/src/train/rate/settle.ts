import type { Schedulable, Transform } from '../../optim/transform.js';
import type { NdArray } from '../../tensor/array.js';
import type { TypedArray } from '../../tensor/dtype.js';
import { clipped } from '../clipping.js';
import { atOnce, lossOver } from '../evaluate.js';
import type { FindingEvent } from '../events.js';
import { type Named, penaltyOf } from '../objective.js';
import { optimizerOf, problemOf } from '../problem.js';
import type { Placed } from '../work.js';
import { byName } from '../workplace.js';
import { chanceOf, type Doubt, firstLossDoubt, isFar, memoryDoubt, scaleDoubts } from './checks.js';
import { followsGradient } from './follows.js';
import { batchFor, type FoundBatch, noiseScale, rescaled } from './noise.js';
import { sampleOf } from './sample.js';
import { type FoundRate, type SearchPlan, searchRate } from './search.js';
import { type Trainee, Trials } from './trials.js';

/** What `fit` found out before its first step, where it was left to it. */
export interface FoundSettings {
  /** The learning rate that is trained with. */
  readonly lr?: number;
  readonly batchSize?: number;
  readonly rate?: FoundRate;
  readonly batch?: FoundBatch;
}

/**
 * How thorough the search within a run is. Each candidate is tried for some epochs, within limits of steps. The number of epochs
 * that the run may take has no part in it: a run that is resumed to go on for longer finds the same rate.
 */
const SEARCH = { starts: 3, trials: 2, epochs: 3, least: 60, most: 400 };

const SWEEP = { low: 1e-7, high: 10, steps: 100, smoothing: 0.9, stability: 'never' } as const;

/** The problem with rate and batch size settled; tells what was found, and what speaks against beginning so. */
export async function settled(placed: Placed, emit: (event: FindingEvent) => void): Promise<Placed> {
  const { arena, settings, train, tree, objective, clock, optimizer: asked } = placed;
  const tell = (found: Doubt | Pick<FindingEvent, 'rule' | 'message' | 'sweep'>): void =>
    emit({ ...found, kind: 'finding', step: 0 });
  const doubts = scaleDoubts(train, placed.targetIsNumber, arena);
  doubts.forEach(tell);
  const doubtful = doubts.length > 0;
  const { lr: wanted, autoBatch, batchSize, clip } = settings;
  const shuffle = settings.shuffle !== false;
  if (wanted !== 'auto' && !autoBatch) return { ...placed, doubtful };

  const params = byName(tree);
  const trainee: Trainee = { arena, objective, data: train, params, batchSize, shuffle };
  const own = (lr?: Schedulable): Transform =>
    optimizerOf(asked, () => problemOf(objective, train, params, arena, lr));
  const made = (lr?: Schedulable): Transform => clipped(own(lr), clip);
  const starts = placed.starts(SEARCH.starts);
  const steps = trialSteps(placed);
  let lr = wanted === 'auto' ? undefined : wanted;
  let rate: FoundRate | undefined;
  if (wanted === 'auto') {
    const plan = { ...SWEEP, starts, trials: SEARCH.trials, trialSteps: steps };
    rate = await searchRate(trainee, ({ lr }) => made(lr), plan, clock.rest);
    lr = rate.lr;
    tell({
      rule: 'lr',
      message: `learning rate ${brief(lr)}, ${rate.message}; found in ${brief(rate.seconds)} s`,
      sweep: { lr, rates: plain(rate.curve.rates), losses: plain(rate.curve.loss) },
    });
    const doubt = await memoryDoubt(trainee, starts[0]!.weights, clock.rest);
    if (doubt) tell(doubt);
  }
  let batch: FoundBatch | undefined;
  if (autoBatch) {
    const weights = await trainedFor(trainee, made(lr), starts[0]!, steps, clock.rest);
    batch = batchFor(trainee, await noiseScale(trainee, weights, clock.rest));
    const moved = lr !== undefined && batch.size !== batchSize ? lr : undefined;
    if (moved !== undefined) {
      const follows = followsGradient(made(lr));
      lr = rescaled(moved, batchSize, batch.size, follows);
      const how = follows ? 'in proportion' : 'by the square root';
      const change = `from ${brief(moved)} for ${batchSize} rows to ${brief(lr)} (${how})`;
      tell({ rule: 'batch', message: `${batch.message}; the learning rate goes with it, ${change}` });
    } else tell({ rule: 'batch', message: batch.message });
  }
  tree.leaves.forEach((region, i) => {
    arena.write(region, starts[0]!.weights[i]!.data);
  });
  const size = batch?.size ?? batchSize;
  return {
    ...placed,
    doubtful,
    optimizer: own(lr),
    settings: { ...settings, ...(batch && placed.batchesOf(size)) },
    found: {
      batchSize: size,
      ...(lr !== undefined && { lr }),
      ...(rate && { rate }),
      ...(batch && { batch }),
    },
  };
}

/** Rows that the first loss is compared with chance on. */
const LOOK = 1024;

/** As JSON writes them, by the digits that a picture shows. */
const plain = (values: Float64Array): number[] => Array.from(values, (value) => Number(value.toPrecision(5)));

/** A word about the loss at the first step, unless sizes explain it that were told of before. */
export function firstLook(
  { arena, settings, train, tree, objective, doubtful }: Placed,
  loss: number | undefined,
  weights: Named<NdArray>,
  emit: (event: FindingEvent) => void,
): void {
  const write = (values: readonly TypedArray[]): void =>
    tree.leaves.forEach((region, i) => {
      arena.write(region, values[i]!);
    });
  if (loss === undefined || doubtful) return;
  const params = Object.fromEntries(tree.names.map((name, i) => [name, tree.leaves[i]!]));
  const first = loss - penaltyOf(settings.l2, weights);
  const sample = sampleOf(train, LOOK, arena);
  const chance = chanceOf(objective, sample, params, arena);
  if (!isFar(first, chance)) return;
  // One batch may hold rows unlike the others: all of the sample, at the weights that there were.
  const now = tree.leaves.map((region) => arena.read(region));
  write(tree.names.map((name) => weights[name]!.data));
  const doubt = firstLossDoubt(atOnce(lossOver(objective, sample, byName(tree), arena)()), chance);
  write(now);
  if (doubt) emit({ kind: 'finding', ...doubt, step: 0 });
}

function trialSteps({ settings, train }: Placed): number {
  const steps = Math.ceil((SEARCH.epochs * train.rows) / settings.batchSize);
  return Math.min(SEARCH.most, Math.max(SEARCH.least, steps));
}

/** The weights after some steps: what noise there is shows once the first large gradients are gone. */
async function trainedFor(
  trainee: Trainee,
  optimizer: Transform,
  { seed, weights }: SearchPlan['starts'][number],
  steps: number,
  pause: () => Promise<void> | undefined,
): Promise<readonly NdArray[]> {
  const { arena, params } = trainee;
  const trials = new Trials(trainee, () => optimizer, pause);
  await trials.run({ start: weights, seed, steps, rate: () => 0 });
  return params.leaves.map((region) => ({ ...region, data: arena.read(region) }));
}

const brief = (value: number): string => String(Number(value.toPrecision(3)));
