import { called, misuse } from './errors.js';

/** What a value has to be: in words, and as a test. */
export interface Check {
  readonly what: string;
  holds(value: unknown): boolean;
}

/** A finite number that fits. */
export const number = (what: string, fits: (value: number) => boolean): Check => ({
  what,
  holds: (value) => typeof value === 'number' && Number.isFinite(value) && fits(value),
});

/** Also without end. */
export const atLeast0: Check = {
  what: 'a number ≥ 0',
  holds: (value) => typeof value === 'number' && value >= 0,
};

/** @param example of one */
export const anObject = (example: string): Check => ({
  what: `an object such as ${example}`,
  holds: (value) => typeof value === 'object' && value !== null,
});

export const oneOf = (...values: readonly unknown[]): Check => ({
  what: `one of ${values.join(', ')}`,
  holds: (value) => values.includes(value),
});

export const list: Check = { what: 'a list such as [2, 3]', holds: Array.isArray };
export const aFunction: Check = { what: 'a function', holds: (value) => typeof value === 'function' };

export const integer = number('an integer', Number.isSafeInteger);
export const positive = number('a number above 0', (value) => value > 0);
export const count = number('a positive integer', (value) => Number.isSafeInteger(value) && value > 0);
export const whole = number('an integer ≥ 0', (value) => Number.isSafeInteger(value) && value >= 0);

/**
 * Holds a value to a check.
 *
 * @param more what else it may be, or should be seen beside, such as `or 'full'`
 * @returns the value
 * @throws `epochs must be a positive integer, got 0.5`
 */
export function check<T>(name: string, value: T, { what, holds }: Check, more = ''): T {
  if (holds(value)) return value;
  throw misuse(`${name} must be ${what}${more}, got ${spelled(value)}`);
}

/** A value as a message shows it: of a long list, the beginning. */
export function spelled(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (!Array.isArray(value)) return called(value);
  return value.length > 8 ? `a list of ${value.length}` : JSON.stringify(value);
}
