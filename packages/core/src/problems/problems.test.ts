import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { hvp, valueAndGrad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import { array, type NdArray } from '../tensor/array.js';
import { eigh } from '../tensor/linalg.js';
import type { Tensor } from '../tensor/tensor.js';
import * as problems from './index.js';

const MANY = {
  sphere5: problems.sphereIn(5),
  quadratic6: problems.quadratic(problems.spectrum(6, 1e3)),
  rosenbrock5: problems.rosenbrockIn(5),
  rastrigin3: problems.rastriginIn(3),
  ackley4: problems.ackleyIn(4),
  styblinskiTang3: problems.styblinskiTangIn(3),
};
const ALL = { ...problems.ofOneVariable, ...problems.ofTwoVariables, ...MANY };

/** The minima to the digits that the literature prints, and points where the formulas are easily worked out by hand. */
const POINTS: Record<string, readonly (readonly [at: readonly number[], value: number, within: number])[]> = {
  parabola: [[[5], 10, 0]],
  flatQuartic: [[[2], -6, 0]],
  twoValleys: [
    [[1], -6, 0],
    [[-2], -18, 0],
  ],
  sphere: [[[1, -2], 5, 0]],
  ravine: [[[1, 2], 200.5, 0]],
  rosenbrock: [
    [[-1.2, 1], 24.2, 1e-12],
    [[0, 2], 401, 0],
  ],
  beale: [
    [[1, 1], 14.203125, 0],
    [[2, 2], 3.5 ** 2 + 8.25 ** 2 + 16.625 ** 2, 1e-12],
  ],
  himmelblau: [
    [[0, 0], 170, 0],
    [[-2.805118, 3.131313], 0, 1e-9],
    [[3.584428, -1.848127], 0, 1e-9],
  ],
  rastrigin: [[[0.5, 1], 21.25, 1e-12]],
  ackley: [[[1, 1], 20 * (1 - Math.exp(-0.2)), 1e-12]],
  booth: [[[2, 1], 9, 0]],
  matyas: [[[1, 2], 0.34, 1e-12]],
  saddle: [[[3, 2], 5, 0]],
  monkeySaddle: [[[2, 1], 2, 0]],
  styblinskiTang: [
    [[-2.903534, -2.903534], -78.33233, 1e-5],
    [[1, 2], -24, 0],
  ],
  threeHumpCamel: [
    [[1.74755, -0.87378], 0.298638, 1e-6],
    [[1, 2], 2 - 1.05 + 1 / 6 + 6, 1e-12],
  ],
  sixHumpCamel: [
    [[0.08984, -0.71266], -1.0316285, 1e-7],
    [[1, 2], 4 - 2.1 + 1 / 3 + 2 + 48, 1e-12],
  ],
  goldsteinPrice: [
    [[0, 0], 600, 0],
    [[1, 1], 1876, 1e-9],
  ],
  mcCormick: [
    [[-0.5472, -1.5472], -1.913223, 1e-6],
    [[0, 0], 1, 0],
  ],
  easom: [[[Math.PI, Math.PI + 1], -Math.cos(1) / Math.E, 1e-12]],
  levy13: [
    [[1.5, 1], 1.25, 1e-12],
    [[1, 1.25], 0.125, 1e-12],
  ],
  branin: [
    [[Math.PI, 2.275], 0.397887, 1e-6],
    [[0, 0], 56 - 10 / (8 * Math.PI), 1e-12],
  ],
  bohachevsky: [
    [[1, 0], 1.6, 1e-12],
    [[0, 0.5], 0.5, 1e-12],
  ],
  sphere5: [[[1, 2, 3, 4, 5], 55, 0]],
  quadratic6: [[[1, 1, 1, 1, 1, 1], problems.spectrum(6, 1e3).reduce((sum, value) => sum + value) / 2, 1e-9]],
  rosenbrock5: [
    [[-1.2, 1, 1, 1, 1], 24.2, 1e-12],
    [[0, 1, 2, 0, 0], 101 + 100 + 1601 + 1, 1e-12],
  ],
  rastrigin3: [[[0.5, 1, 2], 25.25, 1e-12]],
  ackley4: [[[1, 1, 1, 1], 20 * (1 - Math.exp(-0.2)), 1e-12]],
  styblinskiTang3: [[[1, 2, 0], -24, 0]],
};

/** Eigenvalues of the Hessian at each minimum, in order, by differences of the formulas in 40 digits (mpmath). */
const CURVATURES: Record<string, readonly (readonly number[])[]> = {
  parabola: [[2]],
  sphere: [[2, 2]],
  ravine: [[1, 100]],
  rosenbrock: [[0.399360767, 1001.60064]],
  beale: [[0.301463647, 48.9797864]],
  himmelblau: [
    [25.7157288, 82.2842712],
    [64.8403728, 80.5500718],
    [70.7143547, 133.785615],
    [28.6906772, 105.418908],
  ],
  rastrigin: [[396.784176, 396.784176]],
  booth: [[2, 18]],
  matyas: [[0.04, 1]],
  styblinskiTang: [[34.5830591, 34.5830591]],
  threeHumpCamel: [
    [1.58578644, 4.41421356],
    [1.90244515, 12.2506441],
    [1.90244515, 12.2506441],
  ],
  sixHumpCamel: [
    [7.68225141, 16.4931952],
    [7.68225141, 16.4931952],
  ],
  goldsteinPrice: [[402.831012, 965.168988]],
  mcCormick: [
    [1.73205081, 4],
    [1.73205081, 4],
  ],
  easom: [[3, 3]],
  levy13: [[2, 179.652879]],
  branin: [
    [0.86149516, 22.291739],
    [1.73226226, 11.0862112],
    [1.69495738, 11.3302113],
  ],
  bohachevsky: [[28.6479319, 67.1654682]],
  quadratic6: [problems.spectrum(6, 1e3)],
};

const vector = (values: readonly number[]): NdArray => array([...values], { dtype: 'float64' });
const numbers = ({ data }: NdArray): number[] => Array.from(data);
const length = (values: readonly number[]): number => Math.hypot(...values);

function curvature(f: (x: Tensor) => Tensor, at: readonly number[]): number[] {
  const rows = at.map((_, i) => numbers(hvp(f, vector(at), vector(at.map((_, j) => Number(i === j))))));
  const eigenvalues = compile((matrix: Tensor) => eigh(matrix).values)(array(rows));
  return numbers(eigenvalues).sort((a, b) => a - b);
}

describe.each(Object.entries(ALL))('%s', (name, { domain, view, start, minima, f }) => {
  const both = valueAndGrad(f);
  const inside = (at: readonly number[]): boolean =>
    at.length === domain.length && at.every((x, i) => x >= domain[i]![0] && x <= domain[i]![1]);

  it('has the values that its formula gives', () => {
    for (const [at, value, within] of POINTS[name]!)
      expect(Math.abs(both(vector(at))[0] - value)).toBeLessThanOrEqual(within);
  });

  it('starts within its domain, above its minima and on a slope, with right derivatives', () => {
    const [value, gradient] = both(vector(start));
    expect(inside(start)).toBe(true);
    expect(length(numbers(gradient))).toBeGreaterThan(1e-3);
    if (minima.length > 0) expect(value).toBeGreaterThan(minima[0]!.value);
    checkGrads(f, [vector(start)]);
  });

  it('has the values listed at its minima, and no slope there', () => {
    for (const { at, value } of minima) {
      const [found, gradient] = both(vector(at));
      expect(inside(at)).toBe(true);
      expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(value)));
      expect(length(numbers(gradient))).toBeLessThanOrEqual(1e-11);
    }
  });

  it('lists its minima from the lowest on, and draws a part of its domain', () => {
    const values = minima.map(({ value }) => value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    const drawn = view ?? domain;
    expect(inside(drawn.map(([low]) => low)) && inside(drawn.map(([, high]) => high))).toBe(true);
  });
});

describe('curvature at the minima', () => {
  const smooth = Object.entries(ALL).filter(([name]) => !name.startsWith('ackley'));

  it.each(smooth)('%s bends upwards in every direction', (_, { minima, f }) => {
    for (const { at } of minima) expect(Math.min(...curvature(f, at))).toBeGreaterThan(0.01);
  });

  it.each(Object.entries(CURVATURES))('%s has the eigenvalues that its formula gives', (name, known) => {
    const { minima, f } = ALL[name as keyof typeof ALL]!;
    known.forEach((eigenvalues, which) => {
      const found = curvature(f, minima[which]!.at);
      const errors = found.map((value, i) => Math.abs(value / eigenvalues[i]! - 1));
      expect(found).toHaveLength(eigenvalues.length);
      expect(Math.max(...errors)).toBeLessThan(1e-8);
    });
  });
});

describe('saddles', () => {
  it('are flat at the origin, where the simple one bends both ways and the monkey saddle not at all', () => {
    const { saddle, monkeySaddle } = problems;
    for (const { f } of [saddle, monkeySaddle])
      expect(numbers(valueAndGrad(f)(vector([0, 0]))[1]).map(Math.abs)).toEqual([0, 0]);
    expect(curvature(saddle.f, [0, 0])).toEqual([-2, 2]);
    expect(curvature(monkeySaddle.f, [0, 0]).map(Math.abs)).toEqual([0, 0]);
  });
});

describe('misuse', () => {
  it('is told when a point has another length than the problem', () => {
    expect(() => valueAndGrad(problems.rosenbrock.f)(vector([1, 2, 3]))).toThrow(
      'Rosenbrock: expected a vector of shape [2], got [3]',
    );
  });

  it('is told when there are too few coordinates, or eigenvalues that make no minimum', () => {
    expect(() => problems.rosenbrockIn(1)).toThrow('rosenbrockIn: n must be an integer of at least 2, got 1');
    expect(() => problems.sphereIn(1.5)).toThrow('sphereIn: n must be an integer of at least 1, got 1.5');
    expect(() => problems.spectrum(3, 0.5)).toThrow(
      'spectrum: kappa must be a number of at least 1, got 0.5',
    );
    expect(() => problems.quadratic([])).toThrow('quadratic: eigenvalues must be positive numbers, got none');
    expect(() => problems.quadratic([1, -2])).toThrow('got -2');
  });
});

describe('spectrum', () => {
  it('goes from 1 to κ by equal factors', () => {
    expect(problems.spectrum(3, 1e4)).toEqual([1, 100, 1e4]);
  });
});
