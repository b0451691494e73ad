import type { Arena, Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { flatten } from '../tensor/tree.js';

/** Tells whether all numbers of some arrays are finite: 0·x summed up is 0 then, and NaN otherwise. */
export function healthOf(regions: readonly Region[], arena: Arena): () => boolean {
  if (regions.length === 0) return () => true;
  const zero = arena.allocate([], 'float64');
  const sum = (leaves: Tensor[]): Tensor =>
    leaves.map((leaf) => leaf.mul(0).sum().cast('float64')).reduce((a, b) => a.add(b));
  const { graph } = trace(sum as (...args: never[]) => unknown, [
    flatten(regions, (value): value is Region => 'address' in (value as object)),
  ]);
  const program = assemble(graph, arena, { inputs: regions, outputs: [zero] });
  return () => {
    program.run();
    return arena.view(zero)[0] === 0;
  };
}
