import type { FloatType } from '../../tensor/dtype.js';
import type { HalfName, MathName } from '../../tensor/record.js';
import type { Func, FuncRef, Local, WasmModule } from '../wasm.js';
import { Arith } from './arith.js';
import { atan } from './math-atan.js';
import { erf } from './math-erf.js';
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

  constructor(module: WasmModule) {
    this.#module = module;
    const reduceLarge = (): FuncRef => this.once('reduceLarge', () => addReduceLarge(module));
    const generic = { exp, expm1, tanh, log, log1p, log1pUnit, atan, erf: erf as Body, ...half };
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

  /** The function `v128 → v128` (`pow` and `erf`: `(v128, v128) → v128`) on vectors of `dtype`. */
  get(name: Name, dtype: FloatType): FuncRef {
    return this.once(`${name} ${dtype}`, () => this.#write(name, dtype, this.#bodies[dtype][name]));
  }

  /** Writes the function's instructions where they are needed: in a loop its constants then stay in place. */
  inline(f: Func, name: Name, dtype: FloatType, args: readonly Local[]): Local {
    return this.#bodies[dtype][name](new Arith(f, dtype), ...args);
  }

  /** For float32: both halves of the arguments are widened, given to a function of float64, and narrowed again. */
  #throughFloat64(name: MathName, body: Body): Body {
    return (v, ...args) => {
      const wide = this.once(`${name} wide`, () => this.#write(name, 'float64', body));
      const halves = [LOWER, UPPER].map((half) => callWidened(v.f, wide, args, half));
      v.f.get(halves[0]!).get(halves[1]!).shuffle(LOWER);
      return keep(v.f);
    };
  }

  #write(name: Name, dtype: FloatType, body: Body): FuncRef {
    const params = Array.from({ length: argumentsOf(name) }, () => 'v128' as const);
    return this.#module.func(params, ['v128'], (f, ...args) => {
      f.get(body(new Arith(f, dtype), ...args));
    });
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

const argumentsOf = (name: Name): number => (name === 'pow' || name === 'erf' ? 2 : 1);

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];
/** Shuffles: the first, and the second, eight bytes of each of two vectors. */
const LOWER = [...EIGHT, ...EIGHT.map((byte) => byte + 16)];
const UPPER = LOWER.map((byte) => byte + 8);

/** `wide` of one half of each float32 argument; the result is in the lower half. */
function callWidened(f: Func, wide: FuncRef, args: readonly Local[], half: readonly number[]): Local {
  for (const arg of args) f.get(arg).get(arg).shuffle(half).op('f64x2.promote_low_f32x4');
  f.call(wide).op('f32x4.demote_f64x2_zero');
  return keep(f);
}

function keep(f: Func): Local {
  const local = f.local('v128');
  f.set(local);
  return local;
}
