import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import koffi from 'koffi';
import { expect, it } from 'vitest';
import { bindEntry } from './entry.js';
import { executable, keepExecutables } from './executable.js';
import { hasAvx2AndFma } from './processor.js';

const runs = process.platform === 'linux' && process.arch === 'x64' && executable(Uint8Array.of(0xc3));
const where = 'Linux on x86-64';

/** Adds `to` to the word at `from`, counts in the first variable, and returns 1 when the word has come to 99. */
// biome-ignore format: an instruction a line
const ADDING = Uint8Array.from([
  0x89, 0xd2,                         // mov edx, edx
  0x83, 0x46, 0x40, 0x01,             // add dword [rsi + 64], 1
  0x01, 0x0c, 0x17,                   // add [rdi + rdx], ecx
  0x31, 0xc0,                         // xor eax, eax
  0x83, 0x3c, 0x17, 0x63,             // cmp dword [rdi + rdx], 99
  0x0f, 0x94, 0xc0,                   // sete al
  0xc3,                               // ret
]);

it.runIf(runs)(
  `machine code is run on a memory, also after it has grown (skipped unless on ${where})`,
  () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const add = bindEntry(executable(ADDING)!)(memory);
    const word = (at: number) => new Int32Array(memory.buffer)[at / 4];
    add(16, 5, 0, 1, 0);
    add(16, 6, 0, 1, 0);
    memory.grow(100);
    add(16, 7, 0, 1, 0);
    add(65536 * 100, 7, 0, 1, 0);
    expect([word(16), word(65536 * 100)]).toEqual([18, 7]);
    expect(() => add(32, 99, 0, 1, 0)).toThrow(new WebAssembly.RuntimeError('unreachable'));
  },
);

it.runIf(runs)(`it cannot be written to any more (skipped unless on ${where})`, () => {
  const { address } = executable(ADDING)!;
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const own = maps.find((line) => holds(line, address));
  expect(own).toMatch(/ r-xp /);
});

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** Whether there is memory at a page's address. */
function isMapped(address: number): boolean {
  const mincore = koffi.load(null).func('int mincore(uintptr_t at, size_t bytes, uint8_t *pages)');
  return mincore(address, 1, new Uint8Array(1)) === 0;
}

const holds = (line: string, address: number): boolean => {
  const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line) ?? [];
  return from !== undefined && Number.parseInt(from, 16) <= address && address < Number.parseInt(to!, 16);
};

it.runIf(runs)(`memory of code that nobody has is given back (skipped unless on ${where})`, async () => {
  const collect = collector();
  const kept = bindEntry(executable(ADDING)!)(new WebAssembly.Memory({ initial: 1 }));
  const addresses = Array.from({ length: 8 }, () => executable(ADDING)!.address);
  expect(addresses.every(isMapped)).toBe(true);
  for (let i = 0; i < 20 && addresses.some(isMapped); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(addresses.some(isMapped)).toBe(false);
  kept(16, 1, 0, 1, 0);
});

it.runIf(runs)(
  `it stays while a thread that was stopped may still be in it (skipped unless on ${where})`,
  async () => {
    const collect = collector();
    let gone = (): void => {};
    keepExecutables(new Promise<void>((resolve) => (gone = resolve)));
    const addresses = Array.from({ length: 8 }, () => executable(ADDING)!.address);
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await settle();
    expect(addresses.every(isMapped)).toBe(true);
    gone();
    await settle();
    expect(addresses.some(isMapped)).toBe(false);
  },
);

it.runIf(runs)(`the processor says what the system says of it (skipped unless on ${where})`, () => {
  const [, flags = ''] = /^flags\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
  const has = new Set(flags.split(' '));
  const needed = ['avx', 'avx2', 'fma', 'f16c', 'bmi1', 'bmi2', 'popcnt', 'abm'];
  expect(hasAvx2AndFma()).toBe(needed.every((name) => has.has(name)));
});
