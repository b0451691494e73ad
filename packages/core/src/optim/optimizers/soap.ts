import { zeros } from '../../tensor/array.js';
import { cond } from '../../tensor/control/cond.js';
import { eigh, qr } from '../../tensor/linalg.js';
import type { Tensor } from '../../tensor/tensor.js';
import { correction, movingAverage, oneMinus } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { isMultiple } from '../transforms/when.js';

export interface SoapOptions {
  /** Learning rate (default 0.003). */
  readonly lr?: Schedulable;
  /** Decay of the average gradient (default 0.95). */
  readonly beta1?: Schedulable;
  /** Decay of the average squared gradient (default 0.95). */
  readonly beta2?: Schedulable;
  /** Decay of the averages of ggᵀ and gᵀg; null is β₂ (default null). */
  readonly shampooBeta?: Schedulable | null;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0; the authors 0.01). */
  readonly weightDecay?: Schedulable;
  /** Steps from one renewal of the eigenvectors to the next (default 10). */
  readonly preconditionFrequency?: number;
  /** Divide each scaled gradient by its root mean square (default false). */
  readonly normalizeGrads?: boolean;
  /** Adam's bias corrections (default true). */
  readonly correctBias?: boolean;
}

/**
 * SOAP: Adam in the eigenvectors of Shampoo's preconditioner. For networks of matrices of moderate size.
 *
 * g′ = QLᵀgQR; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g′²; u = QL[(QLᵀmQR)/(√v + ε)]QRᵀ; x ← (1 − lr·λ)(x − lr·c·u), c
 * the bias corrections; then L ← EMA(ggᵀ), R ← EMA(gᵀg), and now and then one step of orthogonal iteration: QL ← the Q of
 * the QR factors of L·QL, likewise QR. The first step only begins the averages: x stays.
 *
 * An m×n matrix costs 2(m² + n²) numbers more than the two of Adam, and a renewal about m³ + n³ operations. Arrays of other
 * ranks go by Adam.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { soap } from '@downslope/core';
 * const optimizer = soap({ lr: 0.003, weightDecay: 0.01 });
 * ```
 *
 * Source: N. Vyas et al., "SOAP: improving and stabilizing Shampoo using Adam", 2024, as the authors' code has it.
 */
export function soap(options: SoapOptions = {}): Transform {
  const { shampooBeta, preconditionFrequency, normalizeGrads, correctBias, ...hyper } = optionsOf(
    'soap',
    options,
    {
      lr: 3e-3,
      beta1: 0.95,
      beta2: 0.95,
      shampooBeta: null,
      eps: 1e-8,
      weightDecay: 0,
      preconditionFrequency: 10,
      normalizeGrads: false,
      correctBias: true,
    },
  );
  return leafwise({
    name: 'soap',
    hyper: { ...hyper, ...(shampooBeta !== null && { shampooBeta }) } as Record<string, Schedulable>,
    init(param) {
      const square = (n: number) => zeros([n, n], param.dtype);
      const [rows, columns] = param.shape as [number, number];
      return {
        m: zerosLike(param),
        v: zerosLike(param),
        ...(param.shape.length === 2 && {
          l: square(rows),
          r: square(columns),
          ql: square(rows),
          qr: square(columns),
        }),
      };
    },
    update(g, state, { param, hyper, step }) {
      const { lr, beta1, beta2, eps, weightDecay } = hyper as Record<string, Tensor>;
      const first = step.eq(1);
      const taken = step.sub(1);
      const begun = (next: Tensor, before: Tensor): Tensor => first.where(before, next);
      const axes = axesOf(state);
      const m = begun(movingAverage(state.m, g, beta1!), state.m);
      const v = begun(movingAverage(state.v, axes.into(g).square(), beta2!), state.v);
      const scaled = axes.outOf(axes.into(m).div(v.sqrt().add(eps!)));
      const u = normalizeGrads ? scaled.div(scaled.square().mean().sqrt().add(1e-30)) : scaled;
      const rate = correctBias ? lr!.mul(first.where(1, correction(beta1!, beta2!, taken))) : lr!;
      const moved = param.sub(u.mul(rate)).mul(oneMinus(lr!.mul(weightDecay!)));
      const update = first.where(0, moved.sub(param));
      if (!state.l) return [update, { m, v }];
      const beta = hyper.shampooBeta ?? beta2!;
      const next = {
        l: movingAverage(state.l, g.dot(g, false, true), beta),
        r: movingAverage(state.r!, g.dot(g, true), beta),
      };
      return [
        update,
        { m, ...renewed(v, { ...state, ...next } as Sides, first, isMultiple(taken, preconditionFrequency)) },
      ];
    },
  });
}

type Sides = { readonly l: Tensor; readonly r: Tensor; readonly ql: Tensor; readonly qr: Tensor };

/** Into the eigenvectors and back. */
function axesOf({ ql, qr }: Partial<Sides>): { into(x: Tensor): Tensor; outOf(x: Tensor): Tensor } {
  if (!ql || !qr) return { into: (x) => x, outOf: (x) => x };
  return {
    into: (x) => ql.dot(x, true).dot(qr),
    outOf: (x) => ql.dot(x).dot(qr, false, true),
  };
}

/** Eigenvectors at the first step, and better ones now and then; v goes with their order. */
function renewed(
  v: Tensor,
  { l, r, ql, qr }: Sides,
  first: Tensor,
  due: Tensor,
): Sides & { readonly v: Tensor } {
  const begin = () => ({ v, l, r, ql: eigenvectors(l), qr: eigenvectors(r) });
  const same = () => ({ v, l, r, ql, qr });
  const iterate = () => {
    const [rows, columns] = [orderOf(l, ql), orderOf(r, qr)];
    return {
      v: byColumns(v.gather(rows), columns),
      l,
      r,
      ql: iterated(l, byColumns(ql, rows)),
      qr: iterated(r, byColumns(qr, columns)),
    };
  };
  return cond(first, begin, () => cond(due, iterate, same));
}

/** Largest eigenvalue first. */
const eigenvectors = (a: Tensor): Tensor => eigh(a).vectors.flip(1);

/** Which columns of q come first by the size of qᵀaq's diagonal. */
const orderOf = (a: Tensor, q: Tensor): Tensor => q.mul(a.dot(q)).sum(0).argSort(-1, { descending: true });

const byColumns = (x: Tensor, order: Tensor): Tensor => x.transpose().gather(order).transpose();

/** One step of orthogonal iteration. */
const iterated = (a: Tensor, q: Tensor): Tensor => qr(a.dot(q)).q;
