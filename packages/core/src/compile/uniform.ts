import { BYTES } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { MULTIPLIER0, MULTIPLIER1, nameWords, ROUNDS, WEYL0, WEYL1 } from '../tensor/philox.js';
import { sizeOf } from '../tensor/shape.js';
import type { Func, FuncRef, Local, ValueType } from './func.js';
import { Arith } from './kernels/arith.js';
import type { MathLibrary } from './kernels/math.js';
import type { Opcode } from './opcodes.js';
import { pushScaled } from './pointers.js';
import { type LoopCut, setBounds } from './threads/cost.js';
import type { WasmModule } from './wasm.js';

/** Absolute addresses: of the seed, the step, the numbers, and of room for one group of them. */
export interface UniformAddresses {
  readonly seed: number;
  readonly step: number;
  readonly out: number;
  readonly room: number;
}

/** Four blocks of Philox, of four words each, are made side by side. They fill as many bytes in either float type. */
const BLOCKS = 4;
export const GROUP_BYTES = 16 * BLOCKS;

/**
 * Writes `uniform` as a function of its own. The last group, when not whole, is made in the room and copied in part; with
 * the last chunk, when it is cut into chunks of groups.
 */
export function uniformKernel(
  module: WasmModule,
  node: Node,
  at: UniformAddresses,
  library: MathLibrary,
  cut?: LoopCut,
): FuncRef {
  const bytes = sizeOf(node.shape) * BYTES[node.dtype];
  const groups = Math.floor(bytes / GROUP_BYTES);
  const done = groups * GROUP_BYTES;
  const numbers = node.dtype === 'float32' ? single : double;
  const make = library.once(`uniform ${node.dtype}`, () => groupOf(module, numbers));
  return module.func(cut ? ['i32', 'i32'] : [], [], (f, from, to) => {
    const word = (address: number, shift: bigint): Local => {
      f.i32(0).memory('f64.load', address).op('i64.trunc_sat_f64_s');
      f.i64(shift).op('i64.shr_u').op('i32.wrap_i64');
      return keep(f, 'i32');
    };
    const stream = [word(at.seed, 0n), word(at.seed, 32n), word(at.step, 0n)];
    const name = nameWords(node.params.name as string);
    const makeGroup = (): void => {
      for (const local of stream) f.get(local);
      f.i32(name[0]).i32(name[1]).call(make);
    };
    const group = f.local('i32');
    const each = (): void => {
      pushScaled(f, group, GROUP_BYTES).i32(at.out).op('i32.add');
      pushScaled(f, group, BLOCKS);
      makeGroup();
    };
    const rest = (): void => {
      f.i32(at.room).i32(groups * BLOCKS);
      makeGroup();
      f.i32(at.out + done)
        .i32(at.room)
        .i32(bytes - done)
        .copy();
    };
    if (cut) {
      setBounds(f, cut, groups, from!, to!);
      f.get(from!).set(group).countOn(group, to!, 1, each);
      f.get(from!).get(to!).op('i32.ne').get(to!).i32(groups).op('i32.eq').op('i32.and');
      f.if(() => (done === bytes ? undefined : rest()));
      return;
    }
    if (groups > 0) f.count(group, 0, groups, 1, each);
    if (done < bytes) rest();
  });
}

/** Writes a function that leaves four blocks' numbers at an address, given the number of the first block. */
export function groupOf(module: WasmModule, numbers: (f: Func, words: Local) => Local): FuncRef {
  const words = Array<'i32'>(7).fill('i32');
  return module.func(words, [], (f, to, ...stream) => {
    transposed(f, philoxWords(f, stream)).forEach((four, i) => {
      const vector = numbers(f, four);
      f.get(to!)
        .get(vector)
        .memory('v128.store', 16 * i);
    });
  });
}

/** Ten rounds on four counters; the result holds the first words of the four blocks, the second, and so on. */
function philoxWords(f: Func, stream: readonly Local[]): Local[] {
  const v = new Arith(f, 'float32');
  const [block, seed0, seed1, step, name0, name1] = stream.map((local) => {
    f.get(local).op('i32x4.splat');
    return keep(f);
  }) as [Local, Local, Local, Local, Local, Local];
  const [m0, m1, weyl0, weyl1] = [MULTIPLIER0, MULTIPLIER1, WEYL0, WEYL1].map((value) => {
    f.i32x4(value);
    return keep(f);
  }) as [Local, Local, Local, Local];
  f.v128((view) => {
    for (let lane = 0; lane < BLOCKS; lane++) view.setInt32(4 * lane, lane, true);
  });
  let [c0, c1, c2, c3] = [v.addBits(block, keep(f)), step, name0, name1];
  let [k0, k1] = [seed0, seed1];
  for (let round = 0; round < ROUNDS; round++) {
    const [high0, low0] = product(f, c0, m0);
    const [high1, low1] = product(f, c2, m1);
    [c0, c1] = [v.xor(v.xor(high1, c1), k0), low1];
    [c2, c3] = [v.xor(v.xor(high0, c3), k1), low0];
    [k0, k1] = [v.addBits(k0, weyl0), v.addBits(k1, weyl1)];
  }
  return [c0, c1, c2, c3];
}

/** The high and the low words of four products of unsigned words. */
function product(f: Func, a: Local, b: Local): [high: Local, low: Local] {
  const wide = (name: Opcode): Local => {
    f.get(a).get(b).op(name);
    return keep(f);
  };
  const [first, second] = [wide('i64x2.extmul_low_i32x4_u'), wide('i64x2.extmul_high_i32x4_u')];
  return [pick(f, first, second, [1, 3, 5, 7]), pick(f, first, second, [0, 2, 4, 6])];
}

/** The four words of each block, from the blocks' first words, second words … */
function transposed(f: Func, [w0, w1, w2, w3]: readonly Local[]): Local[] {
  return [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ].flatMap((lanes) => {
    const [front, back] = [pick(f, w0!, w1!, lanes), pick(f, w2!, w3!, lanes)];
    return [pick(f, front, back, [0, 1, 4, 5]), pick(f, front, back, [2, 3, 6, 7])];
  });
}

/** Four float32: the upper 24 bits of each word. */
function single(f: Func, words: Local): Local {
  const v = new Arith(f, 'float32');
  f.get(v.shiftRight(words, 8)).op('f32x4.convert_i32x4_s');
  return v.mul(keep(f), 2 ** -24);
}

/** Two float64: the upper 27 bits of the first word above the upper 26 of the second. */
function double(f: Func, words: Local): Local {
  const bits = new Arith(f, 'float32');
  const v = new Arith(f, 'float64');
  const float = (lanes: readonly number[], dropped: number): Local => {
    f.get(bits.shiftRight(pick(f, words, words, lanes), dropped)).op('f64x2.convert_low_i32x4_s');
    return keep(f);
  };
  const [high, low] = [float([0, 2, 0, 2], 5), float([1, 3, 1, 3], 6)];
  return v.mul(v.add(v.mul(high, 2 ** 26), low), 2 ** -53);
}

/** Words of two vectors: 0 to 3 are those of `a`, 4 to 7 those of `b`. */
function pick(f: Func, a: Local, b: Local, lanes: readonly number[]): Local {
  f.get(a)
    .get(b)
    .shuffle(lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)));
  return keep(f);
}

function keep(f: Func, type: ValueType = 'v128'): Local {
  const local = f.local(type);
  f.set(local);
  return local;
}
