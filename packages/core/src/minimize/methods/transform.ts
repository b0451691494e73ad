import type { Transform } from '../../optim/transform.js';
import { type Method, type Point, pointOf } from '../method.js';
import type { Objective } from '../objective.js';
import { gradTol } from '../stop.js';
import { rest, type Walk, walkOf } from './walk.js';

/** Milliseconds below which the next call may take twice as many steps: rules are looked at between calls. */
const SHORT = 4;

/**
 * An optimizer as a way down: value, gradient and update are one program, of which one call takes many steps. A plain
 * function of numbers is evaluated between the steps, and its gradient handed to the program.
 */
export const byTransform = (optimizer: Transform): Method => ({
  name: optimizer.name,
  stop: [gradTol(1e-6)],
  *descend(objective) {
    const walk = walkOf(optimizer, objective);
    const exact = objective.traceable !== undefined;
    let taken = 0;
    let perCall = 1;
    try {
      for (;;) {
        const before = exact ? undefined : evaluated(objective, walk);
        walk.feed.write(taken, perCall);
        const begin = performance.now();
        walk.program.run(0, perCall);
        const milliseconds = performance.now() - begin;
        const rows = walk.arena.read(walk.report.ring) as Float64Array;
        for (let i = 0; i < perCall; i++) {
          if (exact) objective.evaluations += walk.evaluations;
          yield before ?? pointAt(rows, i * walk.width, walk.width);
        }
        taken += perCall;
        if (exact && milliseconds < SHORT) perCall = Math.min(2 * perCall, walk.most);
      }
    } finally {
      rest(walk, objective);
    }
  },
});

/** A report is value, gradient norm and point, from before the step. */
const pointAt = (rows: Float64Array, at: number, width: number): Point => ({
  value: rows[at]!,
  gradNorm: rows[at + 1]!,
  x: rows.subarray(at + 2, at + width),
});

function evaluated(objective: Objective, { arena, x, gradient, value }: Walk): Point {
  const at = Float64Array.from(arena.view(x));
  const evaluation = objective.evaluate(at);
  arena.write(gradient, evaluation.gradient);
  arena.write(value, [evaluation.value]);
  return pointOf({ x: at, ...evaluation });
}
