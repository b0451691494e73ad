import { BYTES } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { MULTIPLIER0, MULTIPLIER1, nameWords, ROUNDS, WEYL0, WEYL1 } from '../tensor/philox.js';
import { sizeOf } from '../tensor/shape.js';
import { Arith } from './kernels/arith.js';
import type { Opcode } from './opcodes.js';
import type { Func, FuncRef, Local, WasmModule } from './wasm.js';

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

/** Writes `uniform` as a function of its own. The last group, when not whole, is made in the room and copied in part. */
export function uniformKernel(module: WasmModule, node: Node, at: UniformAddresses): FuncRef {
  const bytes = sizeOf(node.shape) * BYTES[node.dtype];
  const groups = Math.floor(bytes / GROUP_BYTES);
  const done = groups * GROUP_BYTES;
  const make = module.func(['i32', 'i32'], [], (f, to, block) => writeGroup(f, node, at, to!, block!));
  return module.func([], [], (f) => {
    const group = f.local('i32');
    if (groups > 0)
      f.count(group, 0, groups, 1, () => {
        f.get(group).i32(GROUP_BYTES).op('i32.mul').i32(at.out).op('i32.add');
        f.get(group).i32(BLOCKS).op('i32.mul').call(make);
      });
    if (done < bytes) {
      f.i32(at.room)
        .i32(groups * BLOCKS)
        .call(make);
      f.i32(at.out + done)
        .i32(at.room)
        .i32(bytes - done)
        .copy();
    }
  });
}

/** Writes four blocks' numbers to the address `to`, the first of them block number `block`. */
function writeGroup(f: Func, node: Node, at: UniformAddresses, to: Local, block: Local): void {
  const words = philoxWords(f, at, nameWords(node.params.name as string), block);
  const numbers = node.dtype === 'float32' ? single : double;
  transposed(f, words).forEach((four, i) => {
    const vector = numbers(f, four);
    f.get(to)
      .get(vector)
      .memory('v128.store', 16 * i);
  });
}

/** Ten rounds on four counters; the result holds the first words of the four blocks, the second, and so on. */
function philoxWords(
  f: Func,
  { seed, step }: UniformAddresses,
  name: readonly [number, number],
  block: Local,
): Local[] {
  const v = new Arith(f, 'float32');
  const splat = (push: () => void): Local => {
    push();
    f.op('i32x4.splat');
    return keep(f);
  };
  const integer = (address: number): Func => f.i32(0).memory('f64.load', address).op('i64.trunc_sat_f64_s');
  f.v128((view) => {
    for (let lane = 0; lane < BLOCKS; lane++) view.setInt32(4 * lane, lane, true);
  });
  const lanes = keep(f);
  const constant = (value: number): Local => splat(() => f.i32(value));
  let k0 = splat(() => integer(seed).op('i32.wrap_i64'));
  let k1 = splat(() => integer(seed).i64(32n).op('i64.shr_u').op('i32.wrap_i64'));
  let c0 = v.addBits(
    splat(() => f.get(block)),
    lanes,
  );
  let c1 = splat(() => integer(step).op('i32.wrap_i64'));
  let [c2, c3] = name.map(constant) as [Local, Local];
  for (let round = 0; round < ROUNDS; round++) {
    const [high0, low0] = product(f, c0, constant(MULTIPLIER0));
    const [high1, low1] = product(f, c2, constant(MULTIPLIER1));
    c0 = v.xor(v.xor(high1, c1), k0);
    c1 = low1;
    c2 = v.xor(v.xor(high0, c3), k1);
    c3 = low0;
    k0 = v.addBits(k0, BigInt(WEYL0));
    k1 = v.addBits(k1, BigInt(WEYL1));
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

function keep(f: Func): Local {
  const local = f.local('v128');
  f.set(local);
  return local;
}
