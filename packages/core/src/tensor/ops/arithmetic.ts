import type { Elementwise } from '../record.js';
import type { Tensor } from '../tensor.js';
import { elementwise, float } from './define.js';

/** d(a + b) = da + db */
export const add = elementwise({
  doc: 'a + b',
  reference: ([a, b]) => a! + b!,
  emit: (e, [a, b]) => e.add(a!, b!),
  derivative: { partials: [() => 1, () => 1] },
});

/** d(a − b) = da − db */
export const sub = elementwise({
  doc: 'a − b',
  reference: ([a, b]) => a! - b!,
  emit: (e, [a, b]) => e.sub(a!, b!),
  derivative: { partials: [() => 1, () => -1] },
});

/** d(a·b) = b·da + a·db */
export const mul = elementwise({
  doc: 'a · b',
  // Integers wrap round: of a large product a float64 has not the last bits.
  reference: ([a, b], _, out) => (out === 'int32' ? Math.imul(a!, b!) : a! * b!),
  emit: (e, [a, b]) => e.mul(a!, b!),
  derivative: { partials: [([, b]) => b!, ([a]) => a!] },
});

/** d(a/b) = da/b − y · (db/b). What hangs on the inputs alone is 1/b, which is small where b is repeated. */
export const div = elementwise({
  doc: 'a / b',
  accepts: float,
  reference: ([a, b]) => a! / b!,
  emit: (e, [a, b]) => e.div(a!, b!),
  derivative: {
    differential: (input) => {
      const back = (change: Tensor, [, b]: readonly Tensor[], y: Tensor): Tensor => {
        const share = change.mul(b!.reciprocal());
        return input === 0 ? share : share.mul(y).neg();
      };
      return { apply: back, transpose: back };
    },
  },
});

/** d(aᵇ) = b·aᵇ⁻¹·da + aᵇ·ln a·db, where the second term is 0 at a = 0 (there aᵇ has no slope in b > 0) */
export const pow = elementwise({
  doc: 'a to the power b',
  accepts: float,
  reference: ([a, b]) => a! ** b!,
  emit: (e, [a, b]) => e.math('pow', a!, b!),
  derivative: {
    partials: [
      ([a, b]) => b!.eq(0).where(0, b!.mul(a!.pow(b!.sub(1)))),
      ([a], y) => a!.eq(0).where(0, y.mul(a!.log())),
    ],
  },
});

/** The slope goes to the larger input; at a tie each gets half. */
export const maximum = elementwise({
  doc: 'the larger of a and b; NaN if either is',
  reference: ([a, b]) => Math.max(a!, b!),
  emit: (e, [a, b]) => e.max(a!, b!),
  derivative: {
    partials: [([a, b], y) => share(a!, b!, y), ([a, b], y) => share(b!, a!, y)],
  },
});

export const minimum = elementwise({
  doc: 'the smaller of a and b; NaN if either is',
  reference: ([a, b]) => Math.min(a!, b!),
  emit: (e, [a, b]) => e.min(a!, b!),
  derivative: {
    partials: [([a, b], y) => share(a!, b!, y), ([a, b], y) => share(b!, a!, y)],
  },
});

/** 1 where `own` is the extreme value y, ½ where `other` is it too. */
const share = (own: Tensor, other: Tensor, y: Tensor): Tensor =>
  own.eq(y).cast(y.dtype).sub(own.eq(other).cast(y.dtype).mul(0.5));

export const neg = elementwise({
  doc: '−x',
  reference: ([x]) => -x!,
  emit: (e, [x]) => e.neg(x!),
  derivative: { partials: [() => -1] },
});

/** d|x| = sign(x)·dx, and 0 at the kink */
export const abs = elementwise({
  doc: '|x|',
  reference: ([x]) => Math.abs(x!),
  emit: (e, [x]) => e.abs(x!),
  derivative: { partials: [([x]) => x!.sign()] },
});

/** −1, 0 or 1; NaN stays NaN, and −0 stays −0. */
export const sign = elementwise({
  doc: 'the sign of x: −1, 0 or 1',
  reference: ([x]) => Math.sign(x!),
  emit: (e, [x], out) => {
    const zero = e.constant(0, out);
    const signed = e.select(e.lt(zero, x!), e.constant(1, out), x!);
    return e.select(e.lt(x!, zero), e.constant(-1, out), signed);
  },
  derivative: { none: 'the sign is constant wherever it has a slope' },
});

/** d√x = dx / (2√x) */
export const sqrt = elementwise({
  doc: '√x',
  accepts: float,
  reference: ([x]) => Math.sqrt(x!),
  emit: (e, [x]) => e.sqrt(x!),
  derivative: { partials: [(_, y) => y.reciprocal().mul(0.5)] },
});

const rounding = (
  doc: string,
  reference: (x: number) => number,
  emit: 'floor' | 'ceil' | 'nearest',
): Elementwise =>
  elementwise({
    doc,
    accepts: float,
    reference: ([x]) => reference(x!),
    emit: (e, [x]) => e[emit](x!),
    derivative: { none: 'a step function has slope 0 between its steps' },
  });

export const floor = rounding('the largest integer ≤ x', Math.floor, 'floor');
export const ceil = rounding('the smallest integer ≥ x', Math.ceil, 'ceil');
export const round = rounding('the nearest integer, halves to even', halfToEven, 'nearest');

function halfToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : Math.ceil(x);
  return down % 2 === 0 ? down : Math.ceil(x);
}
