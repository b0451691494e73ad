import type { FloatType } from '../../tensor/dtype.js';
import type { Func, Local } from '../func.js';
import type { Opcode } from '../opcodes.js';
import { type Lanes, lanesOf, type VectorBytes } from './lanes.js';

/** A vector in a local, a float for every lane, or the bits of every lane. */
export type Operand = Local | number | bigint;

interface Format {
  /** Bits of the stored significand. */
  readonly mantissa: number;
  readonly bias: number;
  readonly sign: bigint;
  readonly one: bigint;
}

const FORMATS: Record<FloatType, Format> = {
  float32: { mantissa: 23, bias: 127, sign: 1n << 31n, one: 127n << 23n },
  float64: { mantissa: 52, bias: 1023, sign: 1n << 63n, one: 1023n << 52n },
};

/** Arithmetic on vectors of one float type: each method appends instructions and leaves a new local. */
export class Arith {
  readonly f: Func;
  readonly dtype: FloatType;
  readonly lanes: Lanes;
  readonly format: Format;

  /** @param fused whether products and sums that may be rounded together are one instruction */
  constructor(
    f: Func,
    dtype: FloatType,
    vector: VectorBytes = 16,
    readonly fused = false,
  ) {
    this.f = f;
    this.dtype = dtype;
    this.lanes = lanesOf(dtype, vector);
    this.format = FORMATS[dtype];
  }

  /** The value for the float type at hand. */
  pick<T>(values: Record<FloatType, T>): T {
    return values[this.dtype];
  }

  push(operand: Operand): void {
    const { type, integers } = this.lanes;
    if (typeof operand === 'object') this.f.get(operand);
    else if (typeof operand === 'number') this.f[type](operand);
    else if (integers === 'i32x4' || integers === 'i32x8')
      this.f[integers](Number(BigInt.asIntN(32, operand)));
    else this.f[integers](BigInt.asIntN(64, operand));
  }

  constant(value: number): Local {
    this.push(value);
    return this.#keep();
  }

  add(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.add`, a, b);
  }
  sub(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.sub`, a, b);
  }
  mul(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.mul`, a, b);
  }
  div(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.div`, a, b);
  }
  abs(a: Operand): Local {
    return this.#op(`${this.lanes.type}.abs`, a);
  }
  floor(a: Operand): Local {
    return this.#op(`${this.lanes.type}.floor`, a);
  }
  nearest(a: Operand): Local {
    return this.#op(`${this.lanes.type}.nearest`, a);
  }
  /** A limit from above; NaN stays. */
  atMost(a: Operand, limit: number): Local {
    return this.#op(`${this.lanes.type}.pmin`, a, limit);
  }
  /** A limit from below; NaN stays. */
  atLeast(a: Operand, limit: number): Local {
    return this.#op(`${this.lanes.type}.pmax`, a, limit);
  }

  eq(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.eq`, a, b);
  }
  ne(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.ne`, a, b);
  }
  lt(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.type}.lt`, a, b);
  }
  /** `mask ? a : b`. */
  select(mask: Local, a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.vector}.bitselect`, a, b, mask);
  }

  and(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.vector}.and`, a, b);
  }
  /** `a & ~b`. */
  without(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.vector}.andnot`, a, b);
  }
  or(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.vector}.or`, a, b);
  }
  xor(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.vector}.xor`, a, b);
  }
  addBits(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.integers}.add`, a, b);
  }
  subBits(a: Operand, b: Operand): Local {
    return this.#op(`${this.lanes.integers}.sub`, a, b);
  }
  shiftLeft(a: Operand, by: number): Local {
    return this.#shift(`${this.lanes.integers}.shl`, a, by);
  }
  shiftRight(a: Operand, by: number): Local {
    return this.#shift(`${this.lanes.integers}.shr_u`, a, by);
  }

  /** The magnitude of the one with the sign of the other. */
  copySign(magnitude: Operand, sign: Operand): Local {
    return this.#op(`${this.lanes.vector}.bitselect`, sign, magnitude, this.format.sign);
  }

  /** `c + a·b`, rounded once where that is one instruction. */
  addProduct(c: Operand, a: Operand, b: Operand): Local {
    return this.fused ? this.#op(`${this.lanes.type}.relaxed_madd`, a, b, c) : this.add(c, this.mul(a, b));
  }

  /** `c − a·b`. */
  subProduct(c: Operand, a: Operand, b: number): Local {
    return this.fused ? this.addProduct(c, a, -b) : this.sub(c, this.mul(a, b));
  }

  /** `c₀ + c₁·x + c₂·x² + …` by Horner's rule. */
  poly(x: Local, coefficients: readonly number[]): Local {
    this.push(coefficients.at(-1)!);
    for (const c of coefficients.slice(0, -1).reverse()) {
      this.push(x);
      if (!this.fused) this.f.op(`${this.lanes.type}.mul`);
      this.push(c);
      this.f.op(`${this.lanes.type}.${this.fused ? 'relaxed_madd' : 'add'}`);
    }
    return this.#keep();
  }

  /**
   * The bits of an integer held as a float, in the low bits of each lane: 1.5·2^mantissa moves them there, and `plus`
   * is added on the way.
   */
  integerBits(n: Operand, plus = 0): Local {
    return this.add(n, 1.5 * 2 ** this.format.mantissa + plus);
  }

  /** The integer n next to a·b, and lanes with n + `plus` in their low bits. */
  nearestTo(a: Operand, b: number, plus: number): { n: Local; bits: Local } {
    const shift = 1.5 * 2 ** this.format.mantissa + plus;
    const bits = this.addProduct(shift, a, b);
    return { n: this.sub(bits, shift), bits };
  }

  /** The number with these low bits as its exponent: 2^(bits − bias), or 0 where they are 0. */
  asExponent(bits: Operand): Local {
    return this.shiftLeft(bits, this.format.mantissa);
  }

  /** `2ⁿ` for an integer n that gives a normal number. */
  powerOf2(n: Operand): Local {
    return this.asExponent(this.integerBits(n, this.format.bias));
  }

  #op(name: Opcode, ...operands: Operand[]): Local {
    for (const operand of operands) this.push(operand);
    this.f.op(name);
    return this.#keep();
  }

  #shift(name: Opcode, a: Operand, by: number): Local {
    this.push(a);
    this.f.i32(by).op(name);
    return this.#keep();
  }

  #keep(): Local {
    const local = this.f.local(this.lanes.vector);
    this.f.set(local);
    return local;
  }
}
