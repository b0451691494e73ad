import { ask, type Method, pointOf } from '../method.js';
import { torchWolfe } from '../search/torch-wolfe.js';
import { gradTol, stepTol } from '../stop.js';
import { along, dot, scaled } from '../vectors.js';
import { direction, type Pair } from './two-loop.js';

/** PyTorch's L-BFGS: one step is one call of its `step`, of up to `maxIter` iterations. */
export interface TorchLbfgsOptions {
  readonly convention: 'torch';
  /** Steps remembered (default 100). */
  readonly memory?: number;
  /** The length that each search tries first, or without a search takes (default 1). */
  readonly lr?: number;
  /** Iterations in one step (default 20). */
  readonly maxIter?: number;
  /** Evaluations in one step after which no iteration begins (default ⌊1.25·maxIter⌋). */
  readonly maxEval?: number;
  /** A step ends where no gradient is larger (default 1e-7). */
  readonly toleranceGrad?: number;
  /** A step ends where neither value nor point change more (default 1e-9). */
  readonly toleranceChange?: number;
  /** `'strongWolfe'`, or `'none'` (default). */
  readonly lineSearch?: 'strongWolfe' | 'none';
}

const CURVATURE = 1e-10;
const largest = (x: Float64Array): number => x.reduce((most, xi) => Math.max(most, Math.abs(xi)), 0);

/**
 * L-BFGS as `torch.optim.LBFGS` has it. Each step begins with an evaluation where the last one ended, so that `minimize`
 * counts one evaluation more than PyTorch: that of the last point.
 */
export function torchLbfgs(options: TorchLbfgsOptions, memory: number): Method {
  const { lr = 1, maxIter = 20, lineSearch = 'none' } = options;
  const { maxEval = Math.floor(1.25 * maxIter), toleranceGrad = 1e-7, toleranceChange = 1e-9 } = options;
  return {
    name: 'lbfgs',
    stop: [gradTol(1e-7), stepTol(0)],
    *descend(objective) {
      let x = objective.start;
      let pairs: Pair[] = [];
      let [scale, t] = [1, 0];
      let d: Float64Array | undefined;
      let before: Float64Array | undefined;
      for (;;) {
        let now = yield* ask(x);
        yield pointOf({ x, ...now });
        if (largest(now.gradient) <= toleranceGrad) continue;
        const begin = objective.evaluations - 1;
        for (let i = 1; i <= maxIter; i++) {
          const g = now.gradient;
          const isFirst = d === undefined;
          if (d && before) {
            const [s, y] = [scaled(t, d), along(g, -1, before)];
            const ys = dot(y, s);
            if (ys > CURVATURE) {
              pairs = [...pairs, { s, y, rho: 1 / ys }].slice(-memory);
              scale = ys / dot(y, y);
            }
          }
          d = direction(g, pairs, scale);
          before = g;
          const { value } = now;
          t = isFirst ? Math.min(1, 1 / g.reduce((sum, gi) => sum + Math.abs(gi), 0)) * lr : lr;
          if (dot(g, d) > -toleranceChange) break;
          if (lineSearch === 'strongWolfe') {
            const reached = yield* torchWolfe({ x, ...now }, d, t);
            t = reached.t;
            now = reached;
          }
          x = along(x, t, d);
          if (lineSearch === 'none' && i < maxIter) now = yield* ask(x);
          if (objective.evaluations - begin >= maxEval || largest(now.gradient) <= toleranceGrad) break;
          if (t * largest(d) <= toleranceChange || Math.abs(now.value - value) < toleranceChange) break;
        }
      }
    },
  };
}
