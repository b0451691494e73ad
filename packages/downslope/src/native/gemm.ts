import type { Blas, FloatType, Gemm } from '@downslope/core';
import koffi, { type LibraryHandle } from 'koffi';

/** CblasRowMajor, CblasNoTrans and CblasTrans of the C interface. */
const ROW_MAJOR = 101;
const AS_IT_IS = 111;
const TRANSPOSED = 112;

/** The C names of products and of their scalars. */
const NAMES: Record<FloatType, readonly [symbol: string, scalar: string]> = {
  float32: ['cblas_sgemm', 'float'],
  float64: ['cblas_dgemm', 'double'],
};

/** How libraries are told to work on one thread: programs are cut into blocks by us, so that bits do not depend on threads. */
const SET_THREADS = ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'];

/**
 * The matrix products of a library with the C interface of BLAS, on the memory of WebAssembly programs.
 *
 * A memory's address does not change when it grows, so it is asked for once.
 */
export function gemmOf(library: string): Blas['on'] {
  const loaded = koffi.load(library);
  for (const symbol of SET_THREADS) tryFunction(loaded, `void ${symbol}(int threads)`)?.(1);
  const [float32, float64] = (['float32', 'float64'] as const).map((dtype) => declare(loaded, dtype));
  return (memory) => {
    const start = Number(koffi.address(new Uint8Array(memory.buffer)));
    return { float32: at(start, float32!), float64: at(start, float64!) };
  };
}

type CFunction = (...args: number[]) => void;

function declare(library: LibraryHandle, dtype: FloatType): CFunction {
  const [symbol, scalar] = NAMES[dtype];
  const sizes = 'int order, int transA, int transB, int m, int n, int k';
  const arrays = `${scalar} alpha, uintptr_t a, int lda, uintptr_t b, int ldb, ${scalar} beta, uintptr_t c, int ldc`;
  return library.func(`void ${symbol}(${sizes}, ${arrays})`) as CFunction;
}

const at =
  (start: number, gemm: CFunction): Gemm =>
  (transA, transB, m, n, k, a, rowA, b, rowB, c, rowC, beta) =>
    gemm(
      ROW_MAJOR,
      transA ? TRANSPOSED : AS_IT_IS,
      transB ? TRANSPOSED : AS_IT_IS,
      m,
      n,
      k,
      1,
      start + (a >>> 0),
      rowA,
      start + (b >>> 0),
      rowB,
      beta,
      start + (c >>> 0),
      rowC,
    );

function tryFunction(library: LibraryHandle, prototype: string): CFunction | undefined {
  try {
    return library.func(prototype) as CFunction;
  } catch {
    return undefined;
  }
}
