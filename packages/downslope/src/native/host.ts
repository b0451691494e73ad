import { cpus } from 'node:os';
import type { Blas, FloatType, Host } from '@downslope/core';
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

/** Looked for when first needed, and once. */
const onceFound = <T>(find: () => T): (() => T) => {
  let known: { readonly found: T } | undefined;
  return () => {
    known ??= { found: find() };
    return known.found;
  };
};

/** What makes machine code here, if anything does. */
export const machineCode = onceFound(() => findNative());
const library = onceFound(() => usable(findBlas()));

/**
 * What this machine offers beyond WebAssembly. Its BLAS is looked for when a program that is not machine code has a matrix
 * product that might be large enough, and measured then; both once.
 *
 * @throws (when it is first used) if `DOWNSLOPE_BLAS` names a library that cannot be used, or `DOWNSLOPE_NATIVE` asks for
 *   what there is not; `portable` numerics, which use neither, do not
 */
export const nativeHost: Host & { readonly blas?: UsableBlas } = {
  relaxed: true,
  get engine() {
    return `V8 ${process.versions.v8}, ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  },
  workers: nodeWorkers,
  get native() {
    // Every program asks for this first, with a product or without: nobody is left to think that a library is used.
    findWhatIsAskedFor();
    return machineCode();
  },
  grown: useLargePages,
  get blas() {
    return library();
  },
};

/** Looks for what the environment asks for by name, before there is anything to lose. */
export function findWhatIsAskedFor(): void {
  if (process.env.DOWNSLOPE_BLAS) library();
  if (process.env.DOWNSLOPE_NATIVE) machineCode();
}

function usable(found: FoundBlas | undefined): UsableBlas | undefined {
  if (found === undefined) return undefined;
  const on = gemmOf(found);
  const measured = new Map<FloatType, number>();
  const from = (dtype: FloatType): number => {
    const least = measured.get(dtype) ?? breakEven(on, dtype);
    measured.set(dtype, least);
    return least;
  };
  const { name, library, spelling, version: build = name } = found;
  return { name, build, library: JSON.stringify({ library, spelling }), found, from, on };
}
