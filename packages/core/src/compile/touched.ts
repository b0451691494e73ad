import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Spot } from './running.js';

/** Where the numbers of the rows that a `scatterAdd` touches lie, beside its table. */
export interface RowList {
  /** How many there are. */
  readonly count: number;
  readonly list: number;
  /** For each row of the table, where it comes last in the index; for rows that are not touched, anything. */
  readonly marks: number;
  /** By how much all of it has moved on. */
  readonly moved: Spot['moved'];
}

/** The parts of a room of {@link listBytes}. One place more than there are rows: what is listed next is written there first. */
export function rowList({ shape }: Node, { address, moved }: Spot): RowList {
  const list = address + 16;
  return { count: address, list, marks: list + 4 * (shape[0]! + 1), moved };
}

export const listBytes = (node: Node): number => rowList(node, { address: 0 }).marks + 4 * node.shape[0]!;

/** The most rows that it can touch. */
export const mostTouched = ({ shape, inputs }: Node): number => Math.min(shape[0]!, sizeOf(inputs[1]!.shape));
