import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { exitCodeOf, onInterrupt } from './interrupt.js';

it('asks at the first signal, and leaves at the second', () => {
  const process = new EventEmitter();
  const heard: string[] = [];
  onInterrupt(
    (signal) => heard.push(`ask ${exitCodeOf(signal)}`),
    (signal) => heard.push(`leave ${exitCodeOf(signal)}`),
    process,
  );
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  expect(heard).toEqual(['ask 130', 'leave 143']);
});
