import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { guarded } from './guard.js';
import { findNative } from './machine-code.js';

const native = findNative('');
const skipped = '(skipped where there is no machine code)';
const stray = fileURLToPath(new URL('./testing/stray.ts', import.meta.url));
const write = (address: number, offset: number) => {
  const { stdout, signal } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', import.meta.resolve('tsx'), stray, `${address}`, `${offset}`],
    { encoding: 'utf8', timeout: 20_000 },
  );
  return signal ?? stdout.trim();
};

it.runIf(native)(`what a memory has not grown to is nobody's ${skipped}`, () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  expect(guarded(memory)).toBe(true);
  memory.grow(1000);
  expect(guarded(memory)).toBe(true);
  expect(guarded(new WebAssembly.Memory({ initial: 1, maximum: 1000, shared: true }))).toBe(true);
});

it.runIf(native).each([
  [0, 65_532, 'written'],
  [65_533, 0, 'SIGSEGV'],
  [-4, 0, 'SIGSEGV'],
  [-4, 2 ** 32 - 65_536, 'SIGSEGV'],
])(`a write of machine code to %d and %d bytes on: %s ${skipped}`, (address, offset, outcome) => {
  expect(write(address, offset)).toBe(outcome);
});
