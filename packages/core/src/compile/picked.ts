import type { Graph, Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import { sizeOf } from '../tensor/shape.js';
import { bytesOf } from './arena.js';

/** Rows that an index picks: place i along the first axis is row `index[i]`, held within so many rows. */
export interface Picked {
  /** Lies in row-major order. */
  readonly index: Node;
  readonly rows: number;
}

/** The index of a `gather` or `scatterAdd`. */
export const indexOf = ({ inputs }: Node): Node => inputs[1]!;

/** The array whose rows it reads, or adds to. */
export const tableOf = (node: Node): Node => (node.op === 'gather' ? node.inputs[0]! : node);

/**
 * The rows that it picks, once its index lies at `index`. They are held within the table that it names, whatever larger array
 * that is a part of.
 */
export const pickedBy = (node: Node, index: Node): Picked => ({ index, rows: tableOf(node).shape[0]! });

/** Rows of fewer elements are not worth a loop of their own within that over rows. */
const SHORTEST = 8;
/** Rows of a larger table come from afar each time: they are read once, and kept if they are needed again. */
const NEAR = 2 ** 20;

/**
 * Each `gather` whose rows loops may read from the table itself, and each `scatterAdd` to whose rows the loop that makes
 * its updates may add them: no copy of the rows lies in between.
 */
export function rowsInPlace({ nodes, outputs }: Graph): Set<Node> {
  const readers = new Map<Node, Node[]>();
  for (const node of nodes)
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  const kept = new Set(outputs);
  const isLoop = ({ op }: Node): boolean =>
    op !== 'input' && op !== 'constant' && ['elementwise', 'reduce'].includes(record(op).kind);
  const readInPlace = (node: Node): boolean => {
    const all = readers.get(node) ?? [];
    const near = all.length <= 1 || bytesOf(node.inputs[0]!) <= NEAR;
    return near && !kept.has(node) && all.every(isLoop);
  };
  const addedInPlace = ({ inputs: [updates] }: Node): boolean =>
    isLoop(updates!) && readers.get(updates!)!.length === 1 && !kept.has(updates!);
  return new Set(
    nodes.filter((node) => {
      if (node.op !== 'gather' && node.op !== 'scatterAdd') return false;
      const { shape } = indexOf(node);
      const rows = node.op === 'gather' ? node.shape : node.inputs[0]!.shape;
      const many = shape.length === 1 && shape[0]! > 1 && sizeOf(rows) / shape[0]! >= SHORTEST;
      return many && (node.op === 'gather' ? readInPlace(node) : addedInPlace(node));
    }),
  );
}
