import { type Analysis, analyze, DownslopeError, type Placing } from '@downslope/core';
import type { Named, Sought } from './problem.js';
import type { Sign } from './report.js';
import type { Walk } from './walk.js';

/** What theory says at a point, or why it says nothing. */
export function analysisOf({ of }: Sought, at: Named): Analysis | string {
  try {
    return analyze(of, at as Record<string, number>);
  } catch (error) {
    if (error instanceof DownslopeError) return error.message;
    throw error;
  }
}

/** What `--json` prints. */
export function summaryOf(
  { minimum }: Walk,
  sign: Sign,
  analysis: Analysis | string | undefined,
  ranking: readonly Placing<Named>[] | undefined,
): Record<string, unknown> {
  const { status, message, best, steps, evaluations } = minimum;
  return {
    status,
    message,
    x: best.x,
    value: sign * best.value,
    gradNorm: best.gradNorm,
    steps,
    evaluations,
    ...(analysis !== undefined && {
      analysis:
        typeof analysis === 'string'
          ? { error: analysis }
          : { ...analysis, eigenvalues: [...analysis.eigenvalues], secondMoment: undefined },
    }),
    ...(ranking && {
      ranking: ranking.map(({ name, lr, minimum: each }) => ({
        name,
        lr,
        value: sign * each.best.value,
        x: each.best.x,
        status: each.status,
        steps: each.steps,
        evaluations: each.evaluations,
      })),
    }),
  };
}
