import koffi from 'koffi';

/** Machine code in memory, which is given back when nobody has this any more. */
export interface Executable {
  readonly address: number;
}

// Of sys/mman.h on Linux.
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const PRIVATE_ANONYMOUS = 0x22;
const FAILED = -1;

/**
 * Puts machine code where the processor may run it. It is written first and made executable then, so that no memory is
 * ever both. Undefined where the system does not allow it, as hardened ones do not.
 */
export function executable(code: Uint8Array): Executable | undefined {
  const memory = system();
  if (memory === undefined) return undefined;
  const { mmap, mprotect, munmap, memcpy } = memory;
  const address = mmap(0, code.length, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0);
  if (address === FAILED) return undefined;
  memcpy(address, code, code.length);
  if (mprotect(address, code.length, READ | EXECUTE) !== 0) {
    munmap(address, code.length);
    return undefined;
  }
  const made = { address };
  unreachable.register(made, { address, bytes: code.length });
  return made;
}

interface Mapping {
  readonly address: number;
  readonly bytes: number;
}

/** What is to be given back, once nobody is left who may run it. */
const left: Mapping[] = [];
let leaving = 0;

const unreachable = new FinalizationRegistry<Mapping>((mapping) => {
  left.push(mapping);
  giveBack();
});

function giveBack(): void {
  if (leaving === 0) for (const { address, bytes } of left.splice(0)) system()?.munmap(address, bytes);
}

/** Keeps all machine code until then: a thread that is stopped within a call runs on to the end of it. */
export function keepExecutables(until: Promise<unknown>): void {
  leaving++;
  void until.finally(() => {
    leaving--;
    giveBack();
  });
}

interface System {
  mmap(address: number, bytes: number, protection: number, flags: number, file: number, at: number): number;
  mprotect(address: number, bytes: number, protection: number): number;
  munmap(address: number, bytes: number): number;
  memcpy(to: number, from: Uint8Array, bytes: number): number;
}

let known: { readonly system: System | undefined } | undefined;

/** The functions of the C library that this process runs on. */
function system(): System | undefined {
  known ??= { system: findSystem() };
  return known.system;
}

function findSystem(): System | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const c = koffi.load(null);
    return {
      mmap: c.func(
        'intptr_t mmap(uintptr_t at, size_t bytes, int protection, int flags, int file, int64_t from)',
      ),
      mprotect: c.func('int mprotect(uintptr_t at, size_t bytes, int protection)'),
      munmap: c.func('int munmap(uintptr_t at, size_t bytes)'),
      memcpy: c.func('uintptr_t memcpy(uintptr_t to, const uint8_t *from, size_t bytes)'),
    } as unknown as System;
  } catch {
    return undefined;
  }
}
