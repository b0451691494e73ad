import { existsSync, readFileSync } from 'node:fs';
import { compile, type Tensor } from '@downslope/core';
import koffi from 'koffi';
import { expect, it } from 'vitest';
import { nativeHost } from './host.js';
import { useLargePages } from './large-pages.js';

const SMAPS = '/proc/self/smaps';
/** Whether Linux was built with large pages: only then does a mapping show that they were asked for. */
const hasLargePages = existsSync(SMAPS) && existsSync('/sys/kernel/mm/transparent_hugepage/enabled');

/** The flags of the mapping that an address lies in, as the kernel knows them. */
function flagsAt(address: bigint): string[] {
  let within = false;
  for (const line of readFileSync(SMAPS, 'utf8').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
    if (range) within = BigInt(`0x${range[1]}`) <= address && address < BigInt(`0x${range[2]}`);
    else if (within && line.startsWith('VmFlags:')) return line.trim().split(/\s+/).slice(1);
  }
  return [];
}

it.runIf(hasLargePages)(
  'a memory of some megabytes is held in large pages, up to its last byte (skipped where the system has none)',
  () => {
    const memory = new WebAssembly.Memory({ initial: 100 });
    const start = koffi.address(new Uint8Array(memory.buffer));
    const last = () => start + BigInt(memory.buffer.byteLength - 1);
    expect(flagsAt(start)).not.toContain('hg');
    useLargePages(memory);
    expect(flagsAt(start)).toContain('hg');
    memory.grow(50);
    useLargePages(memory);
    expect(flagsAt(last())).toContain('hg');
  },
);

it("a program's memory is announced whenever it has grown, while what is new is zeros", () => {
  const announced: number[] = [];
  const grown = (memory: WebAssembly.Memory): void => {
    nativeHost.grown!(memory);
    announced.push(memory.buffer.byteLength);
    expect(new Uint8Array(memory.buffer, memory.buffer.byteLength - 65536).every((byte) => byte === 0)).toBe(
      true,
    );
  };
  const sum = compile((x: Tensor) => x.sum(), { host: { grown } });
  const ones = new Float32Array(2_000_000).fill(1);
  expect(sum({ data: ones, shape: [2_000_000], dtype: 'float32' }).data[0]).toBe(2_000_000);
  expect(Math.max(...announced)).toBeGreaterThan(8_000_000);
});
