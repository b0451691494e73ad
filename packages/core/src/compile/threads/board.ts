/** A program is run by so many threads at most. */
export const MOST_THREADS = 32;

/** What a worker is about. */
export const STATE = {
  /** Its messages are not heard yet, or never will be. */
  starting: 0,
  /** In its event loop, to be called by a message. */
  away: 1,
  /** Waiting on its state, to be called by a change of it. */
  listening: 2,
  /** Running, or called to run. */
  busy: 3,
} as const;

const LINE = 64;

/** Byte addresses at the beginning of a shared memory, through which the threads reach an understanding. */
export const BOARD = {
  /** How many times a thread has come to a barrier in this call. */
  arrived: 0,
  /** How many threads sleep at a barrier. */
  sleeping: LINE,
  /** Not 0 when a thread has failed. */
  failed: 2 * LINE,
  /** The call: which program, which steps, by how many threads. */
  program: 3 * LINE,
  from: 3 * LINE + 4,
  to: 3 * LINE + 8,
  threads: 3 * LINE + 12,
  /** What went wrong, in UTF-8: its length in bytes, and they. */
  message: 4 * LINE,
  messageBytes: 4 * LINE - 4,
  /** The state of thread `i`, on a line of its own. */
  state: (i: number): number => (8 + i) * LINE,
  bytes: (8 + MOST_THREADS) * LINE,
} as const;
