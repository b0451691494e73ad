import { minimize, type Tensor } from '@downslope/core';
import type { Named } from './problem.js';

/** What a function is at a point. */
export interface Seen {
  readonly value: number;
  /** ‖∇f‖ */
  readonly gradNorm: number;
}

/** A function at many points. It is compiled once: a method that goes nowhere, and only looks, is handed the program. */
export function look(
  of: (point: Named<Tensor>) => Tensor,
  variables: readonly string[],
  points: Iterable<readonly number[]>,
): Seen[] {
  const seen: Seen[] = [];
  minimize(of, Object.fromEntries(variables.map((name) => [name, 0])), {
    method: {
      name: 'look',
      stop: [],
      *descend(objective) {
        for (const point of points) {
          const { value, gradient } = objective.evaluate(Float64Array.from(point));
          seen.push({ value, gradNorm: Math.hypot(...gradient) });
        }
        yield { x: objective.start, value: 0, gradNorm: 0 };
        return undefined;
      },
    },
  });
  return seen;
}
