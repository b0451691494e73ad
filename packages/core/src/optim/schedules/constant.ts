import { checkOptions } from '../options.js';
import type { Schedule } from '../transform.js';

/** The same value at every step, as a schedule; as an option a plain number does as well. */
export function constant(value: number): Schedule {
  checkOptions('constant', { value }, ['value']);
  return () => value;
}
