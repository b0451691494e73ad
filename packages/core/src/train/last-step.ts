import type { Arena, Region } from '../compile/arena.js';
import type { Flat } from '../tensor/tree.js';

/** How far a step went. */
export interface LastStep {
  /** ‖update‖ and ‖parameter‖ of all parameters together. */
  readonly moved: number;
  readonly size: number;
  /** ‖update‖/‖parameter‖ of each; what lies at zero has no such number. */
  readonly ratio: Readonly<Record<string, number>>;
}

/**
 * How far the parameters have moved: ‖x − x₀‖. Plain loops, as a program of its own would take longer to compile than short
 * runs take to train.
 *
 * @param before where the parameters' values from before are kept
 */
export function lastStepOf(params: Flat<Region>, before: readonly Region[], arena: Arena): LastStep {
  let [moved, size] = [0, 0];
  const ratio: Record<string, number> = {};
  params.leaves.forEach((region, leaf) => {
    const [now, old] = [arena.view(region), arena.view(before[leaf]!)];
    let [change, square] = [0, 0];
    for (let i = 0; i < now.length; i++) {
      const x = now[i]!;
      const d = x - old[i]!;
      change += d * d;
      square += x * x;
    }
    moved += change;
    size += square;
    const part = change === 0 ? 0 : Math.sqrt(change / square);
    if (Number.isFinite(part)) ratio[params.names[leaf]!] = part;
  });
  return { moved: Math.sqrt(moved), size: Math.sqrt(size), ratio };
}
