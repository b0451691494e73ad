import type { Func, Local } from '../func.js';
import { type Fence, isFenced, turnsFenced, walkFenced } from './dot-fence.js';
import { phasesOf } from './dot-plan.js';
import { turnsOf } from './dot-plan-wide.js';
import { accumulators, addProduct, type Factor, joinPhases, storeSums, type Tile } from './dot-tile.js';
import { interleave, type Lanes, loadLanes, narrowed } from './lanes.js';
import { advance, copyOf, spans } from './loops.js';

/** For each element of c: a row of a times a column of b, both dense along k. */
export function innerTile(f: Func, tile: Tile): void {
  const { lanes, rows, columns } = tile;
  const sums = (tile.inTurn ? oneByOne : sideBySide)(f, tile).map((sum) => foldHalves(f, lanes, sum));
  const narrow = narrowed(lanes);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += narrow.count) {
      const count = Math.min(narrow.count, columns - j);
      const folded = foldLanes(f, narrow, sums.slice(i * columns + j, i * columns + j + count));
      storeSums({ ...tile, lanes: narrow }, f, folded, i, j, count);
    }
  }
}

/** All sums along k at once: what is read of one factor meets all of the other. */
function sideBySide(f: Func, tile: Tile): Local[] {
  const { lanes, rows, columns, depth } = tile;
  const phases = phasesOf(lanes, rows, columns, Math.ceil(depth / lanes.count));
  const sets = accumulators(f, lanes, phases, rows * columns);
  multiply(f, tile, sets);
  return joinPhases(f, lanes, sets);
}

/** One sum after another. */
function oneByOne(f: Func, tile: Tile): Local[] {
  const moved = (factor: Factor, i: number): Factor => {
    const pointer = copyOf(f, factor.pointer);
    advance(f, [{ local: pointer, step: factor.across }], i);
    return { ...factor, pointer };
  };
  const { rows, columns, a, b } = tile;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return sideBySide(f, { ...tile, rows: 1, columns: 1, a: moved(a, i), b: moved(b, j) })[0]!;
  });
}

/** Runs along k, a vector of neighbours at a time; the last may be a part of one. */
function multiply(f: Func, tile: Tile, sets: readonly Local[][]): void {
  const { lanes, rows, columns, depth, a, b } = tile;
  const as = copyOf(f, a.pointer);
  const bs = copyOf(f, b.pointer);
  const left = Array.from({ length: rows }, () => f.local(lanes.vector));
  const right = f.local(lanes.vector);
  const step = (at: number, width: number, sums: readonly Local[], fence?: Fence): void => {
    left.forEach((vector, i) => {
      loadLanes(f, lanes, width, as, i * a.across + at * lanes.whole);
      f.set(vector);
    });
    for (let j = 0; j < columns; j++) {
      loadLanes(f, lanes, width, bs, j * b.across + at * lanes.whole);
      f.set(right);
      left.forEach((vector, i) => {
        addProduct(f, tile, sums[i * columns + j]!, vector, right);
      });
      if (isFenced(rows, columns, j)) fence?.();
    }
  };
  const steps = Math.floor(depth / lanes.count);
  const phases = sets.length;
  const turns = lanes.whole === 32 ? turnsOf(phases, steps) : turnsFenced(rows * columns, phases, steps);
  const pointers = [
    { local: as, step: lanes.whole },
    { local: bs, step: lanes.whole },
  ];
  walkFenced(f, lanes, as, spans(steps, turns), pointers, (size, fence) => {
    for (let at = 0; at < size; at++) {
      step(at, lanes.count, sets[at % phases]!, fence);
      if (at < size - 1) fence();
    }
  });
  if (depth % lanes.count > 0) step(0, depth % lanes.count, sets[0]!);
}

/** The low half of a vector plus its high half, if it is one of 32 bytes. */
function foldHalves(f: Func, lanes: Lanes, vector: Local): Local {
  if (lanes.whole === 16) return vector;
  const sum = f.local('v128');
  f.get(vector).op('v256.low').get(vector).op('v256.high');
  f.op(`${narrowed(lanes).type}.add`).set(sum);
  return sum;
}

/** A vector of the lane sums of up to `lanes.count` vectors; what lies above them is of no use. */
function foldLanes(f: Func, lanes: Lanes, vectors: readonly Local[]): Local {
  let level = vectors;
  for (let unit: number = lanes.bytes; unit < 16; unit *= 2) {
    const next: Local[] = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(foldPair(f, lanes, unit, level[i]!, level[i + 1] ?? level[i]!));
    level = next;
  }
  return level[0]!;
}

/** Units of x and of y in turn, as many as one of them has: each the sum of one in the low and one in the high half. */
function foldPair(f: Func, lanes: Lanes, unit: number, x: Local, y: Local): Local {
  const sum = f.local('v128');
  const [low, high] = interleave(f, unit, x, y);
  f.get(low).get(high).op(`${lanes.type}.add`).set(sum);
  return sum;
}
