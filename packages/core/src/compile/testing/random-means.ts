import type { Tensor } from '../../tensor/tensor.js';

/** What an op finds besides its operands. */
export interface Means {
  /** Notes how far values are from where a function jumps: sizes that must not be near zero. Hands them back. */
  apart(distance: Tensor): Tensor;
  /** Numbers of rows that come as inputs: as many as the first extent, and a few. */
  readonly indices: readonly [Tensor, Tensor];
  /** An index that the step chooses, given or worked out; for each number another. */
  index(n?: number): Tensor;
}

/**
 * From two tensors of the pool and a number to a new one, or nothing where shapes do not fit. Values stay within a few units,
 * so that rounding stays comparable; whoever compares tells how far the comparison is from tipping over.
 */
export type RandomOp = (x: Tensor, y: Tensor, n: number, means: Means) => Tensor | undefined;

/** Largest and smallest elements of lines are apart from the next ones. */
export function separate(x: Tensor, axis: number, { apart }: Pick<Means, 'apart'>): Tensor {
  const sorted = x.sort(axis);
  const extent = x.shape[axis]!;
  if (extent < 2) return x;
  const piece = (from: number): Tensor =>
    sorted.slice(
      x.shape.map((_, a) => (a === axis ? from : 0)),
      x.shape.map((n, a) => (a === axis ? from + 1 : n)),
    );
  apart(piece(extent - 1).sub(piece(extent - 2)));
  apart(piece(1).sub(piece(0)));
  return x;
}

/** Neighbours in the order of each line are apart. */
export function separateAll(x: Tensor, axis: number, { apart }: Pick<Means, 'apart'>): void {
  const sorted = x.sort(axis);
  const extent = x.shape[axis]!;
  if (extent < 2) return;
  const start = x.shape.map((_, a) => (a === axis ? 1 : 0));
  const stop = x.shape.map((n, a) => (a === axis ? n - 1 : n));
  apart(sorted.slice(start).sub(sorted.slice([], stop)));
}
