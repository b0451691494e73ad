import type { Bindings, Helper, Workers } from '../compile/host.js';
import type { ParallelRun, Port } from '../compile/threads/serve.js';
import type { Ask, Point } from './method.js';
import type { Evaluation, Shared } from './objective.js';

/** A descent that asks for what it has to know, and counts the answers. */
export interface Asker<R> {
  readonly steps: Generator<Point | Ask, R, Evaluation>;
  readonly objective: { evaluations: number };
}

/** Milliseconds of work after which further threads are started. */
const WORTH_STARTING = 25;
/** Milliseconds that an evaluation has to take for others to be asked: waking a thread takes some hundredths. */
const WORTH_ASKING = 0.05;

/**
 * Goes on with several descents at once, with several threads: each waits for one answer at a time, and whoever is free
 * works out the next. What a descent is told does not depend on who has worked it out.
 */
export function sideBySide<R>(
  askers: readonly Asker<R>[],
  evaluate: (x: Float64Array) => Evaluation,
  start: () => Helpers,
): R[] {
  const results: R[] = [];
  const waiting: { readonly from: number; readonly x: Float64Array }[] = [];
  const proceed = (from: number, answer?: Evaluation): void => {
    const { steps, objective } = askers[from]!;
    if (answer) objective.evaluations++;
    let next = answer ? steps.next(answer) : steps.next();
    while (!next.done && !('ask' in next.value)) next = steps.next();
    if (next.done) results[from] = next.value;
    else waiting.push({ from, x: (next.value as Ask).ask });
  };
  let helpers: Helpers | undefined;
  let [worked, own] = [0, 0];
  try {
    for (const from of askers.keys()) proceed(from);
    while (waiting.length > 0 || helpers?.isBusy) {
      while (waiting.length > 0 && helpers?.hasRoom) {
        const { from, x } = waiting.shift()!;
        helpers.ask(from, x);
      }
      const mine = waiting.shift();
      if (mine) {
        const begin = performance.now();
        proceed(mine.from, evaluate(mine.x));
        // The first has the program made.
        if (own++ > 0) worked += performance.now() - begin;
        if (!helpers && worked > WORTH_STARTING && worked > own * WORTH_ASKING) helpers = start();
      } else helpers?.rest();
      for (const { from, answer } of helpers?.answers() ?? []) proceed(from, answer);
    }
  } finally {
    helpers?.stop();
  }
  return results;
}

/** The states of a helper: it rests until it is asked. */
const STATE = { starting: 0, resting: 1, asked: 2, failed: 3 } as const;

interface Hand {
  readonly helper: Helper;
  readonly state: Int32Array;
  readonly x: Float64Array;
  /** The value, and the gradient. */
  readonly answer: Float64Array;
  /** Whose question it works on. */
  from: number | undefined;
}

/** Threads with a program of their own, each of which answers one question at a time. */
export class Helpers {
  readonly #hands: readonly Hand[];

  constructor(workers: Workers, count: number, shared: Shared) {
    const { size } = shared;
    this.#hands = Array.from({ length: count }, () => {
      const board = new SharedArrayBuffer(8 * (2 + 2 * size));
      const helper = workers.start(String(answerer));
      helper.post({ ...shared, board, states: STATE } satisfies Hello);
      const state = new Int32Array(board, 0, 1);
      const [x, answer] = [new Float64Array(board, 8, size), new Float64Array(board, 8 + 8 * size)];
      return { helper, state, x, answer, from: undefined };
    });
  }

  get isBusy(): boolean {
    return this.#hands.some(({ from }) => from !== undefined);
  }

  get hasRoom(): boolean {
    return this.#free() !== undefined;
  }

  ask(from: number, x: Float64Array): void {
    const hand = this.#free()!;
    hand.from = from;
    hand.x.set(x);
    Atomics.store(hand.state, 0, STATE.asked);
    Atomics.notify(hand.state, 0);
  }

  /** The answers that have come in. */
  answers(): { from: number; answer: Evaluation }[] {
    return this.#hands.flatMap((hand) => {
      const { from, answer } = hand;
      const state = Atomics.load(hand.state, 0);
      if (state === STATE.failed) throw new Error('a worker thread failed');
      if (from === undefined || state !== STATE.resting) return [];
      hand.from = undefined;
      return [{ from, answer: { value: answer[0]!, gradient: answer.slice(1) } }];
    });
  }

  /** Sleeps until one of them may have answered; the thread of a page must not, and looks again at once. */
  rest(): void {
    const busy = this.#hands.find(({ from }) => from !== undefined)!;
    try {
      Atomics.wait(busy.state, 0, STATE.asked, 1);
    } catch {}
  }

  stop(): void {
    for (const { helper } of this.#hands) helper.stop();
  }

  #free(): Hand | undefined {
    return this.#hands.find(
      ({ from, state }) => from === undefined && Atomics.load(state, 0) === STATE.resting,
    );
  }
}

interface Hello extends Shared {
  readonly board: SharedArrayBuffer;
  readonly states: typeof STATE;
}

/** What a helper does all its life. Workers are given this function as text: it uses nothing from around it. */
function answerer(port: Port, bind?: Bindings): void {
  port.hear((message) => {
    const { code, image, dtype, size, x, value, gradient, board, states } = message as Hello;
    const state = new Int32Array(board, 0, 1);
    const [question, answer] = [new Float64Array(board, 8, size), new Float64Array(board, 8 + 8 * size)];
    const say = (what: number): void => {
      Atomics.store(state, 0, what);
      Atomics.notify(state, 0);
    };
    try {
      const memory = new WebAssembly.Memory({ initial: image.byteLength / 65536 });
      new Uint8Array(memory.buffer).set(image);
      const run =
        code.entry === undefined
          ? (new WebAssembly.Instance(code.module, { arena: { memory } }).exports.run as ParallelRun)
          : bind!.native(code.entry)(memory);
      const Numbers = dtype === 'float32' ? Float32Array : Float64Array;
      const at = new Numbers(memory.buffer, x, size);
      const slope = new Numbers(memory.buffer, gradient, size);
      const result = new Float64Array(memory.buffer, value, 1);
      for (;;) {
        say(states.resting);
        while (Atomics.load(state, 0) === states.resting) Atomics.wait(state, 0, states.resting);
        at.set(question);
        run(0, 1, 0, 1, 0);
        answer[0] = result[0]!;
        answer.set(slope, 1);
      }
    } catch {
      say(states.failed);
    }
  });
}
