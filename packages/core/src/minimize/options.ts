import { didYouMean } from '../data/names.js';
import { called, misuse } from '../tensor/errors.js';

/** Plain JavaScript has no compiler to find a misspelt option. */
export function checkNames(owner: string, options: unknown, ...known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw misuse(`${owner}: options must be an object, got ${called(options)}`);
  const odd = Object.keys(options).find((name) => !known.includes(name));
  if (odd !== undefined)
    throw misuse(`${owner}: there is no option ${odd}; ${didYouMean(odd, known, 'options')}`);
}
