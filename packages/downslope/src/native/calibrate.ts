import { type Blas, compile, type FloatType, type Gemm, type NdArray, type Tensor } from '@downslope/core';

/** A small product tells what a call costs, a larger one how fast the library multiplies. */
const SMALL = 16;
const LARGE = 64;
/** Ours are compiled better once they have run for a while: milliseconds to wait for that, and at most if it is not seen. */
const WARM_UP = 15;
const PATIENCE = 120;
/** Turns of a millisecond that each has: who shares the core for a while then slows all of them, or none. */
const TURNS = 5;

/**
 * From how many multiplications on a library's product takes less time than ours: where call + n/(its speed) meets
 * n/(our speed). Infinity when it is not the faster (a reference BLAS) or computes something else.
 */
export function breakEven(on: Blas['on'], dtype: FloatType): number {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const gemm = on(memory)[dtype];
  if (!computes(gemm, memory, dtype)) return Number.POSITIVE_INFINITY;
  fill(memory, dtype);
  const theirs = (n: number) => (): void => gemm(0, 0, n, n, n, 0, n, 8 * n * n, n, 16 * n * n, n, 0);
  const [ours, large, small] = inTurns([ownProducts(dtype), theirs(LARGE), theirs(SMALL)]) as [
    number,
    number,
    number,
  ];
  const perProduct = large / LARGE ** 3;
  const call = Math.max(0, small - perProduct * SMALL ** 3);
  const gain = ours / (CHAIN * LARGE ** 3) - perProduct;
  return gain > 0 ? coarse(call / gain) : Number.POSITIVE_INFINITY;
}

/** Up to the next 8ⁿ, so that a little noise does not choose other kernels, and so other bits, from run to run. */
const coarse = (multiplications: number): number =>
  8 ** Math.max(4, Math.ceil(Math.log2(multiplications) / 3));

/** Products of {@link LARGE} in a call of ours, which thus costs little. */
const CHAIN = 8;

/** A chain of products by our kernels, once they are compiled well. */
function ownProducts(dtype: FloatType): () => void {
  const power = (x: Tensor): Tensor => {
    let product = x;
    for (let i = 0; i < CHAIN; i++) product = product.matmul(x);
    return product;
  };
  const run = compile(power, { host: { relaxed: true } });
  const make = dtype === 'float32' ? Float32Array : Float64Array;
  const x: NdArray = { data: new make(LARGE * LARGE).fill(1 / LARGE), shape: [LARGE, LARGE], dtype };
  const work = (): void => void run(x);
  const cold = fastest(1, work);
  let least = cold;
  for (let spent = 0; spent < WARM_UP || (spent < PATIENCE && least > cold / 1.5); spent += 5)
    least = Math.min(least, fastest(5, work));
  return work;
}

/** No zeros: a reference BLAS leaves their multiplications out, and would look twenty times as fast as it is. */
function fill({ buffer }: WebAssembly.Memory, dtype: FloatType): void {
  const values = dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
  values.fill(1 / LARGE);
}

/** The least milliseconds that each took. The first turn, in which a library sets itself up, only warms up. */
function inTurns(works: readonly (() => void)[]): number[] {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn <= TURNS; turn++)
    for (const [i, work] of works.entries()) {
      const time = fastest(1, work);
      if (turn > 0) least[i] = Math.min(least[i]!, time);
    }
  return least;
}

/**
 * The least milliseconds that `work` took, tried over and over for `length` of them. Those are milliseconds of the
 * processor, which other programs do not shorten: V8 needs its share to compile ours well.
 */
function fastest(length: number, work: () => void): number {
  const start = process.cpuUsage();
  let least = Number.POSITIVE_INFINITY;
  for (let spent = 0; spent < 1000 * length; ) {
    const begin = performance.now();
    work();
    least = Math.min(least, performance.now() - begin);
    const { user, system } = process.cpuUsage(start);
    spent = user + system;
  }
  return least;
}

/** Whether [1 2; 3 4]ᵀ·[5 6; 7 8]ᵀ comes out as [23 31; 34 46], and twice that when added to itself. */
function computes(gemm: Gemm, memory: WebAssembly.Memory, dtype: FloatType): boolean {
  const make = dtype === 'float32' ? Float32Array : Float64Array;
  const values = new make(memory.buffer, 0, 12);
  values.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const bytes = values.BYTES_PER_ELEMENT;
  const product = (beta: number): string => {
    gemm(1, 1, 2, 2, 2, 0, 2, 4 * bytes, 2, 8 * bytes, 2, beta);
    return values.subarray(8).join();
  };
  return product(0) === '23,31,34,46' && product(1) === '46,62,68,92';
}
