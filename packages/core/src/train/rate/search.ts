import type { NdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import { type Dataset, firstNonFinite } from '../dataset.js';
import { atOnce, lossOver } from '../evaluate.js';
import type { Start } from '../workplace.js';
import { curveOf, type RateCurve, type Sweep, smoother, spread } from './curve.js';
import { followsGradient } from './follows.js';
import { sampleOf } from './sample.js';
import { sharpness } from './sharpness.js';
import { intervalOf, type Reading, type Suggestion, suggestionsOf } from './suggest.js';
import { type OptimizerOf, type Trainee, Trials } from './trials.js';

/** A rate that training was begun with, and what came of it. */
export interface RateTrial {
  readonly lr: number;
  /** The readings of the curve that gave it; those close to each other share a trial. */
  readonly from: readonly Reading[];
  /** Mean loss after the trial's steps, without the penalty, over the seeds: of at most 8192 training rows. */
  readonly loss: number;
  /** Standard error of that mean. */
  readonly error: number;
  readonly steps: number;
}

/** How large a rate the curvature bears. */
export interface Stability {
  /** The largest eigenvalue of the Hessian at the starting weights, on at most 512 rows. */
  readonly lambdaMax: number;
  /** 2/λmax: above it, a step of plain gradient descent overshoots along the direction of the largest curvature. */
  readonly limit: number;
  /** True of SGD and its kin; others divide by the size of the gradient, and the limit is none for them. */
  readonly binding: boolean;
  readonly message: string;
}

/** What {@link findLr} finds. */
export interface FoundRate {
  /** The rate to train with. */
  readonly lr: number;
  /** Why that one. */
  readonly message: string;
  /** How the loss answers to the rate. */
  readonly curve: RateCurve;
  readonly suggestions: Readonly<Record<Reading, Suggestion>>;
  /** Rates between which training goes on well, by the curve alone. */
  readonly interval: { readonly low: number; readonly high: number };
  readonly stability?: Stability;
  /** By rising rate. */
  readonly trials: readonly RateTrial[];
  readonly batchSize: number;
  /** Training steps taken in all. */
  readonly steps: number;
  readonly seconds: number;
}

/** How thoroughly to search. */
export interface SearchPlan {
  readonly low: number;
  readonly high: number;
  /** Rates in a sweep. */
  readonly steps: number;
  /** β of the moving average. */
  readonly smoothing: number;
  /** Starting weights, and an order of rows, for each sweep. */
  readonly starts: readonly Start[];
  /** How many of the starts each candidate is tried from, and for how many steps. */
  readonly trials: number;
  readonly trialSteps: number;
  /** Whether to measure λmax: always, or where it binds. */
  readonly stability: 'always' | 'binding' | 'never';
}

/** Rows that trials are compared by, at most. */
const PROBE = 8192;
/** A sweep ends where the smoothed loss is this many times its least, which counts as no less than a share of the first. */
const EXPLODED = { times: 4, share: 0.01 };
/** Candidates within this factor are one. */
const CLOSE = 1.25;
/** A smaller rate is taken if its loss is higher by no more than this share, and it gained as much but for that one. */
const AS_WELL = { loss: 0.02, gain: 0.1 };

/** Looks for a rate. The weights are afterwards what they were. */
export async function searchRate(
  trainee: Trainee,
  make: OptimizerOf,
  plan: SearchPlan,
  pause: () => Promise<void> | undefined,
): Promise<FoundRate> {
  const begin = performance.now();
  const { arena, objective, data, params, batchSize } = trainee;
  const full = batchSize === data.rows;
  const before = params.leaves.map((region) => arena.read(region));
  const trials = new Trials(trainee, make, pause);
  const rates = spread(plan.low, plan.high, plan.steps);
  const sweeps: Sweep[] = [];
  for (const { seed, weights } of distinct(plan.starts, full))
    sweeps.push(await sweep(trials, rates, plan.smoothing, seed, weights));
  const curve = curveOf(rates, sweeps);
  if (curve.rates.length < 2) throw notFinite(data, arena);
  const suggestions = suggestionsOf(curve);
  const probe = sampleOf(data, PROBE, arena);
  const look = lossOver(objective, probe, trials.weights.regions, arena);
  const measure = (): number => atOnce(look());
  const candidates = candidatesOf(suggestions);
  const tried: RateTrial[] = [];
  for (const candidate of candidates) tried.push(await tryOut(trials, candidate, plan, full, measure));
  params.leaves.forEach((region, i) => {
    arena.write(region, plan.starts[0]!.weights[i]!.data);
  });
  const first = atOnce(lossOver(objective, probe, params, arena)());
  const stability = stabilityOf(trainee, trials, plan.stability);
  params.leaves.forEach((region, i) => {
    arena.write(region, before[i]!);
  });
  return {
    ...chosenOf(tried, first),
    curve,
    suggestions,
    interval: intervalOf(curve),
    ...(stability && { stability }),
    trials: tried,
    batchSize,
    steps: trials.steps,
    seconds: (performance.now() - begin) / 1000,
  };
}

function notFinite(data: Dataset, arena: Trainee['arena']): Error {
  const found = firstNonFinite(data, 'train', arena);
  return misuse(
    `no learning rate can be found: the loss is not finite at the first step; ${found ?? 'look at the starting weights and the loss'}`,
  );
}

/** With all rows in each step there is no order: the same weights would make the same sweep. */
function distinct(starts: SearchPlan['starts'], full: boolean): SearchPlan['starts'] {
  const same = ({ weights }: (typeof starts)[number]): boolean =>
    weights.every(({ data }, leaf) => data.every((value, i) => value === starts[0]!.weights[leaf]!.data[i]));
  return full && starts.every(same) ? starts.slice(0, 1) : starts;
}

async function sweep(
  trials: Trials,
  rates: Float64Array,
  beta: number,
  seed: number,
  start: readonly NdArray[],
): Promise<Sweep> {
  const [raw, smooth]: [number[], number[]] = [[], []];
  const next = smoother(beta);
  let least = Number.POSITIVE_INFINITY;
  const goesOn = (loss: number, gradNorm: number): boolean => {
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) return false;
    const value = next(loss);
    least = Math.min(least, value);
    raw.push(loss);
    smooth.push(value);
    const size = Math.max(Math.abs(least), EXPLODED.share * Math.abs(smooth[0]!));
    return value - least <= (EXPLODED.times - 1) * size;
  };
  await trials.run({ start, seed, steps: rates.length, rate: (step) => rates[step]!, goesOn });
  return { seed, raw: Float64Array.from(raw), smooth: Float64Array.from(smooth) };
}

type Candidate = Pick<RateTrial, 'lr' | 'from'>;

/** The suggested rates in rising order; neighbours that are close become one, at the first of them. */
function candidatesOf(suggestions: Readonly<Record<Reading, Suggestion>>): Candidate[] {
  const rising = (Object.entries(suggestions) as [Reading, Suggestion][]).sort((a, b) => a[1].lr - b[1].lr);
  const found: { lr: number; from: Reading[] }[] = [];
  for (const [reading, { lr }] of rising) {
    const last = found.at(-1);
    if (last && lr <= CLOSE * last.lr) last.from.push(reading);
    else found.push({ lr, from: [reading] });
  }
  return found;
}

async function tryOut(
  trials: Trials,
  { lr, from }: Candidate,
  { starts, trials: count, trialSteps }: SearchPlan,
  full: boolean,
  measure: () => number,
): Promise<RateTrial> {
  const losses: number[] = [];
  for (const { seed, weights } of distinct(starts.slice(0, count), full)) {
    await trials.run({ start: weights, seed, steps: trialSteps, rate: () => lr });
    trials.weights.refresh();
    const loss = measure();
    losses.push(Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss);
  }
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
  const error = losses.length > 1 ? Math.sqrt(squares / (losses.length - 1) / losses.length) : 0;
  return { lr, from, loss: mean, error, steps: trialSteps };
}

/** The rate with the lowest loss, an error more being allowed for, or a smaller one that does as well. */
function chosenOf(tried: readonly RateTrial[], first: number): Pick<FoundRate, 'lr' | 'message'> {
  const losses = tried.map(({ loss, error }) => loss + error).filter(Number.isFinite);
  const least = Math.min(...losses);
  const limit = least + Math.min(AS_WELL.loss * Math.abs(least), AS_WELL.gain * Math.max(0, first - least));
  const chosen = tried.find(({ loss, error }) => loss + error <= limit);
  if (!chosen)
    return {
      lr: tried[0]!.lr,
      message: 'no rate that was tried gives a finite loss; this is the smallest of them',
    };
  const { lr, from, loss, error, steps } = chosen;
  const how = loss + error > least ? 'as good as the lowest, from a smaller rate,' : 'the lowest';
  const read = from.map((each) => NAMES[each]).join(' and ');
  return {
    lr,
    message: `${read}: loss ${loss.toPrecision(3)} after ${steps} steps, ${how} of ${tried.length} rates tried`,
  };
}

const NAMES: Readonly<Record<Reading, string>> = {
  steep: 'where the loss falls fastest',
  minimum: 'a tenth of the rate with the least loss',
  valley: 'half-way down the valley',
  slide: 'before the loss rises for good',
};

function stabilityOf(
  trainee: Trainee,
  { optimizer }: Trials,
  when: SearchPlan['stability'],
): Stability | undefined {
  if (when === 'never') return undefined;
  const binding = followsGradient(optimizer);
  if (when === 'binding' && !binding) return undefined;
  const lambdaMax = sharpness(trainee);
  const limit = lambdaMax > 0 ? 2 / lambdaMax : Number.POSITIVE_INFINITY;
  const message = binding
    ? 'plain gradient descent is stable below 2/λmax; momentum β allows up to (2 + 2β)/λmax, Nesterov’s less'
    : `${optimizer.name} divides by the size of the gradient: the limit is for the curvature divided likewise, and 2/λmax is none`;
  return { lambdaMax, limit, binding, message };
}
