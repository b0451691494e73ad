import { BYTES } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Func, FuncRef, Local } from './func.js';
import type { VectorBytes } from './kernels/lanes.js';
import { type At, type Layout, pushPlace } from './layout.js';
import { indexOf, tableOf } from './picked.js';
import { clamp, LOAD, pushScaled, STORE } from './pointers.js';
import { pushMoved } from './running.js';
import { type LoopCut, setBounds } from './threads/cost.js';
import { rowList } from './touched.js';
import type { WasmModule } from './wasm.js';

/** Where a rows kernel's arrays are. */
export interface RowsAddresses {
  readonly rows: At;
  readonly index: At;
  readonly out: At;
}

/**
 * Writes `gather` or `scatterAdd` as a function of its own: row by row, each row in vectors as far as they go. `scatterAdd`
 * adds to what is there: its table is cleared before, by another task. When it is cut, the function is one of chunks of so
 * many rows, from one up to another.
 */
export function rowsKernel(
  module: WasmModule,
  node: Node,
  at: RowsAddresses,
  vector: VectorBytes,
  cut?: LoopCut,
): FuncRef {
  const table = tableOf(node);
  const count = sizeOf(indexOf(node).shape);
  const bytes = sizeOf(table.shape.slice(1)) * BYTES[node.dtype];
  return module.func(cut ? ['i32', 'i32'] : [], [], (f, from, to) => {
    if (count === 0 || bytes === 0) return;
    const parts: Parts = (body) => eachPart(f, bytes, BYTES[node.dtype], vector, body);
    const row = f.local('i32');
    const picked = f.local('i32');
    const listed = f.local('i32');
    const each = (): void => {
      pushClamped(f, row, at.index, table.shape[0]!);
      f.i32(bytes).op('i32.mul').set(picked);
      f.get(row).i32(bytes).op('i32.mul').set(listed);
      if (node.op === 'gather')
        copyRow(f, node, parts, { base: at.rows, row: picked }, { base: at.out, row: listed });
      else addRow(f, node, parts, { base: at.rows, row: listed }, { base: at.out, row: picked });
    };
    if (!cut) {
      f.count(row, 0, count, 1, each);
      return;
    }
    setBounds(f, cut, count, from!, to!);
    f.get(from!).set(row).countOn(row, to!, 1, each);
  });
}

interface Row {
  readonly base: At;
  readonly row: Local;
}

/**
 * Writes the function that lists the rows which a `scatterAdd` will touch, each once, and clears these alone. All are
 * listed if one of `scalars` is not finite: times zero it is not zero then.
 *
 * @param indexed the array that its index is the beginning of
 */
export function touchKernel(
  module: WasmModule,
  node: Node,
  indexed: Node,
  scalars: readonly Node[],
  layout: Pick<Layout, 'place' | 'beside'>,
  vector: VectorBytes,
): FuncRef {
  const [rows, index] = [node.shape[0]!, layout.place(indexed)];
  const bytes = (sizeOf(node.shape) / rows) * BYTES[node.dtype];
  const times = sizeOf(indexOf(node).shape);
  const { count, list, marks, moved } = rowList(node, layout.beside(node));
  return module.func([], [], (f) => {
    const [i, row, listed] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const entry = (at: Local): Func => pushMoved(pushScaled(f, at, 4), moved);
    const each = (body: () => void): Func =>
      f.count(i, 0, times, 1, () => {
        pushClamped(f, i, index, rows);
        f.set(row);
        body();
      });
    const touched = (): void => {
      each(() => entry(row).get(i).memory('i32.store', marks));
      // A row is listed where it comes for the last time; what is listed before is written over.
      each(() => {
        entry(listed).get(row).memory('i32.store', list);
        entry(row).memory('i32.load', marks).get(i).op('i32.eq');
        f.get(listed).op('i32.add').set(listed);
      });
    };
    const all = (): void => {
      f.count(i, 0, rows, 1, () => entry(i).get(i).memory('i32.store', list));
      f.i32(rows).set(listed);
    };
    f.i32(1);
    for (const scalar of scalars) {
      const load = (): Func => pushPlace(f, layout.place(scalar)).memory(LOAD[scalar.dtype]);
      const type = scalar.dtype === 'float64' ? 'f64' : 'f32';
      load();
      load().op(`${type}.sub`);
      (type === 'f64' ? f.f64(0) : f.f32(0)).op(`${type}.eq`).op('i32.and');
    }
    f.if(touched, all);
    pushMoved(f.i32(0), moved).get(listed).memory('i32.store', count);
    const out = { base: layout.place(node), row };
    f.i32(0).set(i);
    f.countOn(i, listed, 1, () => {
      entry(i).memory('i32.load', list).i32(bytes).op('i32.mul').set(row);
      eachPart(f, bytes, BYTES[node.dtype], vector, (part) => clearPart(f, node, out, part));
    });
  });
}

function clearPart(f: Func, { dtype }: Node, to: Row, part: Part): void {
  const { vector } = part;
  pushAt(f, to, part);
  if (vector === 'v256') f.f32x8(0);
  else if (vector) f.f32x4(0);
  else if (dtype === 'float64') f.f64(0);
  else f.f32(0);
  f.memory(vector ? `${vector}.store` : STORE[dtype], to.base.address + part.offset);
}

/** Pushes index[row], held within the table. */
function pushClamped(f: Func, row: Local, index: At, rows: number): void {
  const value = f.local('i32');
  pushScaled(f, row, 4);
  pushMoved(f, index.moved).memory('i32.load', index.address).set(value);
  f.get(clamp(f, value, rows));
}

function copyRow(f: Func, { dtype }: Node, parts: Parts, from: Row, to: Row): void {
  parts((part) => {
    const { vector } = part;
    pushAt(f, to, part);
    pushAt(f, from, part).memory(vector ? `${vector}.load` : LOAD[dtype], from.base.address + part.offset);
    f.memory(vector ? `${vector}.store` : STORE[dtype], to.base.address + part.offset);
  });
}

function addRow(f: Func, { dtype }: Node, parts: Parts, from: Row, to: Row): void {
  const adds = ADD[dtype as keyof typeof ADD];
  if (adds === undefined) throw internal(`scatterAdd of ${dtype}`);
  parts((part) => {
    const { vector } = part;
    const load = vector ? (`${vector}.load` as const) : LOAD[dtype];
    pushAt(f, to, part);
    pushAt(f, to, part).memory(load, to.base.address + part.offset);
    pushAt(f, from, part).memory(load, from.base.address + part.offset);
    f.op(adds[vector ?? 'scalar']);
    f.memory(vector ? `${vector}.store` : STORE[dtype], to.base.address + part.offset);
  });
}

const ADD = {
  float32: { scalar: 'f32.add', v128: 'f32x4.add', v256: 'f32x8.add' },
  float64: { scalar: 'f64.add', v128: 'f64x2.add', v256: 'f64x4.add' },
  int32: { scalar: 'i32.add', v128: 'i32x4.add', v256: 'i32x8.add' },
} as const;

/** A vector of a row, or one element: `offset` bytes from its start, and as many more as `at` says. */
interface Part {
  readonly at?: Local;
  readonly offset: number;
  readonly vector: 'v128' | 'v256' | undefined;
}

type Parts = (body: (part: Part) => void) => void;

const pushAt = (f: Func, { row, base }: Row, { at }: Part): Func =>
  pushMoved(at ? f.get(row).get(at).op('i32.add') : f.get(row), base.moved);

/** Bytes of a row that are written out one after another: of a longer row, in each turn of a loop. */
const STRETCH = 128;

/** Goes through a row's bytes: vector by vector, the largest first, then element by element. */
function eachPart(
  f: Func,
  bytes: number,
  element: number,
  largest: VectorBytes,
  body: (part: Part) => void,
): void {
  const put = (part: Pick<Part, 'at' | 'offset'>, left: number): number => {
    const taken = left >= largest ? largest : left >= 16 ? 16 : element;
    body({ ...part, vector: taken === 32 ? 'v256' : taken === 16 ? 'v128' : undefined });
    return part.offset + taken;
  };
  const looped = bytes > STRETCH ? bytes - (bytes % STRETCH) : 0;
  if (looped > 0) {
    const at = f.local('i32');
    f.count(at, 0, looped, STRETCH, () => {
      for (let offset = 0; offset < STRETCH; ) offset = put({ at, offset }, STRETCH);
    });
  }
  for (let offset = looped; offset < bytes; ) offset = put({ offset }, bytes - offset);
}
