import { called, misuse } from '../tensor/errors.js';

/**
 * The name most like the one that was typed, or `undefined` when none is near.
 *
 * Case and separators do not count. Near is an edit distance of one, or of at most a third of the letters;
 * failing that, a name that holds the typed one, or is held by it.
 */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const wanted = plain(typed);
  const distances = names.map((name) => editDistance(wanted, plain(name)));
  const best = distances.indexOf(Math.min(...distances));
  const far = Math.min(wanted.length, Math.max(2, wanted.length / 3 + 1));
  if (best >= 0 && distances[best]! < far) return names[best];
  if (wanted.length < 3) return undefined;
  return names.find((name) => {
    const other = plain(name);
    return other.includes(wanted) || (other.length >= 3 && wanted.includes(other));
  });
}

/** The way out of a misspelt name: the nearest one, else what there is to choose from. */
export function didYouMean(typed: string, names: readonly string[], what: string): string {
  const near = nearest(typed, names);
  if (near !== undefined) return `did you mean ${JSON.stringify(near)}?`;
  if (names.length === 0) return `there are no ${what}`;
  return `the ${what} are ${listed(names, 20)}`;
}

/**
 * Refuses what is none of the known options, for plain JavaScript has no compiler to find a misspelt one.
 *
 * @param owner who was called, for the message
 * @param within the group that these options are of, as `stop.`
 * @throws `fit: there is no option stop.gradTl; did you mean "gradTol"?`
 */
export function checkNames(owner: string, options: unknown, known: readonly string[], within = ''): void {
  if (typeof options !== 'object' || options === null)
    throw misuse(`${owner}: options must be an object, got ${called(options)}`);
  const odd = Object.keys(options).find((name) => !known.includes(name));
  if (odd !== undefined)
    throw misuse(`${owner}: there is no option ${within}${odd}; ${didYouMean(odd, known, 'options')}`);
}

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** `1 row`, `2 rows`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Gives each name its own spelling: the second `"a"` becomes `"a (2)"`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; seen.has(own) || (own !== name && taken.has(own)); n++) own = `${name} (${n})`;
    seen.add(own);
    return own;
  });
}

/**
 * How many letters to insert, delete, replace or exchange with their neighbour to turn `a` into `b`
 * (optimal string alignment), by rows of the table of distances between prefixes.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_.-]+/g, '');

/** For what has no options: none may be given. */
export function checkNone(owner: string, given: readonly unknown[]): void {
  if (given.length > 0) throw misuse(`${owner} has no options, got ${called(given[0])}`);
}
