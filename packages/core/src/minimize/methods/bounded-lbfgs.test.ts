import { describe, expect, it } from 'vitest';
import { sgd } from '../../optim/optimizers/sgd.js';
import { equations, fits } from '../../problems/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Bounds } from '../bounds.js';
import scipy from '../golden/scipy-lbfgsb.json' with { type: 'json' };
import { minimize } from '../minimize.js';
import { numeric } from '../numeric.js';
import { gradTol, lossTol } from '../stop.js';

const problems = { ...equations, ...fits };
type Sides = readonly (readonly (number | null)[])[];
const side = (bounds: Sides, which: 0 | 1, none: number): number[] =>
  bounds.map((pair) => pair[which] ?? none);

const CASES = Object.entries(scipy.bounded).map(([name, { bounds, ...rest }]) => ({
  ...problems[name]!,
  lower: side(bounds, 0, Number.NEGATIVE_INFINITY),
  upper: side(bounds, 1, Number.POSITIVE_INFINITY),
  known: rest,
}));

describe.each(CASES)('$name, in a box', ({ f, start, lower, upper, known }) => {
  it('goes where scipy’s L-BFGS-B goes', () => {
    const { best, status } = minimize(f, start, { bounds: { lower, upper }, stop: gradTol(1e-7) });
    expect(status).toBe('gradTol');
    expect(Math.abs(best.value - known.value)).toBeLessThanOrEqual(1e-11 * Math.max(1, known.value));
    [...best.x.data].forEach((x, i) => {
      expect(Math.abs(x - known.x[i]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(known.x[i]!)));
    });
  });

  it('looks at no point outside', () => {
    const { path } = minimize(f, start, { bounds: { lower, upper }, path: true });
    const isInside = (x: Float64Array): boolean => x.every((xi, i) => xi >= lower[i]! && xi <= upper[i]!);
    expect(path!.every(({ x }) => isInside(x))).toBe(true);
  });
});

it('told to stop as scipy does, takes about as many evaluations in all', () => {
  const stop = [gradTol(1e-5), lossTol({ relative: 1e7 * Number.EPSILON })];
  const ours = CASES.map(
    ({ f, start, lower, upper }) => minimize(f, start, { bounds: { lower, upper }, stop }).evaluations,
  );
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  expect(sum(ours)).toBeLessThanOrEqual(1.05 * sum(CASES.map(({ known }) => known.evaluations)));
});

describe('bounds', () => {
  type Two = { x: Tensor; y: Tensor };
  const bowl = ({ x, y }: Two): Tensor => x.sub(3).square().add(y.add(2).square().sum());
  const start = { x: 0, y: [0, 0] };

  it('are a number for all, or a tree of the form of x0 with numbers and arrays; what is left out has none', () => {
    const at = (bounds: Bounds<typeof start>): number[] => {
      const { x, y } = minimize(bowl, start, { bounds }).best.x;
      return [x, ...y.data].map((value) => Number(value.toFixed(6)));
    };
    expect(at({ upper: 1 })).toEqual([1, -2, -2]);
    expect(at({ lower: { y: -1 } })).toEqual([3, -1, -1]);
    expect(at({ lower: { y: [-1, -3] }, upper: { x: 2 } })).toEqual([2, -1, -2]);
    expect(at({ lower: { x: Number.NEGATIVE_INFINITY, y: 1 } })).toEqual([3, 1, 1]);
  });

  it('move a start that is beyond them, and may leave a coordinate no room', () => {
    const { path, best } = minimize(bowl, start, {
      bounds: { lower: { x: 5, y: [0, -9] }, upper: { y: [0, 9] } },
      path: true,
    });
    expect([...path![0]!.x]).toEqual([5, 0, 0]);
    expect(best.x.x).toBe(5);
    expect(best.x.y.data[0]).toBe(0);
    expect(best.x.y.data[1]).toBeCloseTo(-2, 9);
  });

  it('count a gradient that points out of them as none', () => {
    const { best, status, steps } = minimize((x: Tensor) => x.square(), 2, { bounds: { lower: 1 } });
    expect([best.x, best.gradNorm, status, steps]).toEqual([1, 0, 'gradTol', 1]);
  });

  it('keep differences of plain functions within them too', () => {
    const seen: number[] = [];
    const f = numeric((x: number) => {
      seen.push(x);
      return Math.sqrt(x) - x / 2;
    });
    const { best } = minimize(f, 0.5, { bounds: { lower: 0, upper: 0.5 } });
    expect(best.x).toBe(0);
    expect(Math.min(...seen)).toBe(0);
    expect(Math.max(...seen)).toBe(0.5);
  });

  it('are refused by what cannot keep to them, and where they make no sense', () => {
    const refused = (bounds: unknown, options = {}) =>
      expect(() => minimize(bowl, start, { bounds: bounds as never, ...options }));
    refused({ upper: 1 }, { method: sgd({ lr: 0.1 }) }).toThrow(
      'bounds: sgd cannot keep to any; use method: lbfgs() or coordinateDescent()',
    );
    refused([[0, 1]]).toThrow('bounds must be an object such as { lower: 0, upper: 1 }, got [[0,1]]');
    refused({ min: 0 }).toThrow('bounds: there is no min, only lower and upper');
    refused({ lower: { z: 0 } }).toThrow('bounds: lower has z, x0 has not');
    refused({ lower: { y: [1, 2, 3] } }).toThrow('bounds: lower.y must be a number or of shape [2], got [3]');
    refused({ lower: 2, upper: 1 }).toThrow('bounds: lower must not be above upper, got 2 and 1 at place 0');
    refused({ lower: Number.NaN }).toThrow('bounds: lower must be a number, got NaN at place 0');
  });
});
