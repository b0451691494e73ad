import type { Node } from '../tensor/graph.js';
import { type Kernel, type LoopKernel, written } from './schedule.js';

/**
 * Kernels without what nobody reads: a node that each of its readers worked out once more is still in the loop that had it
 * first, and may be all that this loop had to do.
 */
export function withoutUnread(kernels: readonly Kernel[]): Kernel[] {
  return kernels.flatMap((kernel) => {
    if (kernel.kind !== 'loop') return kernel;
    return written(kernel).length > 0 ? pruned(kernel) : [];
  });
}

function pruned(kernel: LoopKernel): LoopKernel {
  const { body, loads, stores, reduces, adds } = kernel;
  const needed = new Set<Node>(stores);
  for (const { inputs } of [...reduces, ...adds.keys()]) needed.add(inputs[0]!);
  // Inputs come before what is made of them.
  for (const node of body.toReversed())
    if (needed.has(node) && !loads.has(node)) for (const input of node.inputs) needed.add(input);
  if (body.every((node) => needed.has(node))) return kernel;
  return {
    ...kernel,
    body: body.filter((node) => needed.has(node)),
    loads: new Map([...loads].filter(([node]) => needed.has(node))),
  };
}
