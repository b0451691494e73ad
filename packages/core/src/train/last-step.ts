import type { Arena, Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import { mapLeaves } from '../optim/leaves.js';
import type { Leaves } from '../optim/transform.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
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
 * How far the parameters have moved: ‖x − x₀‖.
 *
 * @param before where the parameters' values from before are kept
 */
export function lastStepOf(params: Flat<Region>, before: Flat<Region>, arena: Arena): () => LastStep {
  const lengths = (now: Leaves<Tensor>, before: Leaves<Tensor>): Leaves<Tensor>[] => [
    mapLeaves(now, (x, name) => lengthOf(x.sub(before[name]!))),
    mapLeaves(now, lengthOf),
  ];
  const places = [...params.leaves, ...params.leaves].map(() => arena.allocate([], 'float64'));
  const { graph } = trace(lengths as (...args: never[]) => unknown, [params, before]);
  const program = assemble(graph, arena, {
    inputs: [...params.leaves, ...before.leaves],
    outputs: places,
  });
  return () => {
    program.run();
    const [moved, sizes] = [places.slice(0, params.names.length), places.slice(params.names.length)].map(
      (part) => part.map((place) => arena.view(place)[0]!),
    ) as [number[], number[]];
    const ratios = params.names.map((name, i) => [name, moved[i] === 0 ? 0 : moved[i]! / sizes[i]!] as const);
    return {
      moved: Math.hypot(...moved),
      size: Math.hypot(...sizes),
      ratio: Object.fromEntries(ratios.filter(([, ratio]) => Number.isFinite(ratio))),
    };
  };
}

const lengthOf = (x: Tensor): Tensor => x.square().sum().cast('float64').sqrt();
