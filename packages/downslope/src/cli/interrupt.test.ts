import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { exitCodeOf, onInterrupt } from './interrupt.js';

it('asks at the first signal, leaves at the second, and then lets go', () => {
  const process = new EventEmitter();
  const heard: string[] = [];
  const release = onInterrupt(
    (signal) => heard.push(`ask ${exitCodeOf(signal)}`),
    (signal) => heard.push(`leave ${exitCodeOf(signal)}`),
    process,
  );
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  release();
  expect(heard).toEqual(['ask 130', 'leave 143']);
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(0);
});
