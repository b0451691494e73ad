import { describe, expect, it } from 'vitest';
import { mapLeaves } from '../../optim/leaves.js';
import { batch, expectWithin, LOSSES, pack, problems, unpack } from '../../optim/testing/golden.js';
import type { Leaves } from '../../optim/transform.js';
import type { NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import golden from '../golden/torch-lbfgs.json' with { type: 'json' };
import { minimize } from '../minimize.js';
import { maxSteps } from '../stop.js';
import { lbfgs } from './lbfgs.js';

interface Step {
  readonly x: readonly number[];
  readonly evals: number;
}

/** The problem of a name on all its rows, and its start. */
function problemOf(name: string) {
  const problem = problems[name]!;
  const f = (params: Leaves<Tensor>): Tensor => {
    const [some] = Object.values(params);
    return LOSSES[name]!(
      params,
      mapLeaves(batch(problem), (rows) => some!.constant(rows)),
    );
  };
  return { f, x0: unpack(problem, problem.x0) };
}

it('no reference case is left out', () => {
  expect(golden.cases.length).toBe(16);
});

describe("lbfgs({ convention: 'torch' })", () => {
  it.each(golden.cases.map((c) => [`${c.problem}, ${c.lineSearch}, maxIter ${c.maxIter}`, c] as const))(
    'takes PyTorch’s steps, with as many evaluations, on %s',
    (_, { problem, steps, noise, lineSearch, ...options }) => {
      const { f, x0 } = problemOf(problem);
      const search = lineSearch === 'strongWolfe' ? 'strongWolfe' : 'none';
      const method = lbfgs({ convention: 'torch', ...options, lineSearch: search });
      for (const [count, expected] of Object.entries(steps as Partial<Record<string, Step>>)) {
        if (!expected) continue;
        const { last, evaluations } = minimize(f, x0, { method, stop: maxSteps(Number(count)) });
        const tolerance = Math.max(1e-9, 100 * noise);
        expectWithin(pack(last.x as unknown as Leaves<NdArray>), expected.x, tolerance);
        expect(evaluations - 1).toBe(expected.evals);
      }
    },
  );

  it('ends where a step no longer moves', () => {
    const { f, x0 } = problemOf('P2');
    const method = lbfgs({ convention: 'torch', lineSearch: 'strongWolfe' });
    const { status, best } = minimize(f, x0, { method });
    expect(['gradTol', 'stepTol']).toContain(status);
    expect(best.value).toBeLessThan(1e-9);
  });
});
