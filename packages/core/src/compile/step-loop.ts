import type { DType } from '../tensor/dtype.js';
import { type Arena, bytesOf, type Region } from './arena.js';
import type { Func, FuncRef } from './func.js';
import type { Opcode } from './opcodes.js';
import type { Pointer } from './pointers.js';
import type { Lockstep } from './threads/barrier.js';
import { sequence, type Task } from './threads/tasks.js';
import type { WasmModule } from './wasm.js';

/** A value of its own for each step: step `i` finds (or leaves) it in `slot`, copied from (or to) place `i` of `ring`. */
export interface Stream {
  readonly slot: Region;
  readonly ring: Region;
}

/** A slot, and a ring with a place for each of so many steps. */
export const ringOf = (arena: Arena, steps: number, shape: readonly number[], dtype: DType): Stream => ({
  slot: arena.allocate(shape, dtype),
  ring: arena.allocate([steps, ...shape], dtype),
});

export interface Streams {
  /** Inputs that differ from step to step: batch indices, the learning rate. */
  readonly fed?: readonly Stream[];
  /** Outputs that are kept for each step: losses, norms. */
  readonly kept?: readonly Stream[];
}

/** `once; for (step = from; step < to; step++)`: values in, the step, values out. A team runs all of it in lock-step. */
export function stepLoop(
  module: WasmModule,
  once: readonly Task[],
  step: readonly Task[],
  { fed = [], kept = [] }: Streams,
  team: Lockstep | undefined,
): FuncRef {
  const params = ['i32', 'i32', ...(team ? (['i32', 'i32', 'i32'] as const) : [])] as const;
  return module.func(params, [], (f, from, to, thread, threads, patience) => {
    const placed = ({ slot, ring }: Stream) => {
      const [at, bytes] = [f.local('i32'), bytesOf(slot)];
      f.get(from!).i32(bytes).op('i32.mul').i32(ring.address).op('i32.add').set(at);
      const inSlot: Pointer = { push: () => f.i32(0), offset: slot.address };
      const inRing: Pointer = { push: () => f.get(at), offset: 0 };
      return { at, bytes, inSlot, inRing };
    };
    const [ins, outs] = [fed.map(placed), kept.map(placed)];
    const [enter, leave] = [
      ins.map(({ inSlot, inRing, bytes }, i) => streamTask(fed[i]!, () => copy(f, inSlot, inRing, bytes))),
      outs.map(({ inSlot, inRing, bytes }, i) => streamTask(kept[i]!, () => copy(f, inRing, inSlot, bytes))),
    ];
    if (team) team.begin(f, thread!, threads!, patience!);
    sequence(f, once, team);
    f.countOn(from!, to!, 1, () => {
      sequence(f, [...enter, ...step, ...leave], team);
      for (const { at, bytes } of [...ins, ...outs]) f.get(at).i32(bytes).op('i32.add').set(at);
    });
  });
}

/** Either of the two may be read, and either written. */
function streamTask({ slot, ring }: Stream, write: () => void): Task {
  const touched = [slot, ring].map((region) => ({ address: region.address, bytes: bytesOf(region) }));
  return { reads: touched, writes: touched, chunks: 'lone', write };
}

/** Up to here a few loads and stores cost less than `memory.copy`, which engines make a call of. */
const SMALL = 64;

const PIECES: readonly { bytes: number; load: Opcode; store: Opcode }[] = [
  { bytes: 16, load: 'v128.load', store: 'v128.store' },
  { bytes: 8, load: 'i64.load', store: 'i64.store' },
  { bytes: 4, load: 'i32.load', store: 'i32.store' },
];

/** Writes a copy of a number of bytes that four divide. */
function copy(f: Func, to: Pointer, from: Pointer, bytes: number): void {
  if (bytes > SMALL) {
    to.push().i32(to.offset).op('i32.add');
    from.push().i32(from.offset).op('i32.add').i32(bytes).copy();
    return;
  }
  let done = 0;
  for (const { bytes: size, load, store } of PIECES)
    for (; bytes - done >= size; done += size) {
      to.push();
      from.push().memory(load, from.offset + done);
      f.memory(store, to.offset + done);
    }
}
