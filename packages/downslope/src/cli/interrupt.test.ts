import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { onInterrupt } from './interrupt.js';

it('asks at the first signal, leaves at the second, and then lets go', () => {
  const process = new EventEmitter();
  const heard: string[] = [];
  const release = onInterrupt(
    () => heard.push('ask'),
    () => heard.push('leave'),
    process,
  );
  process.emit('SIGINT');
  process.emit('SIGTERM');
  release();
  expect(heard).toEqual(['ask', 'leave']);
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(0);
});
