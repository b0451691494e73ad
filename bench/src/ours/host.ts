import type { Host, Threads } from '../../../packages/core/dist/index.js';
import type { Means } from '../workload.js';

/** What one of our contenders has of what the package `downslope` offers core on this machine. */
export interface Machine {
  readonly host: Host;
  /** What was found, by name, for the list of versions. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Undefined where the machine has not these means. Modules of other means are not loaded. */
export async function machineFor(means: Means, threads: Threads): Promise<Machine | undefined> {
  const { nativeHost } = await import('../../../packages/downslope/dist/native/host.js');
  const { grown, engine, relaxed, workers } = nativeHost;
  const plain: Host = { grown, engine, ...(threads !== 1 && { workers }) };
  switch (means) {
    case 'portable':
      return { host: plain, versions: {} };
    case 'native': {
      const { native } = nativeHost;
      if (native === undefined) return undefined;
      const { name } = native;
      // Without machine code there is to be an error, not the figure of something else.
      const required = { name, required: true, compile: (module: Uint8Array) => native.compile(module) };
      return { host: { ...plain, relaxed, native: required }, versions: { 'its machine code': name } };
    }
    case 'BLAS': {
      const { blas } = nativeHost;
      if (blas === undefined) return undefined;
      const { version, name } = blas.found;
      return { host: { ...plain, relaxed, blas }, versions: { 'its BLAS': version ?? name } };
    }
  }
}
