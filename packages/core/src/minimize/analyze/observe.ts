import { pointsOf } from '../method.js';
import { newtonCG } from '../methods/newton-cg.js';
import type { Objective } from '../objective.js';
import { along, norm } from '../vectors.js';
import type { Kind } from './kind.js';
import { type MeasuredRates, measure } from './measure.js';
import { bestRates } from './rates.js';
import { type SecondMoment, secondMoment } from './second-moment.js';
import { randomUnit, type Spectrum, spectrumOf } from './spectrum.js';

/**
 * How far from a minimum the runs start, as a share of max(1, ‖x‖): so close that the function is a quadratic there, so far that
 * gradients are no rounding.
 */
const NEARBY = { exact: 1e-5, 'central differences': 1e-3 } as const;
/** The same for flat points, where no distance is close enough for that. */
const NEAR_FLAT = 0.1;

interface Observed {
  readonly measured?: MeasuredRates;
  readonly secondMoment?: SecondMoment;
}

interface Limits {
  readonly steps: number;
  readonly tolerance: number;
}

/** Descents from near the objective's start back to it; none where it is not low. */
export function observe(objective: Objective, spectrum: Spectrum, kind: Kind, limits: Limits): Observed {
  if (kind === 'minimum') return atMinimum(objective, spectrum, limits);
  return kind === 'flat' ? { measured: atFlat(objective, spectrum, limits) } : {};
}

function atMinimum(objective: Objective, { values, columns }: Spectrum, limits: Limits): Observed {
  const { value } = objective.evaluate(objective.start);
  const low = bottom(objective);
  const distance = NEARBY[objective.derivatives] * Math.max(1, norm(low));
  const rates = bestRates(values[0]!, values[values.length - 1]!, limits.tolerance);
  const from = along(low, distance, randomUnit(low.length));
  return {
    measured: measure(objective, from, rates, value, limits),
    ...(columns && { secondMoment: secondMoment(objective, low, columns, distance) }),
  };
}

/** The minimum itself, to the last digit that Newton's method can tell: x may be a little beside it. */
function bottom(objective: Objective): Float64Array {
  let x = objective.start;
  let points = 0;
  for (const point of pointsOf(newtonCG(), objective)) {
    x = point.x;
    if (++points === 20) break;
  }
  return x;
}

/** Undefined where a side of the point is not higher. */
function atFlat(objective: Objective, { values }: Spectrum, limits: Limits): MeasuredRates | undefined {
  const { start: at } = objective;
  const direction = randomUnit(at.length);
  const distance = NEAR_FLAT * Math.max(1, norm(at));
  const [ahead, behind] = [along(at, distance, direction), along(at, -distance, direction)];
  const { value } = objective.evaluate(at);
  const isLow = [ahead, behind].every((x) => objective.evaluate(x).value > value);
  const there = spectrumOf(at.length, (v) => objective.hessianTimes(ahead, v)).values;
  const smoothness = Math.max(values[values.length - 1]!, there[there.length - 1]!);
  if (!isLow || !(smoothness > 0)) return undefined;
  return measure(objective, ahead, bestRates(0, smoothness, limits.tolerance), value, limits);
}
