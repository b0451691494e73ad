import { expect, it } from 'vitest';
import { Arena } from '../../../core/src/compile/arena.js';
import { freshPace } from '../../../core/src/compile/threads/crew.js';
import { bindEntry } from './entry.js';
import { executable } from './executable.js';
import { nodeWorkers } from './workers.js';

/** Adds `to` to the word at `from` + 64·`thread`; fails where that word is then 99. */
// biome-ignore format: an instruction a line
const ADDING = [
  0x41, 0xc1, 0xe0, 0x06,             // shl r8d, 6
  0x44, 0x01, 0xc2,                   // add edx, r8d
  0x01, 0x0c, 0x17,                   // add [rdi + rdx], ecx
  0x31, 0xc0,                         // xor eax, eax
  0x83, 0x3c, 0x17, 0x63,             // cmp dword [rdi + rdx], 99
  0x0f, 0x94, 0xc0,                   // sete al
  0xc3,                               // ret
];

const code = process.arch === 'x64' ? executable(Uint8Array.from(ADDING)) : undefined;

it.runIf(code)(
  'threads run the same machine code on one memory, and what fails in one of them fails (skipped unless on Linux on x86-64)',
  async () => {
    const arena = new Arena({ workers: { ...nodeWorkers, available: 3 } }, 3);
    const at = arena.allocate([3, 16], 'int32');
    const words = () => [0, 1, 2].map((thread) => arena.view(at)[16 * thread]);
    const crew = arena.crew!;
    await crew.assembled();
    const program = {
      id: 1,
      code: { entry: code!.address },
      run: bindEntry(code!)(arena.memory),
      pace: freshPace(),
    };
    const rested = async (sum: number) => {
      while (words().some((word) => word! < sum)) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    crew.run(program, at.address, 30);
    crew.run(program, at.address, 12);
    await rested(42);
    expect(words()).toEqual([42, 42, 42]);
    expect(() => crew.run(program, at.address, 57)).toThrow(/unreachable|does not answer/);
  },
);
