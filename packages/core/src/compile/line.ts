import { BYTES, isFloat } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Func, FuncRef, Local } from './func.js';
import { type At, pushPlace } from './layout.js';
import type { Opcode } from './opcodes.js';
import { LOAD, pushScaled, STORE } from './pointers.js';
import type { WasmModule } from './wasm.js';

/** Absolute addresses of a line kernel's arrays, and of the room that {@link lineRoom} asks for. */
export interface LineAddresses {
  readonly x: At;
  readonly out: At;
  readonly room: At;
}

/** Writes a function of one line: of the addresses of its elements, of its results and of the room. */
type LineWriter = (module: WasmModule, node: Node, extent: number) => FuncRef;

const WRITERS: Partial<Record<Node['op'], LineWriter>> = { cumSum, argSort };

const extentOf = ({ shape }: Node): number => shape.at(-1)!;

/** Bytes of scratch that the lines of a node share. */
export const lineRoom = (node: Node): number => (node.op === 'argSort' ? 4 * extentOf(node) : 0);

/** Writes an op on the lines along the last axis as a function of its own, which goes from line to line. */
export function lineKernel(module: WasmModule, node: Node, { x, out, room }: LineAddresses): FuncRef {
  const writer = WRITERS[node.op];
  if (!writer) throw internal(`${node.op} has no line kernel`);
  const extent = extentOf(node);
  const lines = sizeOf(node.shape.slice(0, -1));
  return module.func([], [], (f) => {
    if (extent === 0 || lines === 0) return;
    const one = writer(module, node, extent);
    const line = f.local('i32');
    f.count(line, 0, lines, 1, () => {
      pushPlace(pushScaled(f, line, extent * BYTES[node.inputs[0]!.dtype]), x).op('i32.add');
      pushPlace(pushScaled(f, line, extent * BYTES[node.dtype]), out).op('i32.add');
      pushPlace(f, room).call(one);
    });
  });
}

/** A running sum, of float32 in float64. */
function cumSum(module: WasmModule, { dtype, params }: Node, extent: number): FuncRef {
  const type = dtype === 'int32' ? 'i32' : 'f64';
  return module.func(['i32', 'i32', 'i32'], [], (f, x, out) => {
    const total = f.local(type);
    const count = f.local('i32');
    const at = f.local('i32');
    const step = (params.reverse ? -1 : 1) * BYTES[dtype];
    f.i32(params.reverse ? (extent - 1) * BYTES[dtype] : 0).set(at);
    f.count(count, 0, extent, 1, () => {
      f.get(total).get(x!).get(at).op('i32.add').memory(LOAD[dtype]);
      if (dtype === 'float32') f.op('f64.promote_f32');
      f.op(`${type}.add`).set(total);
      f.get(out!).get(at).op('i32.add').get(total);
      if (dtype === 'float32') f.op('f32.demote_f64');
      f.memory(STORE[dtype]);
      f.get(at).i32(step).op('i32.add').set(at);
    });
  });
}

/**
 * Merge sort of places, bottom up: sorted runs of 1, 2, 4 … places become runs of twice the length, to and fro
 * between the result and the room. The start is chosen such that the last pass ends in the result.
 */
function argSort(module: WasmModule, node: Node, extent: number): FuncRef {
  const passes = Math.ceil(Math.log2(extent));
  const merge = mergeRuns(module, node, extent);
  return module.func(['i32', 'i32', 'i32'], [], (f, x, out, room) => {
    const ends = [out!, room!];
    const place = f.local('i32');
    f.count(place, 0, extent, 1, () => {
      pushScaled(f, place, 4)
        .get(ends[passes % 2]!)
        .op('i32.add')
        .get(place)
        .memory('i32.store');
    });
    for (let pass = 0; pass < passes; pass++) {
      const left = passes - pass;
      f.get(x!)
        .get(ends[left % 2]!)
        .get(ends[(left - 1) % 2]!)
        .i32(2 ** pass)
        .call(merge);
    }
  });
}

/** Merges neighbouring runs of `run` places from one array to another; of equal elements the left come first. */
function mergeRuns(module: WasmModule, node: Node, extent: number): FuncRef {
  return module.func(['i32', 'i32', 'i32', 'i32'], [], (f, x, from, to, run) => {
    const local = (): Local => f.local('i32');
    const [left, leftEnd, right, rightEnd] = [local(), local(), local(), local()];
    const [at, picked, takesRight] = [local(), local(), local()];
    const endOfRun = (start: Local, end: Local): void => {
      f.get(start).get(run!).op('i32.add').tee(end).i32(extent);
      f.get(end).i32(extent).op('i32.lt_s').op('select').set(end);
    };
    const pushPlace = (side: Local): Func =>
      pushScaled(f, side, 4).get(from!).op('i32.add').memory('i32.load');
    f.count(at, 0, extent, 1, () => {
      f.get(at).get(rightEnd).op('i32.ge_s');
      f.if(() => {
        f.get(at).set(left);
        endOfRun(left, leftEnd);
        f.get(leftEnd).set(right);
        endOfRun(right, rightEnd);
      });
      f.get(left).get(leftEnd).op('i32.ge_s').tee(takesRight).op('i32.eqz');
      f.get(right).get(rightEnd).op('i32.lt_s').op('i32.and');
      f.if(() => {
        pushPrecedes(
          f,
          node,
          x!,
          () => pushPlace(right),
          () => pushPlace(left),
        );
        f.set(takesRight);
      });
      pushScaled(f, at, 4).get(to!).op('i32.add');
      f.get(right).get(left).get(takesRight).op('select').set(picked);
      pushPlace(picked).memory('i32.store');
      f.get(right).get(takesRight).op('i32.add').set(right);
      f.get(left).i32(1).op('i32.add').get(takesRight).op('i32.sub').set(left);
    });
  });
}

/** Pushes whether the element of `x` at one place comes before that at another, NaN last. */
function pushPrecedes(
  f: Func,
  { inputs: [source], params }: Node,
  x: Local,
  a: () => Func,
  b: () => Func,
): void {
  const { dtype } = source!;
  const type = isFloat(dtype) ? (dtype === 'float32' ? 'f32' : 'f64') : 'i32';
  const key = (place: () => Func): Local => {
    const value = f.local(type);
    place().i32(BYTES[dtype]).op('i32.mul').get(x).op('i32.add').memory(LOAD[dtype]).set(value);
    return value;
  };
  const [first, second] = [key(a), key(b)];
  f.get(first)
    .get(second)
    .op(`${type}.${params.descending ? 'gt' : 'lt'}${type === 'i32' ? '_s' : ''}` as Opcode);
  if (type === 'i32') return;
  f.get(first)
    .get(first)
    .op(`${type}.eq`)
    .get(second)
    .get(second)
    .op(`${type}.ne`)
    .op('i32.and')
    .op('i32.or');
}
