import { exitCodeOf, onInterrupt } from '../interrupt.js';
import { isLive } from '../style.js';

/** The first Ctrl-C ends the way, and what was found is shown; the second ends the program. */
export function interrupted(): AbortSignal {
  const stop = new AbortController();
  onInterrupt(
    (signal) => {
      process.exitCode = exitCodeOf(signal);
      stop.abort();
    },
    (signal) => process.exit(exitCodeOf(signal)),
    process,
  );
  return stop.signal;
}

/** Milliseconds between two words on how far this is. */
const SOON = 200;

/** Says how far this is, on a terminal: one line that is drawn over, and gone in the end (''). */
export function teller(): (text: string) => void {
  const live = isLive(process.stderr);
  let [next, shown] = [performance.now() + SOON, false];
  return (text) => {
    if (!live || (text !== '' && performance.now() < next) || (text === '' && !shown)) return;
    process.stderr.write(`\r\u001b[K${text.slice(0, Math.max(10, process.stderr.columns - 1))}`);
    shown = text !== '';
    next = performance.now() + SOON;
  };
}
