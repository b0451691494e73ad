import type { Helper, Workers } from '../host.js';
import { BOARD, MOST_THREADS, STATE } from './board.js';
import { type Code, type Hello, type ParallelRun, type Summons, serve } from './serve.js';

/** A program that several threads can run together. */
export interface ParallelProgram {
  readonly id: number;
  readonly code: Code;
  readonly run: ParallelRun;
  readonly pace: Pace;
}

/** What is known of how long a program takes. Times decide how many threads run it, which changes no bit of its results. */
export interface Pace {
  /** Milliseconds a step by one thread, when last measured. */
  alone: number;
  /** Calls that are still to be run by one thread, because more have been slower: the machine has other work. */
  restFor: number;
  /** For how many calls it rests the next time. */
  nextRest: number;
}

export const freshPace = (): Pace => ({ alone: Number.POSITIVE_INFINITY, restFor: 0, nextRest: 1 });

interface Hand {
  readonly helper: Helper;
  /** Where its state is, in words. */
  readonly state: number;
  readonly knows: Set<number>;
}

/** Milliseconds of work after which further threads are started: a short run is over before they are there. */
const WORTH_STARTING = 25;
/** Milliseconds that the others may take to a barrier, or back to rest: they are lost then. */
const PATIENCE = 120_000;
/** Calls that a program which does not gain is run alone at most, until it is tried again. */
const LONGEST_REST = 64;

/** Programs that a worker keeps at most; the one that it has known for the longest is told again if need be. */
const MOST_KNOWN = 64;

const NO_ANSWER = 'a worker thread does not answer any more';

/** Stops the workers of crews that nobody has any more. */
const lost = new FinalizationRegistry<Hand[]>((hands) => stopAll(hands));

const stopAll = (hands: Hand[]): void => {
  for (const { helper } of hands.splice(0)) helper.stop();
};

/**
 * The threads that run the programs of one memory: this one, and workers, started when there has been work for them. A
 * call is shared with those who are ready; how many they are changes no bit of the results.
 */
export class Crew {
  readonly #hands: Hand[] = [];
  readonly #words: Int32Array;
  readonly #patience = maySleep() ? PATIENCE : 0;
  #always = false;
  #worked = 0;
  #closed = false;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly workers: Workers,
    /** With this one. */
    readonly threads: number,
  ) {
    this.#words = new Int32Array(memory.buffer, 0, BOARD.bytes / 4);
    lost.register(this, this.#hands, this);
  }

  /** Threads that would share a call now. */
  get ready(): number {
    return 1 + this.#ready().length;
  }

  run(program: ParallelProgram, from: number, to: number): void {
    const hands = this.#ready();
    const { pace } = program;
    const alone = hands.length === 0 || (pace.restFor > 0 && !this.#always);
    const begin = performance.now();
    if (alone) program.run(from, to, 0, 1, 0);
    else this.#together(program, from, to, hands);
    const time = performance.now() - begin;
    const step = time / (to - from);
    if (alone) {
      pace.restFor--;
      pace.alone = step;
      this.#worked += time;
      if (this.#worked > WORTH_STARTING) this.start();
    } else if (step < pace.alone) pace.nextRest = 1;
    else {
      pace.restFor = pace.nextRest;
      pace.nextRest = Math.min(LONGEST_REST, 2 * pace.nextRest);
    }
  }

  /** Starts the workers, which will be ready in a while. */
  start(): void {
    if (this.#closed || this.#hands.length > 0) return;
    const { state: _, ...board } = BOARD;
    for (let i = 1; i < Math.min(this.threads, MOST_THREADS); i++) {
      const state = BOARD.state(i);
      Atomics.store(this.#words, state / 4, STATE.starting);
      // Who never comes is not waited for, and who has gone is not called again.
      const words = this.#words;
      const helper = this.workers.start(String(serve), () => Atomics.store(words, state / 4, STATE.starting));
      const hello: Hello = { memory: this.memory, state, patience: 2 * PATIENCE, board, states: STATE };
      helper.post(hello);
      this.#hands.push({ helper, state: state / 4, knows: new Set() });
    }
  }

  /** Starts the workers and waits for them; every call is shared then, also where it does not pay. For tests. */
  async assembled(): Promise<void> {
    this.start();
    this.#always = true;
    while (this.ready < this.threads) await new Promise((resolve) => void setTimeout(resolve, 1));
  }

  /** Stops the workers for good; what is run later is run by this thread alone. */
  close(): void {
    this.#closed = true;
    stopAll(this.#hands);
  }

  #ready(): Hand[] {
    return this.#hands.filter(({ state }) => Atomics.load(this.#words, state) !== STATE.starting);
  }

  #together(program: ParallelProgram, from: number, to: number, hands: readonly Hand[]): void {
    const words = this.#words;
    this.#rest(hands);
    const threads = 1 + hands.length;
    for (const at of [BOARD.arrived, BOARD.sleeping, BOARD.failed]) Atomics.store(words, at / 4, 0);
    const call = [program.id, from, to, threads];
    words.set(call, BOARD.program / 4);
    hands.forEach((hand, i) => {
      words[hand.state + 1] = i + 1;
      this.#call(hand, program);
    });
    try {
      program.run(from, to, 0, threads, this.#patience);
    } catch (error) {
      throw this.#failure(error, hands);
    }
  }

  #call({ helper, state, knows }: Hand, { id, code }: ParallelProgram): void {
    const listens = Atomics.compareExchange(this.#words, state, STATE.listening, STATE.busy);
    if (listens === STATE.listening) Atomics.notify(this.#words, state);
    else Atomics.store(this.#words, state, STATE.busy);
    if (listens === STATE.listening && knows.has(id)) return;
    let summons: Summons = { id };
    if (!knows.has(id)) {
      const [oldest] = knows;
      const forget = knows.size < MOST_KNOWN ? undefined : oldest;
      if (forget !== undefined) knows.delete(forget);
      summons = { id, code, forget };
      knows.add(id);
    }
    helper.post(summons);
  }

  /** Waits until the workers have left the call before, which takes them no time worth speaking of. */
  #rest(hands: readonly Hand[]): void {
    const end = performance.now() + PATIENCE;
    for (const { state } of hands)
      while (Atomics.load(this.#words, state) === STATE.busy)
        if (performance.now() > end) {
          this.close();
          throw new Error(NO_ANSWER);
        }
  }

  /** Lets the others fail as well, and finds out what went wrong first. The crew is of no use then. */
  #failure(error: unknown, hands: readonly Hand[]): unknown {
    const words = this.#words;
    const theirs = Atomics.exchange(words, BOARD.failed / 4, 1) === 1;
    Atomics.add(words, BOARD.arrived / 4, 2 ** 28);
    Atomics.notify(words, BOARD.arrived / 4);
    if (theirs) this.#rest(hands);
    const length = words[BOARD.message / 4]!;
    const text = new Uint8Array(this.memory.buffer, BOARD.message + 4, length).slice();
    this.close();
    // A barrier ends so when its time is up.
    if (!theirs && /unreachable/.test(String(error))) return new Error(NO_ANSWER);
    return theirs ? new Error(`a worker thread failed: ${new TextDecoder().decode(text)}`) : error;
  }
}

/** Not so for the thread of a page. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}
