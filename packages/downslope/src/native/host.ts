import { cpus } from 'node:os';
import type { Blas, FloatType, Host, Native } from '@downslope/core';
import { type FoundBlas, findBlas } from './blas.js';
import { breakEven } from './calibrate.js';
import { gemmOf } from './gemm.js';
import { useLargePages } from './large-pages.js';
import { findNative } from './machine-code.js';
import { nodeWorkers } from './workers.js';

/** A BLAS that was found, ready to be used; measured against our own kernels when first needed. */
export interface UsableBlas extends Blas {
  readonly found: FoundBlas;
}

/**
 * What this machine offers beyond WebAssembly. Its BLAS is looked for when a program has a matrix product that might be
 * large enough, and measured then; both once.
 *
 * @throws (when it is first needed) if `DOWNSLOPE_BLAS` names a library that cannot be used, or `DOWNSLOPE_NATIVE` asks for
 *   what there is not
 */
export const nativeHost: Host & { readonly blas?: UsableBlas } = {
  relaxed: true,
  get engine() {
    return `V8 ${process.versions.v8}, ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  },
  workers: nodeWorkers,
  get native() {
    machine ??= { native: findNative() };
    return machine.native;
  },
  grown: useLargePages,
  get blas() {
    known ??= { blas: usable(findBlas()) };
    return known.blas;
  },
};

let machine: { readonly native: Native | undefined } | undefined;
let known: { readonly blas: UsableBlas | undefined } | undefined;

/** Looks for what the environment asks for by name, before there is anything to lose. */
export function findWhatIsAskedFor(): void {
  if (process.env.DOWNSLOPE_BLAS) void nativeHost.blas;
  if (process.env.DOWNSLOPE_NATIVE) void nativeHost.native;
}

function usable(found: FoundBlas | undefined): UsableBlas | undefined {
  if (found === undefined) return undefined;
  const on = gemmOf(found.library);
  const measured = new Map<FloatType, number>();
  const from = (dtype: FloatType): number => {
    const least = measured.get(dtype) ?? breakEven(on, dtype);
    measured.set(dtype, least);
    return least;
  };
  const { name, library, version: build = name } = found;
  return { name, build, library, found, from, on };
}
