import { type Command, Control } from './control.js';
import type { EndEvent } from './events.js';

/**
 * A run under way. `for await` over it gives its events; the run never waits for a slow reader, and leaving the loop
 * early stops it. Without a reader events are dropped; `result` always comes, and is the last event of every reader,
 * also of one that comes too late for the others.
 */
export class Run<Event, Result> implements AsyncIterable<Event | EndEvent<Result>> {
  readonly result: Promise<Result>;
  readonly #readers = new Set<Reader<Event | EndEvent<Result>>>();
  #end: { readonly last?: EndEvent<Result>; readonly error?: unknown } | undefined;
  readonly #control = new Control();

  constructor(work: (emit: (event: Event) => void, control: Control) => Promise<Result>) {
    const emit = (event: Event): void => {
      for (const reader of this.#readers) reader.push(event);
    };
    // The first step waits for the caller to take up the events.
    this.result = Promise.resolve().then(() => work(emit, this.#control));
    this.result.then(
      (result) => this.#close({ last: { kind: 'end', result } }),
      (error) => this.#close({ error }),
    );
  }

  /**
   * Steers the run; what is said takes effect with the next call into the program.
   *
   * - `'stop'`: finish the steps under way, then end as `aborted` with the best weights so far
   * - `'pause'` and `'resume'`: wait in between, without counting the time
   * - `'checkpoint'`: keep one as soon as the steps under way are done
   * - `{ lr: 0.001 }`: another value for hyperparameters of the optimizer, by their names, in place of number or schedule;
   *   a finding records it
   *
   * @throws when it is none of these, or there is no such hyperparameter
   */
  command(command: Command): void {
    this.#control.hear(command);
  }

  [Symbol.asyncIterator](): AsyncIterator<Event | EndEvent<Result>> {
    const reader = new Reader<Event | EndEvent<Result>>(() => {
      this.#readers.delete(reader);
      this.command('stop');
    });
    if (this.#end) reader.close(this.#end);
    else this.#readers.add(reader);
    return reader;
  }

  #close(end: { last?: EndEvent<Result>; error?: unknown }): void {
    this.#end = end;
    for (const reader of this.#readers) reader.close(end);
    this.#readers.clear();
  }
}

/** One reader's queue: events that wait for the reader, or askers that wait for an event. */
class Reader<Event> implements AsyncIterator<Event> {
  readonly #events: Event[] = [];
  readonly #askers: (() => void)[] = [];
  #closed: { readonly error?: unknown } | undefined;

  constructor(private readonly leave: () => void) {}

  push(event: Event): void {
    this.#events.push(event);
    this.#askers.shift()?.();
  }

  close({ last, error }: { last?: Event; error?: unknown }): void {
    if (last !== undefined) this.#events.push(last);
    this.#closed = { error };
    for (const wake of this.#askers.splice(0)) wake();
  }

  async next(): Promise<IteratorResult<Event>> {
    while (this.#events.length === 0) {
      if (this.#closed?.error !== undefined) throw this.#closed.error;
      if (this.#closed) return { done: true, value: undefined };
      await new Promise<void>((wake) => {
        this.#askers.push(wake);
      });
    }
    return { done: false, value: this.#events.shift()! };
  }

  async return(): Promise<IteratorResult<Event>> {
    this.leave();
    this.#events.length = 0;
    this.close({});
    return { done: true, value: undefined };
  }
}

/** Lets everything else that waits have its turn: timers, input, painting. */
export function breathe(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (resume: () => void) => unknown };
  if (setImmediate) return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
