import type { Blas, Host } from '../compile/host.js';
import { canFuse } from '../compile/probe.js';
import type { FloatType } from '../tensor/dtype.js';

/** What the last bits of `fast` numerics hang on. */
export interface Backend {
  readonly numerics: 'fast' | 'portable';
  /** JavaScript engine and processor. */
  readonly engine: string;
  /** Whether multiplication and addition are one instruction. */
  readonly fused: boolean;
  /** What machine code was made for, if any was. */
  readonly native?: string;
  /** The library of matrix products, if one was looked for, and from how many multiplications on it was asked. */
  readonly blas?: { readonly name: string; readonly from: Readonly<Partial<Record<FloatType, number>>> };
}

/**
 * A host that notes what a run finds out about it.
 *
 * From which size on a library pays is measured, and decides about bits: where the library is the same as in `wanted`, its
 * sizes hold, too. A run that began without machine code goes on without.
 */
export function noted(
  host: Host,
  numerics: Backend['numerics'],
  wanted?: Backend,
): { readonly host: Host; readonly backend: () => Backend } {
  // Asked for whether wanted or not: that is when a host says what is wrong with it.
  const { native: own } = host;
  const native = wanted && wanted.native === undefined ? undefined : own;
  let blas: Backend['blas'];
  let known: Blas | undefined;
  const found = (): Blas | undefined => {
    if (known || !host.blas) return known;
    const { blas: own } = host;
    const name = own.build ?? own.name;
    const from: Partial<Record<FloatType, number>> =
      wanted?.blas?.name === name ? { ...wanted.blas.from } : {};
    blas = { name, from };
    known = {
      name: own.name,
      library: own.library,
      from: (dtype) => (from[dtype] ??= own.from(dtype)),
      on: (memory) => own.on(memory),
    };
    return known;
  };
  return {
    host: {
      relaxed: host.relaxed,
      native,
      workers: host.workers,
      grown: host.grown,
      memory: host.memory,
      get blas() {
        return found();
      },
    },
    backend: () => ({
      numerics,
      engine: host.engine ?? userAgent(),
      fused: host.relaxed === true && canFuse(),
      ...(native ? { native: native.name } : {}),
      ...(blas ? { blas } : {}),
    }),
  };
}

const userAgent = (): string =>
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent ?? 'unknown';

/** What differs between two backends in words, where it can be seen in the bits. */
export function differences(now: Backend, then: Backend): string[] {
  if (now.numerics === 'portable') return [];
  const differ: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (a !== b) differ.push(`${what} is ${a ?? 'none'}, and was ${b ?? 'none'}`);
  };
  compare('the engine', now.engine, then.engine);
  compare('fused multiplication', now.fused, then.fused);
  compare('machine code', now.native, then.native);
  compare('the BLAS', now.blas?.name, then.blas?.name);
  return differ;
}
