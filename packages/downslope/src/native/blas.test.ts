import { describe, expect, it } from 'vitest';
import { findBlas } from './blas.js';
import { bindGemm } from './gemm.js';

/** A library that has these functions; whatever is declared and called is told. */
function libraryWith(...symbols: readonly string[]) {
  const declared: string[] = [];
  const called: string[] = [];
  const func = (text: string) => {
    const symbol = /(\w+)\(/.exec(text)![1]!;
    if (!symbols.includes(symbol)) throw new Error(`no ${symbol}`);
    declared.push(symbol);
    return (...args: unknown[]) => {
      called.push(`${symbol}(${args.join()})`);
      return symbol.includes('get_config') ? 'OpenBLAS 0.3.31' : undefined;
    };
  };
  return { declared, called, koffi: { load: () => ({ func }), address: () => 0n } as never };
}

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
    expect(() => findBlas(library)).toThrow(
      'it has no cblas_dgemm (nor cblas_dgemm64_, cblas_dgemm_64, scipy_',
    );
  });

  it.each([
    ['cblas_dgemm', '*'],
    ['cblas_dgemm64_', '*64_'],
    ['cblas_dgemm_64', '*_64'],
    ['scipy_cblas_dgemm', 'scipy_*'],
    ['scipy_cblas_dgemm64_', 'scipy_*64_'],
  ])('finds %s, and all else by the same spelling', (dgemm, spelling) => {
    const spelt = (name: string) => dgemm.replace('cblas_dgemm', name);
    const [setThreads, getConfig] = [spelt('openblas_set_num_threads'), spelt('openblas_get_config')];
    const library = libraryWith(dgemm, spelt('cblas_sgemm'), setThreads, getConfig);
    const found = findBlas('x.so', library.koffi)!;
    expect(found).toEqual({ name: 'OpenBLAS', version: 'OpenBLAS 0.3.31', library: 'x.so', spelling });
    library.declared.length = 0;
    bindGemm(library.koffi, found);
    expect(library.declared).toEqual([setThreads, spelt('cblas_sgemm'), dgemm]);
    expect(library.called).toEqual([`${getConfig}()`, `${setThreads}(1)`]);
  });

  it("knows a maker whose own functions are spelled plainly beside products that are not, as MKL's", () => {
    const { koffi, called } = libraryWith(
      'cblas_sgemm_64',
      'cblas_dgemm_64',
      'MKL_Set_Num_Threads',
      'MKL_Get_Max_Threads',
    );
    const found = findBlas('x.so', koffi)!;
    expect(found).toMatchObject({ name: 'MKL', spelling: '*_64' });
    bindGemm(koffi, found);
    expect(called).toEqual(['MKL_Set_Num_Threads(1)']);
  });
});
