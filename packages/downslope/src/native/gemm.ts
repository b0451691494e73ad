import type { Blas, FloatType, Gemm } from '@downslope/core';
import koffi from 'koffi';
import type { FoundBlas } from './blas.js';

/** Which library, and how it spells its functions. */
type Spelled = Pick<FoundBlas, 'library' | 'spelling'>;

/** The matrix products of a library with the C interface of BLAS, on the memory of WebAssembly programs. */
export const gemmOf = (found: Spelled): Blas['on'] => bindGemm(koffi, found);

/**
 * The same in any thread: it is given to workers as text, and uses nothing from around it.
 *
 * A memory's address does not change when it grows, so it is asked for once.
 */
export function bindGemm(
  { load, address }: Pick<typeof koffi, 'load' | 'address'>,
  { library, spelling }: Spelled,
): Blas['on'] {
  // CblasRowMajor, CblasNoTrans and CblasTrans of the C interface.
  const [rowMajor, asItIs, transposed] = [101, 111, 112];
  type CFunction = (...args: number[]) => void;
  const loaded = load(library);
  // On one thread: programs are cut into parts by us, so that bits do not depend on threads.
  for (const symbol of ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'])
    for (const name of new Set([spelling.replace('*', symbol), symbol]))
      try {
        loaded.func(`void ${name}(intptr_t threads)`)(1);
      } catch {
        // Another maker's.
      }
  const declare = (name: string, scalar: string): CFunction => {
    const symbol = spelling.replace('*', name);
    // Sizes fill a register, or 8 bytes of the stack: a library built for 32-bit integers reads the lower half, one built
    // for 64-bit integers (ILP64) all of it, so both read them rightly.
    const sizes = 'int order, int transA, int transB, intptr_t m, intptr_t n, intptr_t k';
    const arrays = `${scalar} alpha, uintptr_t a, intptr_t lda, uintptr_t b, intptr_t ldb, ${scalar} beta, uintptr_t c, intptr_t ldc`;
    return loaded.func(`void ${symbol}(${sizes}, ${arrays})`) as CFunction;
  };
  const [single, double] = [declare('cblas_sgemm', 'float'), declare('cblas_dgemm', 'double')];
  return (memory) => {
    const start = Number(address(new Uint8Array(memory.buffer)));
    const at =
      (gemm: CFunction): Gemm =>
      (transA, transB, m, n, k, a, rowA, b, rowB, c, rowC, beta) =>
        gemm(
          rowMajor!,
          transA ? transposed! : asItIs!,
          transB ? transposed! : asItIs!,
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
    return { float32: at(single), float64: at(double) } satisfies Record<FloatType, Gemm>;
  };
}
