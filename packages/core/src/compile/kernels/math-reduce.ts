import type { Func, FuncRef, Local } from '../func.js';
import type { WasmModule } from '../wasm.js';
import { Arith } from './arith.js';
import { type Double, twoProduct, twoSum } from './double-double.js';

// x mod π/2 for large x (Payne and Hanek 1983): of the product of x = m·2ᵉ with the bits of 2/π, those that are worth
// multiples of 4 are left out, so that 192 bits in the middle are enough for any x.

/** 64 zeros, then the first 1216 bits of 2/π after the point. */
const TWO_OVER_PI =
  '0000000000000000' +
  'a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561' +
  'b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484' +
  'e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980f' +
  'ef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b' +
  '3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab';

/** Adds `(x: f64) → (n, high, low)`: n mod 4 and `x − n·π/2` as a double-double, for finite |x| ≥ 2¹⁹. */
export function addReduceLarge(module: WasmModule): FuncRef {
  const word = addWord(module);
  return module.func(['f64'], ['f64', 'f64', 'f64'], (f, x) => {
    const bits = f.local('i64');
    const skipped = f.local('i32');
    f.get(x!).op('i64.reinterpret_f64').set(bits);
    // x = m·2ᵉ, e = exponent − 1075; the first e − 2 bits of 2/π give multiples of 4, and 64 zeros precede them.
    f.get(bits).i64(52n).op('i64.shr_u').i64(0x7ffn).op('i64.and').op('i32.wrap_i64');
    f.i32(1075 + 2 - 64)
      .op('i32.sub')
      .set(skipped);
    const limbs = product(f, bits, window(f, word, skipped));
    const { quadrant, angle } = angleOf(f, limbs);
    for (const vector of [quadrant, angle.high, angle.low])
      f.get(vector).lane('f64x2.extract_lane', 0).f64(1).get(x!).op('f64.copysign').op('f64.mul');
  });
}

/** Adds `(i: i32) → i64`: the i-th word of the bits. */
function addWord(module: WasmModule): FuncRef {
  return module.func(['i32'], ['i64'], (f, index) => {
    for (let i = 0; i < TWO_OVER_PI.length / 16; i++) {
      f.get(index!).i32(i).op('i32.eq');
      f.if(() => f.i64(BigInt(`0x${TWO_OVER_PI.slice(16 * i, 16 * i + 16)}`)).op('return'));
    }
    f.op('unreachable');
  });
}

/** 192 bits from bit `start` on, as six limbs of 32, the lowest first. */
function window(f: Func, word: FuncRef, start: Local): Local[] {
  const shift = f.local('i64');
  const words = [0, 1, 2, 3].map((i) => {
    f.get(start).i32(6).op('i32.shr_u').i32(i).op('i32.add').call(word);
    return keep(f);
  });
  f.get(start).i32(63).op('i32.and').op('i64.extend_i32_u').set(shift);
  return [2, 1, 0].flatMap((i) => {
    f.get(words[i]!).get(shift).op('i64.shl');
    f.get(words[i + 1]!)
      .i64(1n)
      .op('i64.shr_u')
      .i64(63n)
      .get(shift)
      .op('i64.sub')
      .op('i64.shr_u');
    f.op('i64.or');
    const joined = keep(f);
    f.get(joined).i64(LIMB).op('i64.and');
    const low = keep(f);
    f.get(joined).i64(32n).op('i64.shr_u');
    return [low, keep(f)];
  });
}

const LIMB = 0xffffffffn;

/** The significand of the float times the limbs, modulo 2¹⁹²: schoolbook, 32 bits at a time. */
function product(f: Func, bits: Local, limbs: readonly Local[]): Local[] {
  f.get(bits).i64(LIMB).op('i64.and');
  const low = keep(f);
  f.get(bits).i64(32n).op('i64.shr_u').i64(0xfffffn).op('i64.and').i64(0x100000n).op('i64.or');
  const high = keep(f);
  const out = limbs.map(() => f.local('i64'));
  const carry = f.local('i64');
  [low, high].forEach((factor, from) => {
    f.i64(0n).set(carry);
    for (let i = 0; i + from < limbs.length; i++) {
      const sum = out[i + from]!;
      f.get(factor).get(limbs[i]!).op('i64.mul').get(sum).op('i64.add').get(carry).op('i64.add').tee(sum);
      f.i64(32n).op('i64.shr_u').set(carry);
      f.get(sum).i64(LIMB).op('i64.and').set(sum);
    }
  });
  return out;
}

/** Of `limbs·2⁻¹⁹⁰` quarter turns: the nearest whole number, and the rest as an angle. */
function angleOf(f: Func, limbs: readonly Local[]): { quadrant: Local; angle: Double } {
  const v = new Arith(f, 'float64');
  const top = limbs[5]!;
  const splat = (): Local => {
    f.op('f64.convert_i64_s').op('f64x2.splat');
    const vector = f.local('v128');
    f.set(vector);
    return vector;
  };
  f.get(top)
    .i64(1n << 29n)
    .op('i64.add')
    .i64(30n)
    .op('i64.shr_u');
  const quadrant = splat();
  f.get(top).i64(34n).op('i64.shl').i64(34n).op('i64.shr_s');
  const leading = v.mul(splat(), 2 ** -30);
  const parts = [4, 3, 2].map((i) => {
    f.get(limbs[i]!);
    return v.mul(splat(), 2 ** (32 * i - 190));
  });
  return { quadrant, angle: timesHalfPi(v, sum(v, [leading, ...parts])) };
}

/** The sum of numbers that get smaller, from the smallest up. */
function sum(v: Arith, terms: readonly Local[]): Double {
  let high = terms.at(-1)!;
  let low = v.constant(0);
  for (const term of terms.slice(0, -1).reverse()) {
    const next = twoSum(v, term, high);
    high = next.high;
    low = v.add(next.low, low);
  }
  return twoSum(v, high, low);
}

function timesHalfPi(v: Arith, { high, low }: Double): Double {
  const first = twoProduct(v, high, v.constant(Math.PI / 2));
  const rest = v.add(v.mul(high, 6.123233995736766e-17), v.mul(low, Math.PI / 2));
  return twoSum(v, first.high, v.add(first.low, rest));
}

/** What is on the stack, in a new local. */
function keep(f: Func): Local {
  const local = f.local('i64');
  f.set(local);
  return local;
}
