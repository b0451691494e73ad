import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.js';
import golden from '../golden/torch-lbfgs.json' with { type: 'json' };
import { minimize } from '../minimize.js';
import { maxSteps } from '../stop.js';
import { lbfgs } from './lbfgs.js';

interface Step {
  readonly x: readonly number[];
  readonly evals: number;
}

const { P1, P2 } = golden.problems;
const PROBLEMS: Record<string, { x0: number[]; f: (x: Tensor) => Tensor }> = {
  P1: {
    x0: P1.x0,
    f: (x) => {
      const size = x.abs();
      const logCosh = size.add(size.mul(-2).exp().log1p()).sub(Math.LN2);
      return x.constant(P1.A).matmul(x).div(2).sub(P1.b).mul(x).add(logCosh).sum();
    },
  },
  P2: {
    x0: P2.x0,
    f: (x) => {
      const [a, b] = [x.slice([0], [1]), x.slice([1])];
      return b.sub(a.square()).square().mul(100).add(a.sub(1).square()).sum();
    },
  },
};

describe("lbfgs({ convention: 'torch' })", () => {
  it.each(golden.cases.map((c) => [`${c.problem}, ${c.lineSearch}, maxIter ${c.maxIter}`, c] as const))(
    'takes PyTorch’s steps, with as many evaluations, on %s',
    (_, { problem, steps, noise, lineSearch, ...options }) => {
      const { f, x0 } = PROBLEMS[problem]!;
      const search = lineSearch === 'strongWolfe' ? 'strongWolfe' : 'none';
      const method = lbfgs({ convention: 'torch', ...options, lineSearch: search });
      for (const [count, expected] of Object.entries(steps as Partial<Record<string, Step>>)) {
        if (!expected) continue;
        const { last, evaluations } = minimize(f, x0, { method, stop: maxSteps(Number(count)) });
        const tolerance = Math.max(1e-9, 100 * noise);
        const error = expected.x.map((v, i) => Math.abs(last.x.data[i]! - v) / Math.max(1, Math.abs(v)));
        expect(Math.max(...error)).toBeLessThan(tolerance);
        expect(evaluations - 1).toBe(expected.evals);
      }
    },
  );

  it('ends where a step no longer moves', () => {
    const { f, x0 } = PROBLEMS.P2!;
    const method = lbfgs({ convention: 'torch', lineSearch: 'strongWolfe' });
    const { status, best } = minimize(f, x0, { method });
    expect(['gradTol', 'stepTol']).toContain(status);
    expect(best.value).toBeLessThan(1e-9);
  });
});
