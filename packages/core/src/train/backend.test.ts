import { describe, expect, it } from 'vitest';
import type { Host } from '../compile/host.js';
import { type Backend, differences, noted } from './backend.js';

/** A host whose library pays from so many multiplications on. */
const hostWith = (from: number, build = 'OpenBLAS 0.3 Zen'): Host => ({
  relaxed: true,
  engine: 'V8 11, x64',
  blas: { name: 'OpenBLAS', build, from: () => from, on: () => ({}) as never },
});

describe('what a run notes of its host', () => {
  it('is the library only where one was looked for, and the sizes that were asked', () => {
    const { host, backend } = noted(hostWith(4096), 'fast');
    expect(backend()).toMatchObject({ numerics: 'fast', engine: 'V8 11, x64' });
    expect(backend().blas).toBeUndefined();
    expect(host.blas!.from('float32')).toBe(4096);
    expect(backend().blas).toEqual({ name: 'OpenBLAS 0.3 Zen', from: { float32: 4096 } });
  });

  it('holds in a run that goes on, as long as the library is the same: sizes are measured, and decide about bits', () => {
    const first = noted(hostWith(4096), 'fast');
    first.host.blas!.from('float32');
    const wanted = first.backend();
    const again = noted(hostWith(32768), 'fast', wanted);
    expect(again.host.blas!.from('float32')).toBe(4096);
    expect(again.host.blas!.from('float64')).toBe(32768);
    expect(differences(again.backend(), wanted)).toEqual([]);
    const other = noted(hostWith(32768, 'OpenBLAS 0.3 Haswell'), 'fast', wanted);
    expect(other.host.blas!.from('float32')).toBe(32768);
    expect(differences(other.backend(), wanted)).toEqual([
      'the BLAS is OpenBLAS 0.3 Haswell, and was OpenBLAS 0.3 Zen',
    ]);
  });

  const native = { name: 'x86-64 with AVX2 and FMA', compile: () => ({}) as never };

  it('is machine code, which a run that goes on has where it has had it, and only there', () => {
    const [own, without] = [{ ...hostWith(4096), native }, hostWith(4096)];
    const [first, other] = [noted(own, 'fast'), noted(without, 'fast')];
    expect(first.host.native).toBe(native);
    expect(first.backend().native).toBe(native.name);
    const again = noted(own, 'fast', other.backend());
    expect(again.host.native).toBeUndefined();
    expect(differences(again.backend(), other.backend())).toEqual([]);
    const elsewhere = noted(without, 'fast', first.backend());
    expect(differences(elsewhere.backend(), first.backend())).toEqual([
      'machine code is none, and was x86-64 with AVX2 and FMA',
    ]);
  });

  it('is asked of a host that says what is wrong with it, also by a run that goes on without machine code', () => {
    const wrong: Host = {
      get native(): never {
        throw new Error('wrong');
      },
    };
    const { backend } = noted(hostWith(4096), 'fast');
    expect(() => noted(wrong, 'fast')).toThrow('wrong');
    expect(() => noted(wrong, 'fast', backend())).toThrow('wrong');
  });

  it('makes no difference where numbers are portable', () => {
    const then: Backend = { numerics: 'portable', engine: 'a', fused: false };
    expect(differences({ ...then, engine: 'b' }, then)).toEqual([]);
    expect(differences({ ...then, numerics: 'fast', engine: 'b' }, then)).toEqual([
      'the engine is b, and was a',
    ]);
  });
});
