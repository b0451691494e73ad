import type { Native, NativeCode } from '@downslope/core';
import { misuse } from '../misuse.js';
import { bindEntry } from './entry.js';
import { executable } from './executable.js';
import { guarded } from './guard.js';
import { hasAvx2AndFma } from './processor.js';
import { translate } from './x64/translate.js';

/**
 * About half a millisecond as WebAssembly. A translation takes 20 to 100 ms, and runs take a third to two thirds of the time
 * then.
 */
const FROM = 2 ** 20;
/** Bytes for a program's variables, in each thread. */
const VARIABLES = 4096;

/**
 * Machine code of programs, where this machine can have it: Linux on x86-64 with AVX2 and FMA, that lets programs make code, and
 * where addresses reach nothing but a program's own memory.
 *
 * @param wanted what `DOWNSLOPE_NATIVE` says: `off` for none, `on` where it is an error not to have it, or nothing
 * @throws when it says something else, or `on` where there is none
 */
export function findNative(wanted = process.env.DOWNSLOPE_NATIVE ?? ''): Native | undefined {
  if (!['', 'on', 'off'].includes(wanted))
    throw misuse(`DOWNSLOPE_NATIVE must be 'on' or 'off', got '${wanted}'`);
  if (wanted === 'off') return undefined;
  if (hasAvx2AndFma() && guarded())
    return { name: 'x86-64 with AVX2 and FMA', from: FROM, required: wanted === 'on', compile };
  if (wanted === 'on')
    throw misuse(
      'DOWNSLOPE_NATIVE=on: there is no machine code here; it takes Linux on x86-64, a processor with AVX2 and FMA, ' +
        'memory that may be made executable, and 8 GB of addresses about each memory (no --disable-wasm-trap-handler)',
    );
  return undefined;
}

/** Trials and folds compile the same programs over and over: the last ones are kept, the latest first. */
const recent: { readonly module: Uint8Array; readonly code: NativeCode }[] = [];
const MOST_RECENT = 64;

function compile(module: Uint8Array): NativeCode {
  const at = recent.findIndex((each) => Buffer.compare(each.module, module) === 0);
  const found = at < 0 ? { module: module.slice(), code: translated(module) } : recent.splice(at, 1)[0]!;
  recent.unshift(found);
  recent.length = Math.min(recent.length, MOST_RECENT);
  return found.code;
}

function translated(module: Uint8Array): NativeCode {
  const { code, entry, globalBytes } = translate(module);
  if (globalBytes > VARIABLES) throw new Error(`internal: ${globalBytes} bytes of variables`);
  const there = executable(code);
  if (there === undefined) throw new Error('no memory may be made executable any more');
  return { entry: there.address + entry, on: bindEntry(there, entry) };
}
