import type { NativeCode } from '@downslope/core';
import koffi from 'koffi';
import type { Executable } from './executable.js';

/** Machine code that is entered so many bytes behind its beginning, called through koffi. */
export const bindEntry = (code: Executable, entry = 0): NativeCode['on'] =>
  entryOn(koffi, code.address + entry, code);

/**
 * The same in any thread: it is given to workers as text, and uses nothing from around it.
 *
 * The code is a C function of memory, variables of its own (a page for each thread) and the arguments of `run`. It
 * returns 1 where it has met `unreachable`, which in WebAssembly is this error.
 */
export function entryOn(
  { address, decode, load, proto }: Pick<typeof koffi, 'address' | 'decode' | 'load' | 'proto'>,
  entry: number,
  code?: Executable,
): NativeCode['on'] {
  const [LINE, GLOBALS] = [64, 4096];
  // koffi sets up its stack for a thread's calls when the thread loads a library, and crashes without.
  load(null);
  const call = decode(entry, proto('int', ['uintptr_t', 'uintptr_t', ...Array(5).fill('int')]));
  return (memory) => {
    const placeOf = (bytes: ArrayBufferLike): number => Number(address(new Uint8Array(bytes)));
    let { buffer } = memory;
    let start = placeOf(buffer);
    // No two threads' variables share a cache line.
    const room = new ArrayBuffer(GLOBALS + LINE);
    const globals = Math.ceil(placeOf(room) / LINE) * LINE;
    // Whoever has the function below has code and room: they stay where they are.
    const instance = { call, globals, room, code };
    return (from, to, thread, threads, patience) => {
      // A memory that has grown has another buffer, mostly at the same place.
      if (memory.buffer !== buffer) {
        buffer = memory.buffer;
        start = placeOf(buffer);
      }
      if (instance.call(start, instance.globals, from, to, thread, threads, patience) !== 0)
        throw new WebAssembly.RuntimeError('unreachable');
    };
  };
}
