import type { Func, FuncRef, Global, Local } from '../func.js';
import type { WasmModule } from '../wasm.js';
import { BOARD } from './board.js';

/** Looks at the board before a thread goes to sleep: some 4 µs, for waking takes longer. */
const PATIENT_LOOKS = 4_000;
/** `memory.atomic.wait32` ended because of the time. */
const TIMED_OUT = 2;

/**
 * What lets several threads run one program in lock-step: each runs the same code, knows its number, and waits for the
 * others where one needs what another has written.
 */
export class Lockstep {
  readonly thread: Global;
  readonly threads: Global;
  readonly #patience: Global;
  /** What `arrived` will be once all threads have come to the next barrier. */
  readonly #due: Global;
  readonly #barrier: FuncRef;

  constructor(module: WasmModule) {
    this.thread = module.global();
    this.threads = module.global();
    this.#patience = module.global();
    this.#due = module.global();
    this.#barrier = module.func([], [], (f) => this.#writeBarrier(f));
  }

  /**
   * Begins a call. `patience` is how many milliseconds to sleep at a barrier until giving up; −1 is for ever, 0 for a
   * thread that must not sleep.
   */
  begin(f: Func, thread: Local, threads: Local, patience: Local): void {
    f.get(thread).setGlobal(this.thread);
    f.get(threads).setGlobal(this.threads);
    f.get(patience).setGlobal(this.#patience);
    f.i32(0).setGlobal(this.#due);
  }

  barrier(f: Func): void {
    f.call(this.#barrier);
  }

  /** Pushes the first of this thread's share of so many chunks; that of thread `ahead` further. */
  pushShare(f: Func, chunks: number, ahead: number): void {
    f.getGlobal(this.thread).i32(ahead).op('i32.add').i32(chunks).op('i32.mul');
    f.getGlobal(this.threads).op('i32.div_u');
  }

  /**
   * Threads count up one word, and go on when it has come to a multiple of their number: it never goes back, so a fast
   * thread may already count for the next barrier. Whoever makes it full wakes those who sleep. The order of the
   * two counters matters: a sleeper says so before it looks once more, in the wait itself.
   */
  #writeBarrier(f: Func): void {
    const seen = f.local('i32');
    const looks = f.local('i32');
    f.getGlobal(this.threads).i32(1).op('i32.eq');
    f.if(() => f.op('return'));
    f.getGlobal(this.#due).getGlobal(this.threads).op('i32.add').setGlobal(this.#due);
    f.i32(BOARD.arrived).i32(1).atomic('i32.atomic.add').i32(1).op('i32.add');
    f.getGlobal(this.#due).op('i32.eq');
    f.if(() => {
      f.i32(BOARD.sleeping).atomic('i32.atomic.load');
      f.if(() => f.i32(BOARD.arrived).i32(-1).atomic('memory.notify').op('drop'));
      f.op('return');
    });
    f.i32(PATIENT_LOOKS).set(looks);
    f.loop(() => {
      f.i32(BOARD.failed).atomic('i32.atomic.load');
      f.if(() => f.op('unreachable'));
      f.i32(BOARD.arrived).atomic('i32.atomic.load').tee(seen);
      f.getGlobal(this.#due).op('i32.sub').i32(0).op('i32.ge_s');
      f.if(() => f.op('return'));
      f.get(looks).i32(1).op('i32.sub').tee(looks).brIf(0);
      f.i32(1).set(looks);
      f.getGlobal(this.#patience).op('i32.eqz').brIf(0);
      this.#sleep(f, seen);
      f.br(0);
    });
  }

  #sleep(f: Func, seen: Local): void {
    f.i32(BOARD.sleeping).i32(1).atomic('i32.atomic.add').op('drop');
    f.i32(BOARD.arrived).get(seen);
    f.getGlobal(this.#patience).op('i64.extend_i32_s').i64(1_000_000n).op('i64.mul');
    f.atomic('memory.wait32').i32(TIMED_OUT).op('i32.eq');
    f.if(() => f.op('unreachable'));
    f.i32(BOARD.sleeping).i32(-1).atomic('i32.atomic.add').op('drop');
  }
}
