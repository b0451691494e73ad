import os from 'node:os';
import type { FloatType } from '@downslope/core';
import type { Command } from 'commander';
import { count } from '../format.js';
import type { FoundBlas } from '../native/blas.js';
import { nativeHost } from '../native/host.js';
import { wasmFeatures } from '../native/wasm.js';
import { nodeWorkers } from '../native/workers.js';
import { ownVersion } from '../version.js';
import { outputOn } from './output.js';
import { block, type Style } from './style.js';

/** `from`: multiplications from which a product takes less time there than in a kernel of ours; null for never. */
type MeasuredBlas = FoundBlas & { readonly from: Readonly<Record<FloatType, number | null>> };

/** What `downslope info` finds, and with `--json` prints. */
export interface Info {
  readonly versions: { downslope: string; node: string; v8: string; duckdb: string };
  readonly machine: { platform: string; arch: string; cpu: string; cores: number; memory: number };
  readonly wasm: { simd: boolean; relaxedSimd: boolean; threads: boolean };
  /** What machine code is made for; null where it cannot be made, or is not to be. */
  readonly native: string | null | { error: string };
  /** Null where there is none; an error where the one asked for cannot be used. */
  readonly blas: MeasuredBlas | { error: string } | null;
  readonly used: { kernels: string; threads: number };
}

export function declare(command: Command): void {
  command.option('--json', 'print one JSON object').action(async ({ json }: { json?: boolean }) => {
    const info = await findInfo();
    const out = outputOn(process.stdout);
    if (json) process.stdout.write(`${JSON.stringify(info)}\n`);
    else out.lines(infoLines(info, out.style));
  });
}

async function findInfo(): Promise<Info> {
  const { version: duckdb } = await import('@duckdb/node-api');
  const cpus = os.cpus();
  const native = orError(() => nativeHost.native?.name ?? null);
  return {
    versions: {
      downslope: ownVersion(),
      node: process.versions.node,
      v8: process.versions.v8,
      duckdb: duckdb().replace(/^v/, ''),
    },
    machine: {
      platform: process.platform,
      arch: process.arch,
      cpu: cpus[0]?.model.trim() ?? 'unknown',
      cores: cpus.length,
      memory: os.totalmem(),
    },
    wasm: wasmFeatures(),
    native,
    blas: orError(findMeasuredBlas),
    used: {
      kernels:
        typeof native === 'string'
          ? 'machine code (steps and large programs) and WebAssembly SIMD'
          : 'WebAssembly SIMD',
      threads: nodeWorkers.available,
    },
  };
}

/** As a person reads it. */
export function infoLines({ versions, machine, wasm, native, blas, used }: Info, style: Style): string[] {
  const has = (name: string, present: boolean) => (present ? name : style.dim(`no ${name}`));
  const lines = {
    versions: [
      `downslope ${versions.downslope} · Node ${versions.node} · V8 ${versions.v8} · DuckDB ${versions.duckdb}`,
    ],
    machine: [
      `${machine.cpu}, ${count(machine.cores)} cores`,
      `${machine.platform} ${machine.arch}, ${(machine.memory / 2 ** 30).toFixed(1)} GiB of memory`,
    ],
    wasm: [
      [has('SIMD', wasm.simd), has('relaxed SIMD', wasm.relaxedSimd), has('threads', wasm.threads)].join(
        ' · ',
      ),
    ],
    native: nativeLines(native),
    BLAS: blasLines(blas),
    'in use': usedLines(blas, used, style),
  };
  return ['', ...Object.entries(lines).flatMap(([label, text]) => block(label, text, style)), ''];
}

function orError<T>(find: () => T): T | { error: string } {
  try {
    return find();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function findMeasuredBlas(): MeasuredBlas | null {
  const { blas } = nativeHost;
  if (blas === undefined) return null;
  const from = (dtype: FloatType): number | null =>
    Number.isFinite(blas.from(dtype)) ? blas.from(dtype) : null;
  return { ...blas.found, from: { float32: from('float32'), float64: from('float64') } };
}

function nativeLines(native: Info['native']): string[] {
  if (native === null)
    return [`no machine code${process.env.DOWNSLOPE_NATIVE === 'off' ? ' (switched off)' : ''}`];
  return [typeof native === 'string' ? `machine code for ${native}` : native.error];
}

function blasLines(blas: Info['blas']): string[] {
  if (blas === null) return ['none found, and none is needed'];
  if ('error' in blas) return [blas.error];
  const name = [blas.name, ...(blas.version ?? '').replace(blas.name, '').trim().split(/\s+/, 1)]
    .join(' ')
    .trim();
  return [`${name}, as ${blas.library}`];
}

function usedLines(blas: Info['blas'], { kernels, threads }: Info['used'], style: Style): string[] {
  const own = style.green(
    `${kernels} kernels of our own, ${count(threads)} thread${threads === 1 ? '' : 's'}`,
  );
  if (blas === null || 'error' in blas) return [own];
  if (blas.from.float32 === null && blas.from.float64 === null)
    return [own, `not ${blas.name}: our kernels are as fast, or its products are wrong (measured now)`];
  const size = (dtype: FloatType): string => {
    const from = blas.from[dtype];
    return from === null ? `none of ${dtype}` : `${dtype} from ${count(from)} multiplications`;
  };
  return [own, `${blas.name} for matrix products: ${size('float32')}, ${size('float64')} (measured now)`];
}
