import { BYTES } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Opcode } from './opcodes.js';
import { LOAD, STORE } from './pointers.js';
import { type LoopCut, setBounds } from './threads/cost.js';
import type { Func, FuncRef, Local, WasmModule } from './wasm.js';

/** Absolute addresses of a rows kernel's arrays. */
export interface RowsAddresses {
  readonly rows: number;
  readonly index: number;
  readonly out: number;
}

/**
 * Writes `gather` or `scatterAdd` as a function of its own: row by row, each row in vectors as far as they go. When it
 * is cut, the function is one of chunks of so many rows, from one up to another.
 */
export function rowsKernel(module: WasmModule, node: Node, at: RowsAddresses, cut?: LoopCut): FuncRef {
  const [source, index] = node.inputs as readonly [Node, Node];
  const table = node.op === 'gather' ? source : node;
  const count = sizeOf(index.shape);
  const bytes = sizeOf(table.shape.slice(1)) * BYTES[node.dtype];
  return module.func(cut ? ['i32', 'i32'] : [], [], (f, from, to) => {
    if (node.op === 'scatterAdd')
      f.i32(at.out)
        .i32(0)
        .i32(sizeOf(node.shape) * BYTES[node.dtype])
        .fill();
    if (count === 0 || bytes === 0) return;
    const row = f.local('i32');
    const picked = f.local('i32');
    const listed = f.local('i32');
    const each = (): void => {
      pushClamped(f, row, at.index, table.shape[0]!);
      f.i32(bytes).op('i32.mul').set(picked);
      f.get(row).i32(bytes).op('i32.mul').set(listed);
      if (node.op === 'gather')
        copyRow(f, node, bytes, { base: at.rows, row: picked }, { base: at.out, row: listed });
      else addRow(f, node, bytes, { base: at.rows, row: listed }, { base: at.out, row: picked });
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
  readonly base: number;
  readonly row: Local;
}

/** Pushes index[row], held within the table: no index reaches outside of it. */
function pushClamped(f: Func, row: Local, index: number, rows: number): void {
  const value = f.local('i32');
  f.get(row).i32(4).op('i32.mul').memory('i32.load', index).set(value);
  f.i32(0).get(value).get(value).i32(0).op('i32.lt_s').op('select').set(value);
  f.i32(rows - 1)
    .get(value)
    .get(value)
    .i32(rows - 1)
    .op('i32.gt_s')
    .op('select');
}

function copyRow(f: Func, node: Node, bytes: number, from: Row, to: Row): void {
  eachPart(f, bytes, BYTES[node.dtype], (at, wide) => {
    const [load, store]: [Opcode, Opcode] = wide
      ? ['v128.load', 'v128.store']
      : [LOAD[node.dtype], STORE[node.dtype]];
    pushAt(f, to, at);
    pushAt(f, from, at).memory(load, from.base).memory(store, to.base);
  });
}

function addRow(f: Func, node: Node, bytes: number, from: Row, to: Row): void {
  const adds = ADD[node.dtype as keyof typeof ADD];
  if (adds === undefined) throw internal(`scatterAdd of ${node.dtype}`);
  eachPart(f, bytes, BYTES[node.dtype], (at, wide) => {
    const [load, store]: [Opcode, Opcode] = wide
      ? ['v128.load', 'v128.store']
      : [LOAD[node.dtype], STORE[node.dtype]];
    pushAt(f, to, at);
    pushAt(f, to, at).memory(load, to.base);
    pushAt(f, from, at)
      .memory(load, from.base)
      .op(adds[wide ? 1 : 0])
      .memory(store, to.base);
  });
}

const ADD = {
  float32: ['f32.add', 'f32x4.add'],
  float64: ['f64.add', 'f64x2.add'],
  int32: ['i32.add', 'i32x4.add'],
} as const;

const pushAt = (f: Func, { row }: Row, at: Local): Func => f.get(row).get(at).op('i32.add');

/** Goes through a row's bytes: sixteen at a time, then element by element. */
function eachPart(f: Func, bytes: number, element: number, body: (at: Local, wide: boolean) => void): void {
  const at = f.local('i32');
  const vectors = bytes - (bytes % 16);
  if (vectors > 0) f.count(at, 0, vectors, 16, () => body(at, true));
  if (vectors < bytes) f.count(at, vectors, bytes, element, () => body(at, false));
}
