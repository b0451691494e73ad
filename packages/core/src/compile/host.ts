import type { FloatType } from '../tensor/dtype.js';
import type { DotShape } from './dot-shape.js';
import type { FuncRef } from './func.js';
import { once } from './once.js';
import type { ParallelRun } from './threads/serve.js';
import type { WasmModule } from './wasm.js';

/** What a machine offers beyond WebAssembly. Whoever runs on it hands it over; nothing is registered. */
export interface Host {
  readonly blas?: Blas;
  /** What makes machine code of programs, where the machine has it. */
  readonly native?: Native;
  /** JavaScript engine and processor in words: what last bits may hang on. */
  readonly engine?: string;
  /** Whether to use instructions whose last bits are up to the engine, those of relaxed SIMD, where it has them. */
  readonly relaxed?: boolean;
  /** Told of a program's memory when it has grown, before anything is written to what is new. */
  readonly grown?: (memory: WebAssembly.Memory) => void;
  /** Bytes that a program's memory may grow to (default: the 4 GB that it can address). */
  readonly memory?: number;
  /** Further threads; a page that may share memory with them (cross-origin isolated) has its own. */
  readonly workers?: Workers;
}

/** What of a host changes no bit. */
export const portable = once(({ workers, grown, memory }: Host): Host => ({ workers, grown, memory }));

/** A host without its library of matrix products, which is not looked for. */
export const withoutLibrary = once(
  (host: Host): Host => ({
    ...portable(host),
    relaxed: host.relaxed,
    get native() {
      return host.native;
    },
  }),
);

/** Threads beside the one that asks. */
export interface Workers {
  /** How many threads the machine runs at a time. */
  readonly available: number;
  /**
   * Starts a thread which calls the function of this text with a port, `{ hear(listener) }`, and with what binds a
   * `Blas['library']` and a `NativeCode['entry']`, if there is any. It must not keep a process alive.
   *
   * @param lost to be called when the thread ends by itself, as for want of memory
   */
  start(text: string, lost?: () => void): Helper;
}

/** A thread that was started. */
export interface Helper {
  post(message: unknown): void;
  stop(): void;
}

/** What a thread that was started makes programs of. */
export interface Bindings {
  blas(library: string): Blas['on'];
  native(entry: number): NativeCode['on'];
}

/** Makes machine code of programs' modules, which may then use vectors of 256 bits. */
export interface Native {
  /** What it makes code for, in words: 'x86-64 with AVX2 and FMA'. Last bits hang on it. */
  readonly name: string;
  /**
   * Multiplications and elements of a run from which it is worth a translation (default: it always is); of a step, an eighth
   * will do.
   */
  readonly from?: number;
  /** Whether what has no machine code is an error, in place of being run as WebAssembly. */
  readonly required?: boolean;
  /**
   * Machine code of a module. It stays in place as long as the result is reachable.
   *
   * @throws if it has an instruction that has no translation
   */
  compile(module: Uint8Array): NativeCode;
}

export interface NativeCode {
  /** The address at which the code is entered: `Workers` bind it by that in other threads. */
  readonly entry: number;
  /** The module's `run` on a memory, with variables of its own. */
  on(memory: WebAssembly.Memory): ParallelRun;
}

/** A library of matrix products that works on a program's own memory. */
export interface Blas {
  readonly name: string;
  /** Its version, build and the processor that it chose kernels for, in words. */
  readonly build?: string;
  /** What `Workers` bind it by in other threads; without it only this thread can use it. */
  readonly library?: string;
  /** Multiplications from which a product is faster here than in a kernel of ours. */
  from(dtype: FloatType): number;
  /** The products of each float type, on arrays in `memory`. */
  on(memory: WebAssembly.Memory): Record<FloatType, Gemm>;
}

/**
 * c = op(a)·op(b), row-major, where op(a) is m×k and op(b) is k×n; `a`, `b` and `c` are byte addresses, `rowA` and so on
 * the elements from one row in memory to the next, and a transposition is asked for by 1. The product is added to `beta`
 * (0 or 1) times what c holds; with 0 that is not read.
 */
export type Gemm = (
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  a: number,
  rowA: number,
  b: number,
  rowB: number,
  c: number,
  rowC: number,
  beta: number,
) => void;

/** Narrower products are bound by memory, and our kernels are written for their exact width. */
const NARROW = 8;
/** Smaller products take less time than a call. */
const SMALL = 4096;

/** True for products that a library might do faster: only these make it worth looking for one. */
export const mightPay = ({ m, n, k }: DotShape): boolean => Math.min(m, n, k) >= NARROW && m * n * k >= SMALL;

/** True for products that the library should do. */
export const pays = (shape: DotShape, { from }: Blas): boolean =>
  mightPay(shape) && shape.m * shape.n * shape.k >= from(shape.dtype);

/** Declares a module's imports of the library's products. */
export function importBlas(module: WasmModule): Record<FloatType, FuncRef> {
  const gemm = (dtype: FloatType): FuncRef =>
    module.importFunction(
      'blas',
      dtype,
      Array.from({ length: 12 }, () => 'i32' as const),
      [],
    );
  return { float32: gemm('float32'), float64: gemm('float64') };
}
