import { nearest, problems, type Tensor } from '@downslope/core';
import { type Expression, parseExpression } from '../../expression/expression.js';
import { misuse } from '../../misuse.js';

type Interval = readonly [low: number, high: number];

/** A point by the names of its variables. */
export type Named<T = number> = Readonly<Record<string, T>>;

/** What is to be minimised. */
export interface Sought {
  /** As a person reads it. */
  readonly text: string;
  readonly variables: readonly string[];
  of(point: Named<Tensor>): Tensor;
  /** Where a named problem starts, and what of it is worth drawing. */
  readonly start?: readonly number[];
  readonly view?: readonly Interval[];
}

/** The test functions that have names. */
export const NAMED: Readonly<Record<string, problems.Problem>> = {
  ...problems.ofOneVariable,
  ...problems.ofTwoVariables,
};

/**
 * A named problem, or a formula.
 *
 * @throws what `parseExpression` does, and when a single word is almost the name of a problem
 */
export function sought(text: string, maximize = false): Sought {
  const found = byName(text.trim()) ?? expression(text);
  return maximize ? { ...found, of: (point) => found.of(point).neg() } : found;
}

function byName(name: string): Sought | undefined {
  const known = Object.keys(NAMED).find((each) => each.toLowerCase() === name.toLowerCase());
  if (known === undefined) return undefined;
  const { name: title, formula, domain, view = domain, start, f } = NAMED[known]!;
  const bounded = view.every((interval) => interval.every(Number.isFinite));
  return {
    text: `${title}: ${formula}`,
    variables: ['x', 'y'].slice(0, domain.length),
    of: (point) => f(vector(Object.values(point))),
    start,
    ...(bounded && { view }),
  };
}

function vector(coordinates: readonly Tensor[]): Tensor {
  const [first, ...others] = coordinates.map((each) => each.reshape([1]));
  return others.length === 0 ? first! : first!.concat(others, 0);
}

function expression(text: string): Expression {
  const found = parseExpression(text);
  const word = found.text;
  // A word alone is a line without a bottom: more likely, a name is misspelt.
  if (word.length > 1 && found.variables.length === 1 && found.variables[0] === word) {
    const near = nearest(word, Object.keys(NAMED));
    const hint = near === undefined ? 'see --list' : `did you mean ${near}?`;
    throw misuse(`there is no function named ${word}; ${hint}`);
  }
  return found;
}
