import { readFileSync } from 'node:fs';
import koffi from 'koffi';

/** What 32 bits of address and as much of offset reach, the last bytes of a vector included: no program has the last page. */
const REACH = 2 ** 33;

/**
 * Whether an address of machine code that strayed would end the process and change nothing: V8 sets aside all that
 * an address and an offset of 32 bits reach behind the beginning of a memory, and lets nobody have what the memory has not
 * grown to. (So it need not compare addresses itself.) It does so for all memories of a process or for none: not where
 * `--disable-wasm-trap-handler` is given, which it takes to run with little address space.
 */
export function guarded(memory = new WebAssembly.Memory({ initial: 1 })): boolean {
  const start = Number(koffi.address(new Uint8Array(memory.buffer)));
  const end = start + memory.buffer.byteLength;
  let reached = start;
  for (const { from, to, access } of mappings()) {
    if (to <= reached || from >= start + REACH) continue;
    const held = from >= end ? access.startsWith('---') : to <= end;
    if (from > reached || !held) return false;
    reached = to;
  }
  return reached >= start + REACH;
}

interface Mapping {
  readonly from: number;
  readonly to: number;
  /** Such as `rw-p`. */
  readonly access: string;
}

/** All of the process' addresses that are taken, in order; proc(5). */
function mappings(): Mapping[] {
  const lines = readFileSync('/proc/self/maps', 'latin1').trim().split('\n');
  return lines.map((line) => {
    const [, from, to, access] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line)!;
    return { from: Number.parseInt(from!, 16), to: Number.parseInt(to!, 16), access: access! };
  });
}
