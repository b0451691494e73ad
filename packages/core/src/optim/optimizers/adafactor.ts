import { type NdArray, zeros } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { movingAverage, oneMinus } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface AdafactorOptions {
  /** Learning rate (default 0.01, unless `relativeStep`). */
  readonly lr?: Schedulable;
  /** In place of a rate, min(0.01, 1/√t) (default false). */
  readonly relativeStep?: boolean;
  /** Measure the step in the root mean square of the parameter array that it moves (default true). */
  readonly scaleParameter?: boolean;
  /** The largest root mean square of a scaled gradient; null for no limit (default 1). */
  readonly clipThreshold?: Schedulable | null;
  /** How fast the memory of squares grows: its decay is 1 − t^−decayRate (default 0.8). */
  readonly decayRate?: Schedulable;
  /** Added to squared gradients (default 1e-30). */
  readonly eps1?: Schedulable;
  /** The least measure of a parameter array, so that zeros can move (default 0.001). */
  readonly eps2?: Schedulable;
  /** Decay of an average of the steps, without bias correction; 0 keeps none (default 0). */
  readonly momentum?: Schedulable;
  /** λ: each step shrinks every parameter by the part λ, whatever the rate (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * Adafactor: Adam's scaling in the memory of rows and columns: m + n numbers for a matrix of m·n. For models that fill
 * the memory.
 *
 * β = 1 − t^−decayRate; q = g² + ε₁; matrices: R ← βR + (1 − β)·(row means of q), C likewise of columns, V = RCᵀ/mean(R);
 * others: V ← βV + (1 − β)q. u = g/√V; u ← u/max(1, RMS(u)/clipThreshold); u ← lr·max(ε₂, RMS(x))·u;
 * x ← x − (average of u) − λx.
 *
 * `lr` is relative to the size of the parameters: 0.01 moves a weight by about one part in a hundred. With
 * `scaleParameter: false` it is as for Adam. Momentum costs one more number a parameter.
 *
 * @throws when an option is out of range, or `lr` comes with `relativeStep`
 * @example
 * ```ts
 * import { adafactor, cosine } from '@downslope/core';
 * const optimizer = adafactor({ lr: cosine(0.03, { steps: 2000 }) });
 * ```
 *
 * Source: N. Shazeer, M. Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018, in optax's form:
 * every matrix is factored, however small, and arrays of other ranks never.
 */
export function adafactor(options: AdafactorOptions = {}): Transform {
  const filled = optionsOf('adafactor', options, {
    lr: undefined,
    relativeStep: false,
    scaleParameter: true,
    clipThreshold: 1,
    decayRate: 0.8,
    eps1: 1e-30,
    eps2: 1e-3,
    momentum: 0,
    weightDecay: 0,
  });
  const { lr = 0.01, relativeStep, scaleParameter, clipThreshold, momentum, ...rest } = filled;
  if (relativeStep && filled.lr !== undefined)
    throw misuse('adafactor: relativeStep is a rate of its own; leave out lr, or relativeStep');
  return leafwise({
    name: 'adafactor',
    hyper: {
      ...rest,
      ...(!relativeStep && { lr }),
      ...(clipThreshold !== null && { clipThreshold }),
      ...(momentum !== 0 && { momentum }),
    } as Record<string, Schedulable>,
    init: (param): { rows?: NdArray; columns?: NdArray; v?: NdArray; m?: NdArray } => ({
      ...(param.shape.length === 2
        ? {
            rows: zeros([param.shape[0]!, 1], param.dtype),
            columns: zeros([1, param.shape[1]!], param.dtype),
          }
        : { v: zerosLike(param) }),
      ...(momentum !== 0 && { m: zerosLike(param) }),
    }),
    update(g, state, { param, hyper, step }) {
      const beta = oneMinus(step.pow(hyper.decayRate!.neg()));
      const [scale, squares] = moments(g.square().add(hyper.eps1!), state, beta);
      let u = g.mul(scale);
      if (hyper.clipThreshold) u = u.div(rms(u).div(hyper.clipThreshold).maximum(1));
      u = u.mul(hyper.lr ?? step.sqrt().reciprocal().minimum(0.01));
      if (scaleParameter) u = u.mul(rms(param).maximum(hyper.eps2!));
      const m = state.m && movingAverage(state.m, u, hyper.momentum!);
      const move = (m ?? u).add(param.mul(hyper.weightDecay!));
      return [move.neg(), { ...squares, ...(m && { m }) }];
    },
  });
}

type Squares = { readonly rows?: Tensor; readonly columns?: Tensor; readonly v?: Tensor };

/** 1/√V, and the averages that make up V. */
function moments(q: Tensor, { rows, columns, v }: Squares, beta: Tensor): [Tensor, Squares] {
  if (v) {
    const next = movingAverage(v, q, beta);
    return [next.sqrt().reciprocal(), { v: next }];
  }
  const r = movingAverage(rows!, q.mean(1, { keepDims: true }), beta);
  const c = movingAverage(columns!, q.mean(0, { keepDims: true }), beta);
  // Two roots, for the product of two tiny averages is 0 in float32.
  return [r.div(r.mean()).sqrt().mul(c.sqrt()).reciprocal(), { rows: r, columns: c }];
}

const rms = (x: Tensor): Tensor => x.square().mean().sqrt();
