import { checkOptions } from '../options.js';
import type { Schedule } from '../transform.js';

/** The same value at every step. A plain number does as well; this is the one to build others from. */
export function constant(value: number): Schedule {
  checkOptions('constant', { value });
  return () => value;
}
