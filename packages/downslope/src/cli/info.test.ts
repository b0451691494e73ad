import picocolors from 'picocolors';
import { expect, it, vi } from 'vitest';
import { type Info, infoLines } from './info.js';

const info: Info = {
  versions: { downslope: '0.1.0', node: '20.19.0', v8: '11.3.244', duckdb: '1.5.6' },
  machine: { platform: 'linux', arch: 'x64', cpu: 'A Processor', cores: 8, memory: 16 * 2 ** 30 },
  wasm: { simd: true, relaxedSimd: false, threads: true },
  native: { name: 'x86-64 with AVX2 and FMA', from: { steps: 131_072, others: 1_048_576 } },
  blas: {
    name: 'OpenBLAS',
    version: 'OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH',
    library: 'libopenblas.so.0',
    spelling: '*',
    from: { float32: 20_000, float64: null },
  },
  used: { threads: 1 },
};
const text = (changed: Partial<Info> = {}) =>
  infoLines({ ...info, ...changed }, picocolors.createColors(false)).join('\n');

it('says what is there and what is used', () => {
  expect(text()).toBe(`
  versions   downslope 0.1.0 · Node 20.19.0 · V8 11.3.244 · DuckDB 1.5.6
  machine    A Processor, 8 cores
             linux x64, 16.0 GiB of memory
  wasm       SIMD · no relaxed SIMD · threads
  native     machine code for x86-64 with AVX2 and FMA
  BLAS       OpenBLAS 0.3.21, as libopenblas.so.0
  in use     machine code, matrix products of our own in it, 1 thread:
               steps from 131,072 multiplications and elements, other programs from 1,048,576
             WebAssembly SIMD kernels of our own for smaller programs
             OpenBLAS for matrix products in those smaller programs alone:
               float32 from 20,000 multiplications, none of float64 (measured now)
`);
});

it('says that a BLAS makes all large products where there is no machine code', () => {
  expect(text({ native: null })).toContain(`
  in use     WebAssembly SIMD kernels of our own, 1 thread
             OpenBLAS for matrix products:
               float32 from 20,000 multiplications, none of float64 (measured now)
`);
});

it('says what still runs where the environment asks for what there is not', () => {
  const error = 'is not there';
  for (const wrong of [{ native: { error } }, { blas: { error } }])
    expect(text(wrong)).toContain(`
  in use     nothing in training with numerics 'fast': it ends with that error
             WebAssembly SIMD kernels of our own, 1 thread, in all that asks for neither: numerics 'portable', predict, minimize
`);
});

it('says what was switched off', () => {
  vi.stubEnv('DOWNSLOPE_BLAS', 'off');
  vi.stubEnv('DOWNSLOPE_NATIVE', 'off');
  expect(text({ blas: null, native: null })).toContain(`
  native     no machine code (switched off)
  BLAS       none (switched off)
`);
  vi.unstubAllEnvs();
});

it('says that there is no BLAS, or why the one asked for cannot be used', () => {
  expect(text({ blas: null })).toContain('BLAS       none found');
  expect(text({ blas: { error: 'DOWNSLOPE_BLAS=x cannot be loaded' } })).toContain(
    'BLAS       DOWNSLOPE_BLAS=x',
  );
});

it('says that there is no machine code, or why what was asked for cannot be', () => {
  expect(text({ native: null })).toContain('native     no machine code');
  expect(text({ native: { error: 'DOWNSLOPE_NATIVE=on: there is none here' } })).toContain(
    'native     DOWNSLOPE_NATIVE=on: there is none here',
  );
});

it('says that a BLAS is there and not used, and names the make of one whose version is a number', () => {
  const blas = {
    name: 'BLIS',
    version: '0.9.0',
    library: 'libblis.so.4',
    spelling: '*',
    from: { float32: null, float64: null },
  } as const;
  expect(text({ blas })).toContain('BLAS       BLIS 0.9.0, as libblis.so.4');
  expect(text({ blas })).toContain('not BLIS: our kernels are as fast');
});
