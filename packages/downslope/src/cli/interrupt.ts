import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type Interrupt = (typeof SIGNALS)[number];

/** The exit code of a program that such a signal ended: 130 for Ctrl-C, 143 for `kill`. */
export const exitCodeOf = (signal: Interrupt): number => 128 + constants.signals[signal];

/** The first Ctrl-C (or `kill`) asks for an orderly end, the next one leaves at once. */
export function onInterrupt(
  ask: (signal: Interrupt) => void,
  leave: (signal: Interrupt) => void,
  process: EventEmitter,
): void {
  let asked = false;
  const handle = (signal: Interrupt) => {
    if (asked) return leave(signal);
    asked = true;
    ask(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
}
