import { grad, minimize } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { parseExpression } from './expression.js';
import { FUNCTIONS } from './functions.js';

/** What a formula of x is, and its slope there. */
function at(text: string, x: number): [value: number, slope: number] {
  const { of } = parseExpression(text);
  const { best } = minimize(of, { x }, { stop: { status: 'maxSteps', limits: true, isMet: () => true } });
  return [best.value, grad(of)({ x }).x as unknown as number];
}

const { sin, cos, tan, exp, log, sqrt, cosh, sinh, tanh, asin, acos, atan, cbrt, abs, PI, E } = Math;

describe('a formula', () => {
  it.each<[string, (x: number) => number]>([
    ['x^2 - 4x + 5', (x) => x * x - 4 * x + 5],
    ['2x*(x+1) / 3', (x) => (2 * x * (x + 1)) / 3],
    ['-x^2', (x) => -(x * x)],
    ['2^-x^2', (x) => 2 ** -(x ** 2)],
    ['+x - (-x)', (x) => 2 * x],
    ['1.5e-1*x', (x) => 0.15 * x],
    ['e^x + pi*x + tau', (x) => E ** x + PI * x + 2 * PI],
    ['sin(x)cos(x) + tan(x)', (x) => sin(x) * cos(x) + tan(x)],
    [
      'exp(x)log(x) + log(x, 3) + log2(x) + log10(x)',
      (x) => exp(x) * log(x) + log(x) / log(3) + log(x) / Math.LN2 + log(x) / Math.LN10,
    ],
    [
      'sqrt(x) + cbrt(x) + square(x) + cube(x) + pow(x, 1.5)',
      (x) => sqrt(x) + cbrt(x) + x ** 2 + x ** 3 + x ** 1.5,
    ],
    ['sinh(x) + cosh(x) + tanh(x)', (x) => sinh(x) + cosh(x) + tanh(x)],
    ['asin(x/2) + acos(x/2) * atan(x)', (x) => asin(x / 2) + acos(x / 2) * atan(x)],
    ['abs(x - 3) + max(x, 0, 2x) + min(x, 7) + sign(x)', (x) => abs(x - 3) + 2 * x + x + 1],
    ['sigmoid(x)', (x) => 1 / (1 + exp(-x))],
  ])('%s has its value and its slope', (text, f) => {
    const x = 0.7;
    const [value, slope] = at(text, x);
    expect(value).toBeCloseTo(f(x), 12);
    expect(slope).toBeCloseTo((f(x + 1e-5) - f(x - 1e-5)) / 2e-5, 7);
  });

  it('knows its variables, in the order of the alphabet', () => {
    expect(parseExpression(' b*a + x_1^2 + é ').variables).toEqual(['a', 'b', 'x_1', 'é']);
  });

  it.each([
    ['', /expected a formula/],
    ['(x', /at character 3, after "\(x": Parenthesis \) expected/],
    ['3 + pi', /has no variable/],
    ['sine(x)', /no function sine; did you mean sin\?/],
    ['f(x) = x', /a functionassignment cannot/],
    ['x = 3', /an assignment cannot/],
    ['x(x + 1)', /x is no function, in x\(x \+ 1\); for a product write x\*\(…\)/],
    ['y(x)', /for a product write y\*\(…\)/],
    ['sin + x', /sin is a function; write sin\(…\)/],
    ['sin(x, 2)', /sin takes 1 argument, got 2/],
    ['log()', /log takes 1 or 2 arguments, got 0/],
    ['x > 1', /the operator > cannot/],
    ['x!', /the operator ! cannot/],
    ['[x, 1]', /an array cannot/],
    ['x.constructor', /an accessor cannot/],
    ['"text" + x', /this cannot/],
    ['x; 2', /a block cannot/],
    ['x ? 1 : 2', /a conditional cannot/],
    ['import(x)', /no function import/],
    ['constructor(x)', /no function constructor/],
    ['__proto__(x)', /no function __proto__/],
  ])('%j is refused', (text, why) => {
    expect(() => parseExpression(text)).toThrow(why);
  });

  it('may call no more than the functions of the table', () => {
    for (const name of ['evaluate', 'parse', 'createUnit', 'random', 'toString', 'hasOwnProperty'])
      expect(() => parseExpression(`${name}(x)`)).toThrow(/no function/);
    expect(Object.keys(FUNCTIONS)).not.toContain('evaluate');
  });
});
