import type { EventEmitter } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first Ctrl-C (or `kill`) asks for an orderly end, the next one leaves at once.
 *
 * @returns what gives the signals their usual meaning back
 */
export function onInterrupt(ask: () => void, leave: () => void, process: EventEmitter): () => void {
  let asked = false;
  const handle = () => {
    if (asked) return leave();
    asked = true;
    ask();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
}
