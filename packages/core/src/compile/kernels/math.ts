import type { FloatType } from '../../tensor/dtype.js';
import type { HalfName, MathName } from '../../tensor/record.js';
import type { Func, FuncRef, Local } from '../func.js';
import type { WasmModule } from '../wasm.js';
import { Arith } from './arith.js';
import type { Lanes, VectorBytes } from './lanes.js';
import { atan } from './math-atan.js';
import { erf, normalCdf } from './math-erf.js';
import { exp, expm1, tanh } from './math-exp.js';
import * as half from './math-half.js';
import { log, log1p, log1pUnit } from './math-log.js';
import { pow, powSingle } from './math-pow.js';
import { addReduceLarge } from './math-reduce.js';
import { trigonometry } from './math-trig.js';

type Name = MathName | HalfName;
type Body = (v: Arith, ...args: Local[]) => Local;

/** What the kernels of one module share, elementary functions above all: each is written when it is first asked for. */
export class MathLibrary {
  readonly #module: WasmModule;
  readonly #functions = new Map<string, FuncRef>();
  readonly #bodies: Record<FloatType, Record<Name, Body>>;

  /** @param vector bytes of the largest vectors that may be used. Of 32 they are machine code's, which multiplies and adds at once */
  constructor(
    module: WasmModule,
    readonly vector: VectorBytes = 16,
  ) {
    this.#module = module;
    const reduceLarge = (): FuncRef => this.once('reduceLarge', () => addReduceLarge(module));
    const ofTwo = { erf, normalCdf } as Record<'erf' | 'normalCdf', Body>;
    const generic = { exp, expm1, tanh, log, log1p, log1pUnit, atan, ...ofTwo, ...half };
    const { sin, cos, tan } = trigonometry(reduceLarge, 'short');
    this.#bodies = {
      float64: { ...generic, pow, ...trigonometry(reduceLarge, 'full') },
      float32: {
        ...generic,
        pow: this.#throughFloat64('pow', powSingle),
        sin: this.#throughFloat64('sin', sin),
        cos: this.#throughFloat64('cos', cos),
        tan: this.#throughFloat64('tan', tan),
      },
    };
  }

  /** The function `v128 → v128` (some: `(v128, v128) → v128`) on vectors of `dtype`. */
  get(name: Name, dtype: FloatType): FuncRef {
    return this.once(`${name} ${dtype}`, () => this.#write(name, dtype, this.#bodies[dtype][name]));
  }

  /** Writes the function's instructions where they are needed: in a loop its constants then stay in place. */
  inline(f: Func, name: Name, dtype: FloatType, args: readonly Local[]): Local {
    return this.#bodies[dtype][name](this.#arith(f, dtype, args), ...args);
  }

  /** For float32: both halves of the arguments are widened, given to a function of float64, and narrowed again. */
  #throughFloat64(name: MathName, body: Body): Body {
    return (v, ...args) => {
      const { vector } = v.lanes;
      const wide = this.once(`${name} wide ${vector}`, () => this.#write(name, 'float64', body, vector));
      const halves = [0, 1].map((half) => callWidened(v.f, wide, args, half));
      v.f.get(halves[0]!).get(halves[1]!);
      if (vector === 'v128') v.f.shuffle(LOWER);
      else v.f.op('v256.join');
      return keep(v.f, vector);
    };
  }

  #write(name: Name, dtype: FloatType, body: Body, vector: Lanes['vector'] = 'v128'): FuncRef {
    const params = Array.from({ length: argumentsOf(name) }, () => vector);
    return this.#module.func(params, [vector], (f, ...args) => {
      f.get(body(this.#arith(f, dtype, args), ...args));
    });
  }

  #arith(f: Func, dtype: FloatType, [first]: readonly Local[]): Arith {
    return new Arith(f, dtype, first!.type === 'v256' ? 32 : 16, this.vector === 32);
  }

  /** The function that `add` writes, written once for each key. */
  once(key: string, add: () => FuncRef): FuncRef {
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const added = add();
    this.#functions.set(key, added);
    return added;
  }
}

const OF_TWO: readonly Name[] = ['pow', 'erf', 'normalCdf'];
const argumentsOf = (name: Name): number => (OF_TWO.includes(name) ? 2 : 1);

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];
/** Shuffles: the first, and the second, eight bytes of each of two vectors. */
const LOWER = [...EIGHT, ...EIGHT.map((byte) => byte + 16)];
const UPPER = LOWER.map((byte) => byte + 8);

/** `wide` of one half of each float32 argument; the result is narrowed, in the lower half of a vector of 128 bits. */
function callWidened(f: Func, wide: FuncRef, args: readonly Local[], half: number): Local {
  for (const arg of args) {
    if (arg.type === 'v128') f.get(arg).get(arg).shuffle([LOWER, UPPER][half]!).op('f64x2.promote_low_f32x4');
    else
      f.get(arg)
        .op(half === 0 ? 'v256.low' : 'v256.high')
        .op('f64x4.promote_f32x4');
  }
  f.call(wide).op(args[0]!.type === 'v128' ? 'f32x4.demote_f64x2_zero' : 'f32x4.demote_f64x4');
  return keep(f, 'v128');
}

function keep(f: Func, type: Lanes['vector']): Local {
  const local = f.local(type);
  f.set(local);
  return local;
}
