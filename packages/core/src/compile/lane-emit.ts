import { type DType, type FloatType, isFloat } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Emit, HalfName, Lane, MathName } from '../tensor/record.js';
import type { Func, Local, ValueType } from './func.js';
import { lanesOf, type VectorBytes } from './kernels/lanes.js';
import type { MathLibrary } from './kernels/math.js';
import type { Opcode } from './opcodes.js';

/** How many neighbours one pass through a loop body takes. */
export type Width = 1 | 2 | 4 | 8;

/** A lane in a local variable. A truth value is 0 or 1 in a scalar, and all bits 0 or 1 in a vector. */
interface Held extends Lane {
  readonly local: Local;
}

/** What lanes are held in: scalars, or vectors of one size. Vectors of a form have lanes of 4 or of 8 bytes only. */
export interface Form {
  readonly width: Width;
  readonly vector: 'v128' | 'v256' | undefined;
  /** The first part of instructions' names. */
  readonly prefix: Readonly<Record<DType, string>>;
}

export const SCALARS: Form = {
  width: 1,
  vector: undefined,
  prefix: { float32: 'f32', float64: 'f64', int32: 'i32', bool: 'i32', float16: 'f32' },
};

const VECTORS: Record<VectorBytes, Record<4 | 8, Form>> = {
  16: { 4: vectors('v128', 4, 'f32x4', 'f64x2', 'i32x4'), 8: vectors('v128', 2, 'f32x4', 'f64x2', 'i64x2') },
  32: { 4: vectors('v256', 8, 'f32x8', 'f64x4', 'i32x8'), 8: vectors('v256', 4, 'f32x8', 'f64x4', 'i64x4') },
};

function vectors(vector: Form['vector'], width: Width, single: string, double: string, truth: string): Form {
  const int32 = vector === 'v128' ? 'i32x4' : 'i32x8';
  return {
    width,
    vector,
    prefix: { float32: single, float64: double, int32, bool: truth, float16: single },
  };
}

/** Vectors of so many bytes, with lanes of 4 or 8 bytes. */
export const vectorForm = (vector: VectorBytes, lane: 4 | 8): Form => VECTORS[vector][lane];

/** Writes a loop body's instructions into `f`, for scalars or vectors of one width. */
export class LaneEmit implements Emit {
  readonly #constants = new Map<string, Lane>();
  /** What has been worked out, by instruction and operands: it is not worked out again. */
  readonly #known = new Map<string, Lane>();

  constructor(
    readonly f: Func,
    readonly form: Form,
    readonly library: MathLibrary,
  ) {}

  get width(): Width {
    return this.form.width;
  }

  /** Whether a pass takes several neighbours. */
  get isVector(): boolean {
    return this.form.vector !== undefined;
  }

  /** Takes the value on the stack. */
  take(dtype: DType): Lane {
    const local = this.f.local(this.form.vector ?? (this.#prefix(dtype) as ValueType));
    this.f.set(local);
    return { dtype, local } as Held;
  }

  /** Puts lanes on the stack. */
  push(...lanes: readonly Lane[]): Func {
    for (const lane of lanes) this.f.get((lane as Held).local);
    return this.f;
  }

  /** Changes a lane that is carried from one pass to the next. */
  assign(target: Lane, value: Lane): void {
    this.push(value).set((target as Held).local);
    this.#known.clear();
  }

  constant(given: number, dtype: DType): Lane {
    const value = dtype === 'float32' ? Math.fround(given) : given;
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    const found = this.#constants.get(key);
    if (found) return found;
    pushConstant(this.f, this.form, value, dtype);
    const made = this.take(dtype);
    this.#constants.set(key, made);
    return made;
  }

  add(a: Lane, b: Lane): Lane {
    return this.#op('add', a, b);
  }
  sub(a: Lane, b: Lane): Lane {
    return this.#op('sub', a, b);
  }
  mul(a: Lane, b: Lane): Lane {
    return this.#op('mul', a, b);
  }
  div(a: Lane, b: Lane): Lane {
    return this.#op('div', a, b);
  }
  min(a: Lane, b: Lane): Lane {
    return this.#extreme('min', a, b);
  }
  max(a: Lane, b: Lane): Lane {
    return this.#extreme('max', a, b);
  }
  neg(a: Lane): Lane {
    return a.dtype === 'int32' ? this.sub(this.constant(0, 'int32'), a) : this.#op('neg', a);
  }
  abs(a: Lane): Lane {
    return a.dtype === 'int32' ? this.max(a, this.neg(a)) : this.#op('abs', a);
  }
  sqrt(a: Lane): Lane {
    return this.#op('sqrt', a);
  }
  floor(a: Lane): Lane {
    return this.#op('floor', a);
  }
  ceil(a: Lane): Lane {
    return this.#op('ceil', a);
  }
  nearest(a: Lane): Lane {
    return this.#op('nearest', a);
  }
  eq(a: Lane, b: Lane): Lane {
    return this.#compare('eq', a, b);
  }
  ne(a: Lane, b: Lane): Lane {
    return this.#compare('ne', a, b);
  }
  lt(a: Lane, b: Lane): Lane {
    return this.#compare('lt', a, b);
  }
  le(a: Lane, b: Lane): Lane {
    return this.#compare('le', a, b);
  }
  and(a: Lane, b: Lane): Lane {
    return this.#bits('and', a, b);
  }
  or(a: Lane, b: Lane): Lane {
    return this.#bits('or', a, b);
  }
  not(a: Lane): Lane {
    return this.#made('bool', this.#whole('i32.eqz', 'not'), a);
  }
  select(condition: Lane, a: Lane, b: Lane): Lane {
    return this.#made(a.dtype, this.#whole('select', 'bitselect'), a, b, condition);
  }

  cast(a: Lane, dtype: DType): Lane {
    if (a.dtype === dtype) return a;
    if (dtype === 'bool') return this.ne(a, this.constant(0, a.dtype));
    if (a.dtype === 'bool' && this.isVector)
      return this.select(a, this.constant(1, dtype), this.constant(0, dtype));
    const opcode = CASTS[this.form.vector ?? 'scalar'][`${a.dtype}-${dtype}`];
    if (opcode === undefined) {
      if (a.dtype === 'bool' && dtype === 'int32') return { ...a, dtype };
      throw internal(`a loop of width ${this.width} cannot cast ${a.dtype} to ${dtype}`);
    }
    return this.#made(dtype, opcode, a);
  }

  bits(a: Lane, dtype: 'float32' | 'int32'): Lane {
    if (this.isVector || a.dtype === dtype) return { ...a, dtype };
    return this.#made(dtype, dtype === 'int32' ? 'i32.reinterpret_f32' : 'f32.reinterpret_i32', a);
  }

  /** Vectors have a function's instructions in place. The functions work on vectors: a scalar goes through lane 0 of one. */
  math(name: MathName | HalfName, ...args: Lane[]): Lane {
    const key = keyOf(name, args);
    const known = this.#known.get(key);
    return known ?? this.#keep(key, this.#function(name, args as Held[]));
  }

  #function(name: MathName | HalfName, args: readonly Held[]): Lane {
    const dtype = args[0]!.dtype as FloatType;
    const locals = args.map(({ local }) => local);
    if (this.isVector) return { dtype, local: this.library.inline(this.f, name, dtype, locals) } as Held;
    const vector = VECTORS[16][4].prefix[dtype];
    for (const local of locals) this.f.get(local).op(`${vector}.splat` as Opcode);
    this.f.call(this.library.get(name, dtype)).lane(`${vector}.extract_lane` as Opcode, 0);
    return this.take(dtype);
  }

  #made(dtype: DType, opcode: Opcode, ...operands: Lane[]): Lane {
    const key = keyOf(opcode, operands);
    const known = this.#known.get(key);
    if (known) return known;
    this.push(...operands).op(opcode);
    return this.#keep(key, this.take(dtype));
  }

  #keep(key: string, lane: Lane): Lane {
    this.#known.set(key, lane);
    return lane;
  }

  /** An instruction on scalars, or the one on whole vectors. */
  #whole(scalar: Opcode, name: 'not' | 'and' | 'or' | 'bitselect'): Opcode {
    const { vector } = this.form;
    return vector ? `${vector}.${name}` : scalar;
  }

  #prefix(dtype: DType): string {
    return this.form.prefix[dtype];
  }

  #op(name: string, ...operands: Lane[]): Lane {
    const { dtype } = operands[0]!;
    return this.#made(dtype, `${this.#prefix(dtype)}.${name}` as Opcode, ...operands);
  }

  #extreme(name: 'min' | 'max', a: Lane, b: Lane): Lane {
    if (isFloat(a.dtype)) return this.#op(name, a, b);
    if (this.isVector) return this.#op(`${name}_s`, a, b);
    return name === 'min' ? this.select(this.lt(a, b), a, b) : this.select(this.lt(a, b), b, a);
  }

  #compare(name: 'eq' | 'ne' | 'lt' | 'le', a: Lane, b: Lane): Lane {
    const signed = a.dtype === 'int32' && (name === 'lt' || name === 'le') ? '_s' : '';
    return this.#made('bool', `${this.#prefix(a.dtype)}.${name}${signed}` as Opcode, a, b);
  }

  #bits(name: 'and' | 'or', a: Lane, b: Lane): Lane {
    return this.#made('bool', this.#whole(`i32.${name}`, name), a, b);
  }
}

/** What gives the same lane again: an instruction or a function, and its operands. */
function keyOf(what: string, operands: readonly Lane[]): string {
  let key = what;
  for (const lane of operands) key += ` ${(lane as Held).local.index}`;
  return key;
}

/** Between types of one width only, in vectors: a loop that mixes widths is written for scalars. */
const CASTS: Record<'scalar' | 'v128' | 'v256', Record<string, Opcode>> = {
  scalar: {
    'float32-float64': 'f64.promote_f32',
    'float64-float32': 'f32.demote_f64',
    'int32-float32': 'f32.convert_i32_s',
    'int32-float64': 'f64.convert_i32_s',
    'bool-float32': 'f32.convert_i32_s',
    'bool-float64': 'f64.convert_i32_s',
    'float32-int32': 'i32.trunc_sat_f32_s',
    'float64-int32': 'i32.trunc_sat_f64_s',
  },
  v128: { 'int32-float32': 'f32x4.convert_i32x4_s', 'float32-int32': 'i32x4.trunc_sat_f32x4_s' },
  v256: { 'int32-float32': 'f32x8.convert_i32x8_s', 'float32-int32': 'i32x8.trunc_sat_f32x8_s' },
};

function pushConstant(f: Func, { vector }: Form, value: number, dtype: DType): void {
  if (vector === undefined) {
    if (dtype === 'float32') f.f32(value);
    else if (dtype === 'float64') f.f64(value);
    else f.i32(value);
    return;
  }
  const bytes = vector === 'v128' ? 16 : 32;
  if (isFloat(dtype)) f[lanesOf(dtype, bytes).type](value);
  else f[bytes === 16 ? 'i32x4' : 'i32x8'](dtype === 'bool' ? -Number(value !== 0) : value);
}
