import { type Blas, compile, type FloatType, type Gemm, type NdArray, type Tensor } from '@downslope/core';

/** A small product tells what a call costs, a larger one how fast the library multiplies. */
const SMALL = 16;
const LARGE = 64;
/** Ours are compiled better once they have run for a while: milliseconds to wait for that. */
const WARM_UP = 15;

/**
 * From how many multiplications on a library's product takes less time than ours: where call + n/(its speed) meets
 * n/(our speed). Infinity when it is not the faster (a reference BLAS) or computes something else (an interface with
 * 64-bit integers).
 */
export function breakEven(on: Blas['on'], dtype: FloatType): number {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const gemm = on(memory)[dtype];
  if (!computes(gemm, memory, dtype)) return Number.POSITIVE_INFINITY;
  const large = fastest(2, () => square(gemm, LARGE)) / LARGE ** 3;
  const call = Math.max(0, fastest(1, () => square(gemm, SMALL)) - large * SMALL ** 3);
  const gain = ownTime(dtype) - large;
  return gain > 0 ? coarse(call / gain) : Number.POSITIVE_INFINITY;
}

/** Up to the next 8ⁿ, so that a little noise does not choose other kernels, and so other bits, from run to run. */
const coarse = (multiplications: number): number =>
  8 ** Math.max(4, Math.ceil(Math.log2(multiplications) / 3));

/** Milliseconds of our kernels for one multiplication of a {@link LARGE} product. */
function ownTime(dtype: FloatType): number {
  const chain = 8;
  const power = (x: Tensor): Tensor => {
    let product = x;
    for (let i = 0; i < chain; i++) product = product.matmul(x);
    return product;
  };
  const run = compile(power, { host: { relaxed: true } });
  const make = dtype === 'float32' ? Float32Array : Float64Array;
  const x: NdArray = { data: new make(LARGE * LARGE).fill(1 / LARGE), shape: [LARGE, LARGE], dtype };
  return fastest(WARM_UP, () => run(x)) / (chain * LARGE ** 3);
}

function square(gemm: Gemm, n: number): void {
  gemm(0, 0, n, n, n, 0, n, 8 * n * n, n, 16 * n * n, n, 0);
}

/** The least milliseconds that `work` took, tried over and over for `length` of them. */
function fastest(length: number, work: () => void): number {
  const start = performance.now();
  let least = Number.POSITIVE_INFINITY;
  for (let now = start; now - start < length; ) {
    work();
    const end = performance.now();
    least = Math.min(least, end - now);
    now = end;
  }
  return least;
}

/** Whether [1 2; 3 4]ᵀ·[5 6; 7 8]ᵀ comes out as [23 31; 34 46]. */
function computes(gemm: Gemm, memory: WebAssembly.Memory, dtype: FloatType): boolean {
  const make = dtype === 'float32' ? Float32Array : Float64Array;
  const values = new make(memory.buffer, 0, 12);
  values.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const bytes = values.BYTES_PER_ELEMENT;
  gemm(1, 1, 2, 2, 2, 0, 2, 4 * bytes, 2, 8 * bytes, 2, 0);
  return values.subarray(8).join() === '23,31,34,46';
}
