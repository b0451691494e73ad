import type { RateCurve } from './curve.js';

/** The ways to read a rate off the curve. */
export type Reading = 'steep' | 'minimum' | 'valley' | 'slide';

/** A rate that a reading gives: of the median curve, and the least and the largest that single sweeps give. */
export interface Suggestion {
  readonly lr: number;
  readonly low: number;
  readonly high: number;
}

type Curve = Pick<RateCurve, 'rates' | 'loss'>;

/**
 * The four readings. Each gives the place of a rate on the curve, but for `minimum`, which is a tenth of the rate there.
 *
 * - `steep`: where the loss falls fastest, by its slope against ln lr, before its minimum;
 * - `minimum`: a tenth of the rate at the least loss;
 * - `valley`: half-way through the longest run of falling losses, which need not be neighbours;
 * - `slide`: from the right, a gauge of 15 steps slides down until the slopes at its two ends are alike: where the loss
 *   begins to rise for good.
 */
const READINGS: Readonly<Record<Reading, (curve: Curve) => number>> = {
  steep: ({ rates, loss }) => rates[steepest(loss)]!,
  minimum: ({ rates, loss }) => rates[lowest(loss)]! / 10,
  valley: ({ rates, loss }) => {
    const run = longestFall(loss);
    return rates[(run[0]! + run.at(-1)!) >> 1]!;
  },
  slide: ({ rates, loss }) => rates[slid(loss)]!,
};

/** Beginning and end of a curve that no reading looks at: the average has hardly begun there, or the loss exploded. */
const CUT = { share: 0.1, last: 5 };
const GAUGE = 15;
/** Difference of slopes a step, as a share of the first loss, that the gauge calls alike. */
const ALIKE = 0.005;

/** The suggestions of the median curve, with what single sweeps give. */
export function suggestionsOf({ rates, loss, sweeps }: RateCurve): Readonly<Record<Reading, Suggestion>> {
  const middle = cut({ rates, loss });
  const each = sweeps.map(({ smooth }) => cut({ rates, loss: smooth.subarray(0, rates.length) }));
  const of = (reading: (curve: Curve) => number): Suggestion => {
    const lr = reading(middle);
    const others = each.map(reading);
    return { lr, low: Math.min(lr, ...others), high: Math.max(lr, ...others) };
  };
  return {
    steep: of(READINGS.steep),
    minimum: of(READINGS.minimum),
    valley: of(READINGS.valley),
    slide: of(READINGS.slide),
  };
}

/** Between which rates training goes on well: from where a twentieth of the fall is done up to the least loss. */
export function intervalOf(curve: Curve): { readonly low: number; readonly high: number } {
  const { rates, loss } = cut(curve);
  const least = lowest(loss);
  const begins = loss.findIndex((value) => value <= loss[0]! - (loss[0]! - loss[least]!) / 20);
  return { low: rates[Math.min(Math.max(0, begins), least)]!, high: rates[least]! };
}

function cut({ rates, loss }: Curve): Curve {
  const from = Math.floor(CUT.share * loss.length);
  const to = Math.max(from + 2, loss.length - CUT.last);
  return { rates: rates.subarray(from, to), loss: loss.subarray(from, to) };
}

const lowest = (loss: Float64Array): number => loss.indexOf(loss.reduce((a, b) => Math.min(a, b)));

/** Rates are evenly spaced in their logarithm, so a slope against ln lr is one against the step. */
const slopeAt = (loss: Float64Array, i: number): number => {
  const [before, after] = [Math.max(0, i - 1), Math.min(loss.length - 1, i + 1)];
  return (loss[after]! - loss[before]!) / (after - before);
};

function steepest(loss: Float64Array): number {
  let best = 0;
  for (let i = 0; i <= lowest(loss); i++) if (slopeAt(loss, i) < slopeAt(loss, best)) best = i;
  return best;
}

/** The places of the longest subsequence that falls throughout; of several, the one that ends first. */
function longestFall(loss: Float64Array): number[] {
  const length = new Int32Array(loss.length).fill(1);
  const before = new Int32Array(loss.length).fill(-1);
  let end = 0;
  for (let i = 0; i < loss.length; i++) {
    for (let j = 0; j < i; j++)
      if (loss[j]! > loss[i]! && length[j]! + 1 > length[i]!) {
        length[i] = length[j]! + 1;
        before[i] = j;
      }
    if (length[i]! > length[end]!) end = i;
  }
  const places: number[] = [];
  for (let i = end; i >= 0; i = before[i]!) places.unshift(i);
  return places;
}

function slid(loss: Float64Array): number {
  const limit = ALIKE * Math.abs(loss[0]!);
  let right = loss.length - 1;
  let left = Math.max(0, right - GAUGE);
  while (left > 0 && Math.abs(slopeAt(loss, right) - slopeAt(loss, left)) > limit) {
    right--;
    left--;
  }
  return left;
}
