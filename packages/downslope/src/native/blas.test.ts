import { describe, expect, it } from 'vitest';
import { findBlas } from './blas.js';

describe('findBlas', () => {
  it('finds none when told not to look', () => {
    expect(findBlas('off')).toBeUndefined();
  });

  it('refuses a library that was asked for and is not there, or is no BLAS', () => {
    expect(() => findBlas('/nowhere/libopenblas.so')).toThrow(
      'DOWNSLOPE_BLAS=/nowhere/libopenblas.so cannot be loaded',
    );
    const plain = { linux: 'libc.so.6', darwin: '/usr/lib/libSystem.B.dylib', win32: 'kernel32.dll' };
    const library = plain[process.platform as keyof typeof plain];
    expect(() => findBlas(library)).toThrow('it has no cblas_dgemm');
  });
});
