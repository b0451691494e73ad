import { breathe } from '../run.js';

/** Milliseconds after which others have their turn. */
const TURN = 16;

/** A function to await between calls: it lets everything else have its turn now and then. */
export function turns(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < TURN) return undefined;
    return breathe().then(() => {
      began = performance.now();
    });
  };
}
