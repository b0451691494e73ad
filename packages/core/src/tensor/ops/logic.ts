import { toInt32 } from '../dtype.js';
import type { Elementwise, Emit, Lane } from '../record.js';
import { sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { bool, elementwise, everything } from './define.js';

const NO_SLOPE = { none: 'a truth value has no slope' } as const;

const comparison = (
  doc: string,
  reference: (a: number, b: number) => boolean,
  emit: (e: Emit, a: Lane, b: Lane) => Lane,
): Elementwise =>
  elementwise({
    doc,
    gives: () => 'bool',
    reference: ([a, b]) => Number(reference(a!, b!)),
    emit: (e, [a, b]) => emit(e, a!, b!),
    derivative: NO_SLOPE,
  });

export const eq = comparison(
  'a = b',
  (a, b) => a === b,
  (e, a, b) => e.eq(a, b),
);
export const ne = comparison(
  'a ≠ b',
  (a, b) => a !== b,
  (e, a, b) => e.ne(a, b),
);
export const lt = comparison(
  'a < b',
  (a, b) => a < b,
  (e, a, b) => e.lt(a, b),
);
export const le = comparison(
  'a ≤ b',
  (a, b) => a <= b,
  (e, a, b) => e.le(a, b),
);

const logical = (
  doc: string,
  reference: (a: number, b: number) => boolean,
  emit: (e: Emit, a: Lane, b: Lane) => Lane,
): Elementwise =>
  elementwise({
    doc,
    accepts: bool,
    reference: ([a, b = 0]) => Number(reference(a!, b)),
    emit: (e, [a, b]) => emit(e, a!, b!),
    derivative: NO_SLOPE,
  });

export const and = logical(
  'a and b',
  (a, b) => a !== 0 && b !== 0,
  (e, a, b) => e.and(a, b),
);
export const or = logical(
  'a or b',
  (a, b) => a !== 0 || b !== 0,
  (e, a, b) => e.or(a, b),
);
export const not = logical(
  'not a',
  (a) => a === 0,
  (e, a) => e.not(a),
);

/**
 * Linear in a and b together: the branch not taken gets an exact 0. (An infinite slope inside that branch still makes
 * 0·∞ = NaN further down: choose a harmless argument first, as in `safe = ok.where(x, 1); ok.where(safe.log(), 0)`.)
 */
export const where: Elementwise = {
  kind: 'elementwise',
  doc: 'condition ? a : b',
  infer([condition, a, b], _, fail) {
    if (condition!.dtype !== 'bool') fail(`the condition must be bool, got ${condition!.dtype}`);
    if (a!.dtype !== b!.dtype) fail(`mixes ${a!.dtype} and ${b!.dtype}`);
    if (!sameShape(a!.shape, b!.shape) || !sameShape(a!.shape, condition!.shape))
      fail(`shapes [${condition!.shape}], [${a!.shape}] and [${b!.shape}] differ`);
    return a!;
  },
  reference: ([condition, a, b]) => (condition ? a! : b!),
  emit: (e, [condition, a, b]) => e.select(condition!, a!, b!),
  derivative: {
    linear: (input) => {
      if (input === 0) return null;
      const pass = (value: Tensor, condition: Tensor) =>
        input === 1 ? condition.where(value, 0) : condition.where(0, value);
      return {
        apply: (tangent, [condition]) => pass(tangent, condition!),
        transpose: (cotangent, [condition]) => pass(cotangent, condition!),
      };
    },
  },
};

/** Between float types the slope is 1; a derivative does not pass through an integer or truth value. */
export const cast = elementwise({
  doc: 'x in another element type: to bool by ≠ 0, to int32 towards zero, no further than its ends',
  accepts: everything,
  gives: (_, params) => params.dtype as 'float32',
  reference: ([x], params) => {
    if (params.dtype === 'bool') return Number(x !== 0);
    return params.dtype === 'int32' ? toInt32(x!) : x!;
  },
  emit: (e, [x], out) => e.cast(x!, out),
  derivative: {
    linear: () => ({ transpose: (cotangent, [x]) => cotangent.cast(x!.dtype) }),
  },
});

/** The same value under a name of its own, so that a derivative can be taken with respect to just this use of it. */
export const mark = elementwise({
  doc: 'x, told apart from other uses of x',
  accepts: everything,
  reference: ([x]) => x!,
  emit: (_, [x]) => x!,
  derivative: { partials: [() => 1] },
});

export const stopGradient = elementwise({
  doc: 'x, as a constant to every derivative',
  accepts: everything,
  reference: ([x]) => x!,
  emit: (_, [x]) => x!,
  derivative: { none: 'that is its purpose' },
});
