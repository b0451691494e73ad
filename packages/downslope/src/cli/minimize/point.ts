import { type Bounds, nearest } from '@downslope/core';
import { misuse } from '../../misuse.js';
import { look } from './look.js';
import type { Named, Sought } from './problem.js';

/** `x=-1,y=1`, with what may be said of a variable. */
function pairs(
  flag: string,
  example: string,
  text: string,
  variables: readonly string[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name, value] = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=\s*(\S+)\s*$/u.exec(part) ?? [];
    if (name === undefined)
      throw misuse(`${flag} must be such as ${example}, got ${text.trim() === '' ? 'nothing' : text}`);
    if (!variables.includes(name)) {
      const near = nearest(name, variables);
      const hint = near === undefined ? `there is ${variables.join(', ')}` : `did you mean ${near}?`;
      throw misuse(`${flag}: the function has no variable ${name}; ${hint}`);
    }
    if (found.has(name)) throw misuse(`${flag}: ${name} is given twice`);
    found.set(name, value!);
  }
  return found;
}

const finite = (text: string): number => (text === '' ? Number.NaN : Number(text));

/** The point that `--start` names; every variable must have its number. */
export function startOf(text: string, variables: readonly string[]): Named {
  const example = variables.map((name, i) => `${name}=${i === 0 ? -1 : i}`).join(',');
  const given = pairs('--start', example, text, variables);
  const missing = variables.filter((name) => !given.has(name));
  if (missing.length > 0)
    throw misuse(`--start must give each variable a number, as ${example}; ${missing.join(', ')} has none`);
  return Object.fromEntries(
    variables.map((name) => {
      const value = finite(given.get(name)!);
      if (!Number.isFinite(value))
        throw misuse(`--start: ${name} must be a finite number, got ${given.get(name)}`);
      return [name, value];
    }),
  );
}

/** What `--bounds x=0..2,y=-1..` says. */
export function boundsOf(text: string, variables: readonly string[]): Bounds<Named> {
  const [lower, upper]: Record<string, number>[] = [{}, {}];
  for (const [name, value] of pairs('--bounds', 'x=0..2,y=-1..', text, variables)) {
    const [low, high, ...more] = value.split('..');
    const ends = [low || '-Infinity', high || 'Infinity'].map(Number);
    if (high === undefined || more.length > 0 || ends.some(Number.isNaN))
      throw misuse(`--bounds: ${name} must be low..high, such as 0..2 or 0.., got ${value}`);
    if (ends[0]! > ends[1]!)
      throw misuse(`--bounds: ${name} has its low end above its high one, got ${value}`);
    [lower![name], upper![name]] = [ends[0]!, ends[1]!];
  }
  return { lower: lower!, upper: upper! };
}

/** The point of the box that is nearest. */
export const within = (point: Named, { lower = {}, upper = {} }: Bounds<Named> = {}): Named =>
  Object.fromEntries(
    Object.entries(point).map(([name, value]) => {
      const low = (lower as Named)[name] ?? -Infinity;
      const high = (upper as Named)[name] ?? Infinity;
      return [name, Math.min(Math.max(value, low), high)];
    }),
  );

/** Where formulas start that nobody gave a start: round numbers, of which one is seldom undefined or flat. */
const STARTS = [1, 2, 0.5, -1, -0.5, 3, 0.1];

/** A start where the function is finite and goes down: the middle of two bounds, or a round number. */
export function proposedStart({ variables, of }: Sought, bounds: Bounds<Named> = {}): Named {
  const [lower, upper] = [bounds.lower ?? {}, bounds.upper ?? {}] as Named[];
  const candidates = STARTS.map((value) =>
    variables.map((name) => {
      const [low = -Infinity, high = Infinity] = [lower![name], upper![name]];
      const share = Math.abs(value) / (1 + Math.abs(value));
      if (Number.isFinite(low) && Number.isFinite(high)) return low + (high - low) * share;
      return Math.min(Math.max(value, low), high);
    }),
  );
  const seen = look(of, variables, candidates);
  const best = seen.findIndex(({ value, gradNorm }) => Number.isFinite(value) && gradNorm > 0);
  return Object.fromEntries(variables.map((name, i) => [name, candidates[Math.max(best, 0)]![i]!]));
}
