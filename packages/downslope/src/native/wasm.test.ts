import { expect, it } from 'vitest';
import { wasmFeatures } from './wasm.js';

it('finds what every Node from 20 on has', () => {
  expect(wasmFeatures()).toMatchObject({ simd: true, threads: true });
});

it('finds relaxed SIMD from V8 11.4 on', () => {
  const [major = 0, minor = 0] = process.versions.v8.split('.').map(Number);
  expect(wasmFeatures().relaxedSimd).toBe(major > 11 || (major === 11 && minor >= 4));
});
