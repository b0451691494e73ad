import { execFileSync } from 'node:child_process';
import { type Contender, environment, file } from './contenders.js';
import { TURNS } from './measure.js';
import { type Limits, median } from './results.js';
import { take } from './run.js';
import { WORKLOADS } from './workloads.js';

/**
 * What the machine can do on one thread: reads of memory, by WebAssembly and by OpenBLAS, whichever is faster; a large
 * matrix product, by the faster BLAS. The best of several turns, as for those who are held against it.
 */
export async function measureLimits(present: readonly Contender[]): Promise<Limits> {
  const libraries = present.filter(({ name, threads }) => WITH_BLAS.includes(name) && threads === 1);
  const numpy = libraries.find(({ name }) => name === 'numpy');
  const reads: number[][] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    reads.push(bandwidths(process.execPath, file('ours/bandwidth.js')));
    if (numpy) reads.push(bandwidths(numpy.command[0]!, file('../rivals/read.py')));
    for (const library of libraries) rates.push(await productRate(library));
  }
  return {
    read40: Math.max(...reads.map(([small]) => small!)),
    read800: Math.max(...reads.map(([, large]) => large!)),
    ...(rates.length > 0 && { sgemm: Math.max(...rates) }),
  };
}

/** numpy has OpenBLAS, PyTorch has MKL. */
const WITH_BLAS = ['numpy', 'PyTorch'];
const SIZES = ['40000000', '800000000'];

/** Bytes a second. */
function bandwidths(program: string, script: string): number[] {
  const output = execFileSync(program, [script, ...SIZES], { env: environment({ threads: 1 }) });
  const found = JSON.parse(output.toString()) as Record<string, number>;
  return SIZES.map((size) => found[size]!);
}

/** Multiplications and additions a second in a product of 1024³. */
async function productRate(contender: Contender): Promise<number> {
  const product = WORKLOADS.find(({ name }) => name === 'own-product-1024')!;
  const answer = await take(contender, product);
  if ('absent' in answer) throw new Error(`${contender.name} makes no matrix products: ${answer.absent}`);
  return (1e6 * product.cost.flops!) / median(answer.figures[0]!.rounds);
}
