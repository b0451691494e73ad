import os from 'node:os';
import type { FloatType } from '@downslope/core';
import type { Command } from 'commander';
import { count } from '../format.js';
import type { FoundBlas } from '../native/blas.js';
import { machineCode, nativeHost } from '../native/host.js';
import { wasmFeatures } from '../native/wasm.js';
import { nodeWorkers } from '../native/workers.js';
import { ownVersion } from '../version.js';
import { outputOn } from './output.js';
import { block, type Style } from './style.js';

/** `from`: multiplications from which a product takes less time there than in a kernel of ours; null for never. */
type MeasuredBlas = FoundBlas & { readonly from: Readonly<Record<FloatType, number | null>> };

/** `from`: multiplications and elements of a run from which a program is machine code: one that takes steps, and any other. */
interface MachineCode {
  readonly name: string;
  readonly from: { readonly steps: number; readonly others: number };
}

/** What `downslope info` finds, and with `--json` prints. */
export interface Info {
  readonly versions: { downslope: string; node: string; v8: string; duckdb: string };
  readonly machine: { platform: string; arch: string; cpu: string; cores: number; memory: number };
  readonly wasm: { simd: boolean; relaxedSimd: boolean; threads: boolean };
  /** Null where machine code cannot be made, or is not to be. */
  readonly native: MachineCode | { error: string } | null;
  /** Null where there is none; an error where the one asked for cannot be used. */
  readonly blas: MeasuredBlas | { error: string } | null;
  readonly used: { threads: number };
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
    native: orError(findMachineCode),
    blas: orError(findMeasuredBlas),
    used: { threads: nodeWorkers.available },
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
    'in use': usedLines(native, blas, used.threads, style),
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

/** Of a step an eighth of what other programs need will do: see `Native.from`. */
const STEPS = 8;

function findMachineCode(): MachineCode | null {
  const native = machineCode();
  if (native === undefined) return null;
  const { name, from = 0 } = native;
  return { name, from: { steps: from / STEPS, others: from } };
}

function findMeasuredBlas(): MeasuredBlas | null {
  const { blas } = nativeHost;
  if (blas === undefined) return null;
  const from = (dtype: FloatType): number | null =>
    Number.isFinite(blas.from(dtype)) ? blas.from(dtype) : null;
  return { ...blas.found, from: { float32: from('float32'), float64: from('float64') } };
}

const switchedOff = (variable: string): string => (process.env[variable] === 'off' ? ' (switched off)' : '');

function nativeLines(native: Info['native']): string[] {
  if (native === null) return [`no machine code${switchedOff('DOWNSLOPE_NATIVE')}`];
  return ['error' in native ? native.error : `machine code for ${native.name}`];
}

function blasLines(blas: Info['blas']): string[] {
  if (blas === null) return [`none${switchedOff('DOWNSLOPE_BLAS') || ' found, and none is needed'}`];
  if ('error' in blas) return [blas.error];
  const name = [blas.name, ...(blas.version ?? '').replace(blas.name, '').trim().split(/\s+/, 1)]
    .join(' ')
    .trim();
  return [`${name}, as ${blas.library}`];
}

const WASM = 'WebAssembly SIMD kernels of our own';

function usedLines(native: Info['native'], blas: Info['blas'], most: number, style: Style): string[] {
  const threads = `${count(most)} thread${most === 1 ? '' : 's'}`;
  if ((native && 'error' in native) || (blas && 'error' in blas))
    return [
      style.red("nothing in training with numerics 'fast': it ends with that error"),
      `${WASM}, ${threads}, in all that asks for neither: numerics 'portable', predict, minimize`,
    ];
  if (native === null) return [style.green(`${WASM}, ${threads}`), ...productLines('matrix products', blas)];
  const { steps, others } = native.from;
  return [
    style.green(`machine code, matrix products of our own in it, ${threads}:`),
    style.green(
      `  steps from ${count(steps)} multiplications and elements, other programs from ${count(others)}`,
    ),
    style.green(`${WASM} for smaller programs`),
    ...productLines('matrix products in those smaller programs alone', blas),
  ];
}

function productLines(which: string, blas: MeasuredBlas | null): string[] {
  if (blas === null) return [];
  const { name, from } = blas;
  if (from.float32 === null && from.float64 === null)
    return [`not ${name}: our kernels are as fast, or its products are wrong (measured now)`];
  const sizes = (['float32', 'float64'] as const).map((dtype) => {
    const least = from[dtype];
    return least === null ? `none of ${dtype}` : `${dtype} from ${count(least)} multiplications`;
  });
  return [`${name} for ${which}:`, `  ${sizes.join(', ')} (measured now)`];
}
