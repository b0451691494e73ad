import type { Shape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage, oneMinus } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { partly } from '../transforms/masked.js';
import { isSelected, type Selector } from '../transforms/select.js';
import { type AdamWOptions, adamW } from './adam-w.js';

export interface MuonOptions {
  /** Learning rate of the matrices, and of the rest unless `adamw` says otherwise (default 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average gradient (default 0.95). */
  readonly momentum?: Schedulable;
  /** Look ahead: take the average as it will stand (default true). */
  readonly nesterov?: boolean;
  /** λ: each step shrinks every matrix by the part lr·λ (default 0; PyTorch 0.1). */
  readonly weightDecay?: Schedulable;
  /**
   * The size of a step: 'original' has √max(1, outputs/inputs); 'match_rms_adamw' 0.2·√max(rows, columns), about that of
   * AdamW, whose rates and decays then fit (default 'original'; optax has no other).
   */
  readonly adjustLr?: 'original' | 'match_rms_adamw';
  /** Newton–Schulz steps (default 5). */
  readonly nsSteps?: number;
  /** Keeps the norm that a matrix is divided by from zero (default 1e-7; optax 1e-8). */
  readonly nsEps?: number;
  /** Options of `adamW` for all that is not `only`. */
  readonly adamw?: AdamWOptions;
  /** What is trained by Muon (default {@link hiddenMatrices}); nothing but matrices can be. */
  readonly only?: Selector;
  /** 'torch' takes a matrix for [outputs, inputs], 'optax' for [inputs, outputs] as the layers here are (default 'torch'). */
  readonly convention?: Exclude<Convention, 'keras'>;
}

/**
 * Selects the weight matrices inside a network: not embeddings, not the last layer, by their usual names.
 *
 * @example
 * ```ts
 * import { hiddenMatrices } from '@downslope/core';
 * console.log(hiddenMatrices('hidden0.w', [64, 64]), hiddenMatrices('output.w', [64, 10])); // true false
 * ```
 */
export const hiddenMatrices = (name: string, shape: Shape): boolean =>
  shape.length === 2 && !/(^|[._])(output|head|classifier|logits|embed\w*|wte|wpe)\d*([._]|$)/i.test(name);

/**
 * Muon for the matrices inside a network, AdamW for all else, without a split by hand.
 *
 * b ← μb + (1 − μ)g; u = b, or μb + (1 − μ)g with `nesterov`; O = Newton–Schulz of u, nearly the nearest orthogonal matrix:
 * X ← u/‖u‖, then X ← 3.4445X + (−4.7750A + 2.0315A²)X with A = XXᵀ, five times; x ← (1 − lr·λ)x − lr·s·O with s from
 * `adjustLr`. Every direction is moved by the same amount, the rare ones too. One number is kept for a parameter of a
 * matrix, two for the others. `coverage` tells which is which.
 *
 * Where you know a rate for AdamW, use it with `adjustLr: 'match_rms_adamw'`.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { muon } from '@downslope/core';
 * const optimizer = muon({ lr: 0.003, adjustLr: 'match_rms_adamw', weightDecay: 0.1 });
 * ```
 *
 * Source: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; the scale of `match_rms_adamw`:
 * J. Liu et al., "Muon is scalable for LLM training", 2025. Newton–Schulz runs in the element type of the parameters, where
 * PyTorch takes bfloat16.
 */
export function muon(options: MuonOptions = {}): Transform {
  const { only, adamw, ...rest } = optionsOf('muon', options, {
    lr: 1e-3,
    momentum: 0.95,
    nesterov: true,
    weightDecay: 0,
    adjustLr: 'original',
    nsSteps: 5,
    nsEps: options?.convention === 'optax' ? 1e-8 : 1e-7,
    adamw: {},
    only: hiddenMatrices,
    convention: 'torch',
  });
  const byMuon: Selector = (name, shape) => shape.length === 2 && isSelected(only, name, shape);
  return nameTransform(
    'muon',
    chain(
      partly(orthogonal(rest), byMuon),
      partly(adamW({ lr: rest.lr, ...adamw }), (name, shape) => !byMuon(name, shape)),
    ),
  );
}

function orthogonal(options: Required<Omit<MuonOptions, 'only' | 'adamw'>>): Transform {
  const { lr, momentum, weightDecay, nesterov, adjustLr, nsSteps, nsEps, convention } = options;
  const optax = convention === 'optax';
  return leafwise({
    name: 'muon',
    hyper: { lr, momentum, weightDecay },
    init: (param) => ({ b: zerosLike(param) }),
    update(g, state, { param, hyper: { lr, momentum, weightDecay }, step }) {
      const b = movingAverage(state.b, g, momentum);
      const [average, latest] = optax
        ? [debiased(b, momentum, step.add(1)), debiased(g, momentum, step)]
        : [b, g];
      const u = nesterov ? average.mul(momentum).add(latest.mul(oneMinus(momentum))) : b;
      const o = orthogonalised(u, nsSteps, nsEps, optax);
      const scaled = o.mul(scaleOf(param.shape, optax ? 'original' : adjustLr, optax));
      return [scaled.add(param.mul(weightDecay)).mul(lr.neg()), { b }];
    },
  });
}

function scaleOf([rows, columns]: Shape, adjust: string, inputsFirst: boolean): number {
  if (adjust === 'match_rms_adamw') return 0.2 * Math.sqrt(Math.max(rows!, columns!));
  return Math.sqrt(Math.max(1, inputsFirst ? columns! / rows! : rows! / columns!));
}

/** Newton–Schulz with a quintic whose slope at 0 is steep: singular values go to between 0.7 and 1.2. */
export function orthogonalised(u: Tensor, steps: number, eps: number, epsAdded = false): Tensor {
  const tall = u.shape[0]! > u.shape[1]!;
  let x = tall ? u.transpose() : u;
  const norm = x.square().sum().sqrt();
  x = x.div(epsAdded ? norm.add(eps) : norm.maximum(eps));
  for (let i = 0; i < steps; i++) {
    const a = x.dot(x, false, true);
    x = x.mul(3.4445).add(a.mul(-4.775).add(a.dot(a).mul(2.0315)).dot(x));
  }
  return tall ? x.transpose() : x;
}
