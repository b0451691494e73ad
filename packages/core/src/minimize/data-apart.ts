import type { NdArray } from '../tensor/array.js';
import { Builder, type Graph, type Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';

/** Constants of more numbers than this are what a function is about, and not part of what it does. */
const MOST = 64;

/** A constant of many numbers. */
export const isData = ({ op, shape }: Node): boolean => op === 'constant' && sizeOf(shape) > MOST;

export const dataIn = ({ nodes }: Graph): Node[] => nodes.filter(isData);

/** A graph with its large constants as further inputs, after its own, and what they hold. */
export interface DataApart {
  readonly graph: Graph;
  readonly data: readonly NdArray[];
}

/** Takes the data out of a graph, so that the program of the one serves for all that differ in nothing else. */
export function dataApart(whole: Graph): DataApart {
  const large = dataIn(whole);
  if (large.length === 0) return { graph: whole, data: [] };
  const b = new Builder();
  const given = [...whole.inputs, ...large].map(
    (node) => [node, b.input(String(node.params.name ?? 'data'), node)] as const,
  );
  const made = b.replay(whole, new Map(given));
  const graph = b.finish(
    given.map(([, input]) => input),
    whole.outputs.map((node) => made.get(node)!),
  );
  return { graph, data: large.map(({ value }) => value!) };
}
