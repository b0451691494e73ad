import { createRequire } from 'node:module';
import { nearest, type Tensor } from '@downslope/core';
import type { FunctionNode, MathNode, OperatorNode } from 'mathjs';
import { misuse } from '../misuse.js';
import { CONSTANTS, FUNCTIONS, type KnownFunction, OPERATORS } from './functions.js';

/** A formula that someone typed, as a function of its variables. */
export interface Expression {
  readonly text: string;
  /** In alphabetical order. */
  readonly variables: readonly string[];
  /** Its value, with an exact gradient, where the variables are these. */
  of(point: Readonly<Record<string, Tensor>>): Tensor;
}

/** Loaded when the first formula comes, and from one file: the many modules of the package take seconds. */
const mathjs = (): Pick<typeof import('mathjs'), 'parse'> =>
  createRequire(import.meta.url)('mathjs/lib/browser/math.js');

/** What a part of an expression is worth at a point. */
type Meaning = (point: Readonly<Record<string, Tensor>>) => Tensor;

/**
 * Reads a formula such as `(1-x)^2 + 100*(y-x^2)^2`. It is parsed, never evaluated: what it may hold is numbers, variables, the
 * operators + − * / ^, brackets, the constants pi, tau and e, and the functions of {@link FUNCTIONS}; whatever else there is,
 * is refused.
 *
 * @throws where it cannot be read, with the place; where a function is unknown or has too many or few arguments; where there
 *   is no variable
 * @example
 * ```ts
 * import { minimize } from '@downslope/core';
 * import { parseExpression } from 'downslope';
 * const parabola = parseExpression('x^2 - 4x + 5');
 * console.log(minimize(parabola.of, { x: 0 }).best.value); // 1
 * ```
 */
export function parseExpression(text: string): Expression {
  const variables = new Set<string>();
  const meaning = meaningOf(parsed(text), variables);
  if (variables.size === 0)
    throw misuse(`expression: ${JSON.stringify(text)} has no variable; there is nothing to change`);
  return { text: text.trim(), variables: [...variables].sort(), of: meaning };
}

function parsed(text: string): MathNode {
  if (text.trim() === '') throw misuse("expression: expected a formula such as 'x^2 - 4x + 5', got nothing");
  try {
    return mathjs().parse(text);
  } catch (error) {
    const { message, char } = error as SyntaxError & { char?: number };
    const why = message.replace(/ \(char \d+\)$/, '');
    const at =
      char === undefined ? '' : ` at character ${char}, after ${JSON.stringify(text.slice(0, char - 1))}`;
    throw misuse(`expression: ${JSON.stringify(text)} cannot be read${at}: ${why}`);
  }
}

function meaningOf(node: MathNode, variables: Set<string>): Meaning {
  const part = node as { type: string; name?: string; value?: unknown; content?: MathNode };
  switch (part.type) {
    case 'ParenthesisNode':
      return meaningOf(part.content!, variables);
    case 'ConstantNode':
      return constant(part.value, node);
    case 'SymbolNode': {
      const name = part.name!;
      if (Object.hasOwn(CONSTANTS, name)) return constant(CONSTANTS[name], node);
      if (Object.hasOwn(FUNCTIONS, name)) throw misuse(`expression: ${name} is a function; write ${name}(…)`);
      variables.add(name);
      return (point) => point[name]!;
    }
    case 'OperatorNode': {
      const { fn, args, op } = node as OperatorNode;
      const known = OPERATORS[fn];
      if (!known) throw refused(`the operator ${op}`, node);
      return applied(known, fn, args, variables);
    }
    case 'FunctionNode': {
      const { fn, args } = node as FunctionNode;
      const name = fn.name;
      const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
      if (!known) throw unknownFunction(name, node);
      return applied(known, name, args, variables);
    }
    default:
      throw refused(articled(part.type.replace(/Node$/, '').toLowerCase()), node);
  }
}

function applied(
  known: KnownFunction,
  name: string,
  args: readonly MathNode[],
  variables: Set<string>,
): Meaning {
  const { least, most, of } = known;
  if (args.length < least || args.length > most) {
    const wanted =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} or ${most}`;
    throw misuse(
      `expression: ${name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, got ${args.length}`,
    );
  }
  const [first, ...others] = args.map((arg) => meaningOf(arg, variables));
  return (point) => of(first!(point), ...others.map((other) => other(point)));
}

function constant(value: unknown, node: MathNode): Meaning {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused('this', node);
  return (point) => Object.values(point)[0]!.like(value);
}

const articled = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

const refused = (what: string, node: MathNode): Error =>
  misuse(
    `expression: ${what} cannot be minimised, in ${JSON.stringify(node.toString())}; there are numbers, variables, + − * / ^, ` +
      'brackets and functions',
  );

function unknownFunction(name: string, node: MathNode): Error {
  if (name.length === 1)
    return misuse(
      `expression: ${name} is no function, in ${node.toString()}; for a product write ${name}*(…)`,
    );
  const known = Object.keys(FUNCTIONS);
  const near = nearest(name, known);
  const hint = near === undefined ? `the functions are ${known.join(', ')}` : `did you mean ${near}?`;
  return misuse(`expression: there is no function ${name}; ${hint}`);
}
