import type { Turns } from './evaluate.js';
import { breathe } from './run.js';

/** Milliseconds after which others that wait have their turn. */
const TURN = 12;

/** The time that a run takes, and when it is others' turn. */
export function stopwatch() {
  let start = performance.now();
  let turn = start;
  /** Others have their turn, if this one took long enough: something to wait for then, and nothing else. */
  const rest = (): Promise<void> | undefined =>
    performance.now() - turn < TURN
      ? undefined
      : breathe().then(() => {
          turn = performance.now();
        });
  return {
    seconds: (): number => (performance.now() - start) / 1000,
    rest,
    /** Work that is done in turns. */
    async through<T>(work: Turns<T>): Promise<T> {
      for (;;) {
        const { done, value } = work.next();
        if (done) return value;
        const others = rest();
        if (others) await others;
      }
    },
    /** Waits for something whose time does not count. */
    async apart(other: Promise<unknown>): Promise<void> {
      const begin = performance.now();
      await other;
      turn = performance.now();
      start += turn - begin;
    },
  };
}
