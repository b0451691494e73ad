import { scan } from '../../tensor/control/scan.js';
import { whileLoop } from '../../tensor/control/while-loop.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Means, type RandomOp, separate, separateAll } from './random-means.js';

// Rows by indices that a program is given or works out by itself. Some lie beyond both ends.

/** What an index is made of, besides data. */
type Given = Omit<Means, 'index'>;

/** Makes an index of rank 1; `x` has elements. */
type RandomIndex = (x: Tensor, n: number, given: Given) => Tensor;

const INDICES: readonly RandomIndex[] = [
  (_, n, { indices }) => indices[n % 2]!,
  (_, n, { indices }) => indices[n % 2]!,
  (_, n, { indices }) => indices[1]!.slice([n % 3], [], [1 + (n % 2)]),
  (_, n, { indices }) => indices[n % 2]!.flip(0),
  (_, n, { indices }) => indices[n % 2]!.add(n - 2),
  (_, n, { indices }) => indices[n % 2]!.concat([indices[1]!.mul(2)]),
  // Numbers that are picked themselves.
  (_, n, { indices }) => indices[1]!.gather(indices[n % 2]!),
  (_, n, { indices }) => indices[1]!.gather(indices[1]!.add(n)).sub(1),
  (_, __, { indices }) =>
    scan((c: Tensor, at: Tensor) => [c.add(at), c.sub(at)] as const, indices[1]!.like(0), indices[1]!)[1],
  (_, n, { indices }) =>
    whileLoop(
      ({ turn }) => turn.lt(n),
      ({ turn, at }) => ({ turn: turn.add(1), at: at.add(turn) }),
      { turn: indices[1]!.like(0), at: indices[1]! },
    ).at,
  // Worked out from data.
  (x, n, { apart }) => {
    const at = x
      .flatten()
      .slice([0], [Math.min(x.size, 5 + n)])
      .mul(3 + n);
    apart(at.sub(at.round()));
    return at.floor().cast('int32');
  },
  // Beyond what an integer holds.
  (x, n, { apart }) =>
    apart(x.flatten().slice([0], [Math.min(x.size, 5 + n)]))
      .mul(n % 2 ? 1e30 : Number.POSITIVE_INFINITY)
      .cast('int32')
      .mul(n),
  (x, n, given) => {
    const lines = x.rank > 1 ? x : x.reshape([1, x.size]);
    return separate(lines, lines.rank - 1, given)
      .argMax()
      .flatten()
      .mul(n % 2 ? 1 : 3);
  },
  (x, n, given) => {
    const line = x.flatten().slice([0], [Math.min(x.size, 5 + n)]);
    separateAll(line, 0, given);
    return n % 3 ? line.argSort(0) : line.topK(Math.min(3, line.size), 0).indices;
  },
  (x, _, { apart }) => {
    const lines = x.rank > 1 ? x : x.reshape([x.size, 1]);
    apart(lines.sub(0.1));
    return lines
      .gt(0.1)
      .sum(lines.rank - 1)
      .flatten();
  },
];

/** An index as a step's number `at` chooses it, and for each `n` another. */
export function randomIndex(x: Tensor, at: number, given: Given): (n?: number) => Tensor {
  return (n = 0) => {
    const choice = x.size === 0 ? 0 : (at + 5 * n) % INDICES.length;
    return INDICES[choice]!(x, (at >> 2) % 8, given);
  };
}

/** A tensor as a table: as it is, some of its rows, or with rows that are long enough to be read and added where they lie. */
function tableOf(x: Tensor, n: number): Tensor | undefined {
  if (x.size === 0 || x.rank === 0) return undefined;
  const width = 8 + (n % 3);
  const rows = Math.floor(x.size / width);
  if (n % 4 === 1 && x.shape[0]! > 1) return x.slice([1]);
  if (n % 4 === 2 && rows > 0 && x.shape.at(-1)! < 8)
    return x
      .flatten()
      .slice([0], [width * rows])
      .reshape([rows, width]);
  return x;
}

const rowsOf = (x: Tensor): number => x.shape[0]!;
const first = (x: Tensor, count: number): Tensor =>
  x.slice(
    x.shape.map(() => 0),
    [count, ...x.shape.slice(1)],
  );
/** Joins what has rows of one kind, so far as both go. */
function paired(x: Tensor, at: Tensor): readonly [Tensor, Tensor] {
  const count = Math.min(rowsOf(x), at.size);
  return [first(x, count), first(at, count)];
}

const ofTable =
  (make: (table: Tensor, y: Tensor, n: number, means: Means) => Tensor | undefined): RandomOp =>
  (x, y, n, means) => {
    const table = tableOf(x, n);
    return table && make(table, y, n, means);
  };

/** The last of all ops. */
export const ROW_OPS: readonly RandomOp[] = [
  ofTable((x, _, n, { index }) => (n % 3 ? x.gather(index()) : x.gather(index()).sin().mul(0.7))),
  ofTable((x, _, n, { index }) => {
    const at = index();
    return at.size % 2 ? x.gather(at.sum()) : x.gather(at.reshape([2, at.size / 2])).mul(1 / (1 + n));
  }),
  // Several of one table, by one index and by others.
  ofTable((x, _, __, { index }) => {
    const at = index();
    return x
      .gather(at)
      .sub(x.gather(at.flip(0)))
      .mul(x.gather(at.add(1)))
      .tanh();
  }),
  ofTable((x, _, n, { index }) => {
    const [u, at] = paired(x.gather(index()), index(1));
    return u
      .mul(x.gather(at))
      .sum(n % u.rank)
      .tanh();
  }),
  ofTable((x, y, n, { index }) => {
    const at = index();
    const fits = y.rank === x.rank && y.size > 0 && String(y.shape.slice(1)) === String(x.shape.slice(1));
    const products = x.gather(at).mul((fits ? y : x).gather(at));
    return (n % 2 ? products : products.sum(products.rank - 1)).tanh();
  }),
  ofTable((x, _, __, { index }) => {
    const at = index();
    return at.size > 0 ? x.gather(at).gather(index(1)) : undefined;
  }),
  // Products with rows on the left, that a gradient turns round.
  ofTable((x, y, _, { index }) => {
    if (x.rank !== 2) return undefined;
    const fits = y.rank === 2 && y.size > 0 && y.shape[0] === x.shape[1];
    return x
      .gather(index())
      .dot(fits ? y : x, false, !fits)
      .mul(1 / x.shape[1]!)
      .sin();
  }),
  // Added into a table that is there for this alone, one that has rows of its own, or one that is picked from again.
  ofTable((x, _, n, { index }) => {
    const [u, at] = paired(x, index());
    return u.scatterAdd(at, 2 + 3 * n).tanh();
  }),
  ofTable((x, _, n, { index }) => {
    const [u, at] = paired(x, index());
    return u
      .sin()
      .mul(0.5)
      .scatterAdd(at, n % 2 ? 70 : 3)
      .tanh();
  }),
  ofTable((x, _, __, { index }) => {
    const at = index();
    return x
      .add(x.gather(at).mul(0.5).sin().scatterAdd(at, rowsOf(x)))
      .mul(0.6)
      .tanh();
  }),
  ofTable((x, _, n, { index }) => {
    const [u, at] = paired(x, index());
    const sums = u.mul(0.5).scatterAdd(at, 9).tanh();
    return n % 2 ? sums.gather(at).mul(u) : sums.gather(index(1));
  }),
  ofTable((x, y, _, { index }) => {
    const [u, at] = paired(x, index());
    const other = paired(x, index(1));
    const [sums, others] = [u.scatterAdd(at, 12), other[0].sin().scatterAdd(other[1], 12)];
    return sums
      .sub(others)
      .mul(y.size > 0 ? y.mean() : 0.3)
      .tanh();
  }),
  // Within a loop.
  ofTable((x, _, n, { index }) => {
    const turn = (c: Tensor, at: Tensor) => {
      const row = x.gather(at);
      return [c.add(row).mul(0.5).tanh(), row.mul(c)] as const;
    };
    return scan(turn, first(x, 1).reshape(x.shape.slice(1)), index(), { reverse: n % 2 === 0 })[
      n % 4 ? 1 : 0
    ];
  }),
  ofTable((x, _, n, { index }) => {
    const at = index();
    if (at.size < 4) return undefined;
    const some = at.slice([at.size % 2]).reshape([2, Math.floor(at.size / 2)]);
    const turn = (table: Tensor, at: Tensor) => {
      const picked = table.gather(at);
      const moved = table.sub(picked.sin().mul(0.3).scatterAdd(at, rowsOf(table)));
      return [moved, n % 4 ? picked.sum() : picked.square().sum(picked.rank - 1)] as const;
    };
    const [last, sums] = scan(turn, x, some);
    return n % 2 ? last.tanh() : sums.tanh();
  }),
  // An array is renewed by rows that its own beginning picks from another.
  ofTable((x, _, n, { index }) => {
    const at = index();
    if (at.size < 2) return undefined;
    const places = at
      .expandDims(1)
      .broadcastTo([at.size, 8])
      .add(Int32Array.from({ length: 8 }, (_, i) => i * n));
    const turn = (c: Tensor) => [places.gather(c.flatten().slice([0], [at.size])).add(1), {}] as const;
    const [moved] = scan(turn, places, {}, { length: 1 + (n % 3) });
    return moved.clip(-9, 9).mul(0.1).cast(x.dtype);
  }),
  (x, y, n, m) => {
    const axis = n % Math.max(1, x.rank);
    if (x.size === 0 || String(x.shape) !== String(y.shape) || x.rank === 0) return undefined;
    separateAll(y, axis, m);
    return x.takeAlong(y.argSort(axis).add(n % 3), axis);
  },
];
