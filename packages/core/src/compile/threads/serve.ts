import type { Bindings } from '../host.js';
import type { BOARD, STATE } from './board.js';

/** What a worker is first told. */
export interface Hello {
  readonly memory: WebAssembly.Memory;
  /** The address of its state; its number in the call under way comes after it. */
  readonly state: number;
  /** Milliseconds that it waits for the others at most: where the caller is gone, it must not wait on. */
  readonly patience: number;
  readonly board: Omit<typeof BOARD, 'state'>;
  readonly states: typeof STATE;
}

/** A call, and the program if the worker does not know it yet. */
export interface Summons {
  readonly id: number;
  readonly code?: Code;
  /** A program that it is to let go. */
  readonly forget?: number | undefined;
}

/** A program as other threads take it: a module with the library of matrix products that it wants, or machine code in place. */
export type Code =
  | { readonly module: WebAssembly.Module; readonly library?: string | undefined; readonly entry?: undefined }
  | { readonly entry: number };

export interface Port {
  hear(listener: (message: unknown) => void): void;
}

/** The function that a parallel program exports. */
export type ParallelRun = (
  from: number,
  to: number,
  thread: number,
  threads: number,
  patience: number,
) => void;

/**
 * What a worker does all its life. Workers are given this function as text: it uses nothing from around it.
 *
 * Called by a message or, as long as it listens, by a change of its state, it runs the program on the board together
 * with the other threads. Having heard nothing for a while it goes back to its event loop.
 *
 * @param bind puts machine code and a library's matrix products on a memory
 */
export function serve(port: Port, bind?: Bindings): void {
  const programs = new Map<number, ParallelRun>();
  let hello: Hello | undefined;

  const fail = (words: Int32Array, { board, memory }: Hello, error: unknown): void => {
    if (Atomics.compareExchange(words, board.failed / 4, 0, 1) === 0) {
      const text = new TextEncoder().encode(String(error)).subarray(0, board.messageBytes);
      new Uint8Array(memory.buffer, board.message + 4).set(text);
      words[board.message / 4] = text.length;
    }
    // So that nobody goes to sleep who has not seen it.
    Atomics.add(words, board.arrived / 4, 2 ** 28);
    Atomics.notify(words, board.arrived / 4);
  };

  const work = (now: Hello): void => {
    const { memory, board, states } = now;
    const words = new Int32Array(memory.buffer, 0, board.bytes / 4);
    const state = now.state / 4;
    while (Atomics.load(words, state) === states.busy) {
      const run = programs.get(words[board.program / 4]!);
      // Its message is still to come.
      if (!run) return;
      try {
        run(
          words[board.from / 4]!,
          words[board.to / 4]!,
          words[state + 1]!,
          words[board.threads / 4]!,
          now.patience,
        );
      } catch (error) {
        fail(words, now, error);
      }
      Atomics.store(words, state, states.listening);
      Atomics.wait(words, state, states.listening, 2);
      Atomics.compareExchange(words, state, states.listening, states.away);
    }
  };

  port.hear((message) => {
    if (hello === undefined) {
      hello = message as Hello;
      const words = new Int32Array(hello.memory.buffer, 0, hello.board.bytes / 4);
      Atomics.store(words, hello.state / 4, hello.states.away);
      return;
    }
    const { id, code, forget } = message as Summons;
    if (forget !== undefined) programs.delete(forget);
    const { memory } = hello;
    try {
      if (code?.entry !== undefined) programs.set(id, bind!.native(code.entry)(memory));
      else if (code) {
        const { module, library } = code;
        const imports = {
          arena: { memory },
          ...(library !== undefined && { blas: bind!.blas(library)(memory) }),
        };
        programs.set(id, new WebAssembly.Instance(module, imports).exports.run as ParallelRun);
      }
    } catch (error) {
      // It is run to fail with the rest.
      programs.set(id, () => {
        throw error;
      });
    }
    work(hello);
  });
}
