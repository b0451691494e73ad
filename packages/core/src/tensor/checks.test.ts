import { expect, it } from 'vitest';
import { check, count, number, oneOf, whole } from './checks.js';

it('what fits is given back', () => {
  expect(check('seed', 0, whole)).toBe(0);
  expect(check('epochs', 3, count)).toBe(3);
  expect(check('dtype', 'float32', oneOf('float32', 'float64'))).toBe('float32');
});

it.each([
  [0, count, 'n must be a positive integer, got 0'],
  [-1, whole, 'n must be an integer ≥ 0, got -1'],
  [2 ** 53, count, 'n must be a positive integer, got 9007199254740992'],
  ['3', count, "n must be a positive integer, got '3'"],
  [[3], whole, 'n must be an integer ≥ 0, got [3]'],
  [Infinity, number('a number', () => true), 'n must be a number, got Infinity'],
  ['full', oneOf('part', 1), "n must be one of part, 1, got 'full'"],
])('what does not fit is named, with what it has to be: %j', (value, kind, message) => {
  expect(() => check('n', value, kind)).toThrow(message);
});
