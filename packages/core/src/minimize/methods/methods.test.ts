import { describe, expect, it } from 'vitest';
import { ofTwoVariables } from '../../problems/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Method } from '../method.js';
import { minimize } from '../minimize.js';
import { numeric } from '../numeric.js';
import { randomRestarts } from '../random-restarts.js';
import { gradTol, maxSteps } from '../stop.js';
import { acceleratedGradient } from './accelerated-gradient.js';
import { conjugateGradient } from './conjugate-gradient.js';
import { coordinateDescent } from './coordinate-descent.js';
import { gradientDescent } from './gradient-descent.js';
import { lbfgs } from './lbfgs.js';
import { newton } from './newton.js';
import { newtonCG } from './newton-cg.js';

type Two = { x: Tensor; y: Tensor };
const square = (x: Tensor): Tensor => x.square();

/** Source of formulas, starts and minima: M. Jamil and X.-S. Yang, "A literature survey of benchmark functions", 2013. */
const PROBLEMS: Record<string, { f: (p: Two) => Tensor; start: [number, number]; minima: number[] }> = {
  booth: {
    f: ({ x, y }) => square(y.mul(2).add(x).sub(7)).add(square(x.mul(2).add(y).sub(5))),
    start: [-5, 5],
    minima: [0],
  },
  matyas: {
    f: ({ x, y }) => square(x).add(square(y)).mul(0.26).sub(x.mul(y).mul(0.48)),
    start: [8, -6],
    minima: [0],
  },
  beale: {
    f: ({ x, y }) =>
      [1.5, 2.25, 2.625]
        .map((c, i) =>
          square(
            y
              .pow(i + 1)
              .sub(1)
              .mul(x)
              .add(c),
          ),
        )
        .reduce((sum, part) => sum.add(part)),
    start: [1, 1],
    minima: [0],
  },
  himmelblau: {
    f: ({ x, y }) => square(square(x).add(y).sub(11)).add(square(square(y).add(x).sub(7))),
    start: [0.5, 0.5],
    minima: [0],
  },
  threeHumpCamel: {
    f: ({ x, y }) =>
      square(x).mul(2).sub(x.pow(4).mul(1.05)).add(x.pow(6).div(6)).add(x.mul(y)).add(square(y)),
    start: [2, -1],
    minima: [0, 0.29863844],
  },
  mcCormick: {
    f: ({ x, y }) =>
      x
        .add(y)
        .sin()
        .add(square(x.sub(y)))
        .sub(x.mul(1.5))
        .add(y.mul(2.5))
        .add(1),
    start: [-0.4, -1.2],
    minima: [-1.913222955],
  },
  rosenbrock: {
    f: ({ x, y }) => square(x.sub(1)).add(square(y.sub(square(x))).mul(100)),
    start: [-1.2, 1],
    minima: [0],
  },
};

/** With the most steps that Rosenbrock's valley may take. */
const METHODS: [Method, number][] = [
  [lbfgs(), 50],
  [lbfgs({ memory: 1 }), 80],
  [newton(), 40],
  [newtonCG(), 40],
  [conjugateGradient(), 60],
  [conjugateGradient({ beta: 'fletcherReeves' }), 150],
  [conjugateGradient({ beta: 'hestenesStiefel' }), 60],
  [conjugateGradient({ beta: 'daiYuan' }), 200],
  [conjugateGradient({ beta: 'hagerZhang' }), 60],
  [coordinateDescent(), 10_000],
  [gradientDescent({ length: 'barzilaiBorwein' }), 200],
  [gradientDescent({ length: 'exact' }), 5000],
  [gradientDescent(), 10_000],
  [acceleratedGradient(), 1000],
];

describe.each(METHODS.map(([method, most], i) => [`${method.name} (${i})`, method, most] as const))(
  '%s',
  (_, method, most) => {
    it.each(Object.entries(PROBLEMS))('goes down to a minimum of %s', (_, { f, start: [x, y], minima }) => {
      const { best, status } = minimize(f, { x, y }, { method });
      expect(Math.min(...minima.map((minimum) => Math.abs(best.value - minimum)))).toBeLessThan(1e-6);
      expect(['gradTol', 'lossTol', 'stepTol']).toContain(status);
    });

    it('needs no more steps in Rosenbrock’s valley than is known of it', () => {
      const { f, start } = PROBLEMS.rosenbrock!;
      expect(minimize(f, { x: start[0], y: start[1] }, { method }).steps).toBeLessThanOrEqual(most);
    });

    it('never gives back a point above its start, and never a value that it has not seen', () => {
      const { f, start } = PROBLEMS.himmelblau!;
      const { best, path } = minimize(
        f,
        { x: start[0], y: start[1] },
        { method, path: true, stop: maxSteps(20) },
      );
      expect(best.value).toBe(Math.min(...path!.map(({ value }) => value)));
      expect(best.value).toBeLessThan(path![0]!.value);
    });

    it('works with plain functions of numbers', () => {
      const f = numeric(([x, y]: number[]) => (x! + 2 * y! - 7) ** 2 + (2 * x! + y! - 5) ** 2);
      const { best } = minimize(f, [0, 0], { method });
      expect(best.x.data[0]).toBeCloseTo(1, 4);
      expect(best.x.data[1]).toBeCloseTo(3, 4);
    });

    it('says so when there is nowhere to go: the search’s condition, or that nothing is promised', () => {
      // A slope that lies: the value does not change, the gradient says it does.
      const f = (x: Tensor): Tensor => x.sub(x.stopGradient());
      const { status, message, best } = minimize(f, 1, { method });
      expect(best.x).toBe(1);
      if (status === 'lineSearchFailed') expect(message).toMatch(/sufficient decrease/);
      else expect(['stepTol', 'lossTol']).toContain(status);
    });
  },
);

describe('conjugateGradient', () => {
  it('solves a quadratic of n variables in about n steps', () => {
    const f = (x: Tensor): Tensor => x.square().mul([1, 3, 10, 30, 100]).sum();
    const { steps } = minimize(f, [1, 1, 1, 1, 1], { method: conjugateGradient() });
    expect(steps).toBeLessThanOrEqual(12);
  });
});

describe('newtonCG', () => {
  it('leaves a saddle point by its negative curvature', () => {
    // x² − y² + y⁴/4: a saddle at 0, minima at y = ±√2
    const f = ({ x, y }: Two): Tensor => square(x).sub(square(y)).add(y.pow(4).div(4));
    const { best } = minimize(f, { x: 1, y: 1e-3 }, { method: newtonCG() });
    expect(Math.abs(best.x.y)).toBeCloseTo(Math.SQRT2, 5);
  });

  it('converges quadratically: the last gradients square from step to step', () => {
    const { f, start } = PROBLEMS.rosenbrock!;
    const run = minimize(
      f,
      { x: start[0], y: start[1] },
      { method: newtonCG(), stop: gradTol(1e-12), path: true },
    );
    const [before, last] = run.path!.slice(-2).map(({ gradNorm }) => gradNorm) as [number, number];
    expect(last).toBeLessThan(1e-2 * before);
  });
});

describe('gradientDescent', () => {
  it('takes the exact step on a quadratic: one is enough where all curvatures are equal', () => {
    const { steps, best } = minimize((x: Tensor) => x.sub([3, 4]).square().sum(), [0, 0], {
      method: gradientDescent({ length: 'exact' }),
    });
    expect([steps, ...best.x.data]).toEqual([1, 3, 4]);
  });

  it('refuses a length that it does not know', () => {
    expect(() => gradientDescent({ length: 'armijo' as never })).toThrow(
      "length must be 'backtracking', 'barzilaiBorwein' or 'exact', got \"armijo\"",
    );
  });
});

describe('lbfgs', () => {
  it('refuses a memory that is no count', () => {
    expect(() => lbfgs({ memory: 0 })).toThrow('lbfgs: memory must be a positive integer, got 0');
  });
});

describe('randomRestarts', () => {
  /** Two minima, at 1.97 and, lower, at −2.03. */
  const f = (x: Tensor): Tensor => x.pow(4).sub(square(x).mul(8)).add(x);

  it('finds the lower of two minima, where a single descent may not', () => {
    expect(minimize(f, 3).best.x).toBeCloseTo(1.9675, 3);
    const { best, descents, evaluations } = randomRestarts(f, -4, 4, { restarts: 8 });
    expect(best.x).toBeCloseTo(-2.0309, 3);
    expect(descents).toHaveLength(8);
    expect(evaluations).toBeGreaterThan(8);
    for (const { start } of descents) expect(Math.abs(start)).toBeLessThanOrEqual(4);
  });

  it('begins at the same places for the same seed, and at others for another', () => {
    const starts = (seed: number) =>
      randomRestarts(f, -4, 4, { restarts: 3, seed }).descents.map(({ start }) => start);
    expect(starts(1)).toEqual(starts(1));
    expect(starts(1)).not.toEqual(starts(2));
  });

  it('refuses ends of different sizes', () => {
    expect(() => randomRestarts((x: Tensor) => x.square().sum(), [0, 0], [1])).toThrow(
      'low has 2 numbers, high has 1',
    );
  });
});

it.each([lbfgs(), conjugateGradient(), newton(), gradientDescent()])(
  'in float32, $name takes differences that are rounding for none, and ends there',
  (method) => {
    const { f, start } = ofTwoVariables.branin!;
    const { status, best, evaluations } = minimize(f, start, { method, dtype: 'float32' });
    expect(['gradTol', 'lossTol']).toContain(status);
    expect(best.value).toBeCloseTo(0.397887, 5);
    expect(evaluations).toBeLessThan(60);
  },
);

describe('newton', () => {
  it('solves a quadratic in one step, where the radius allows it, at the price of n products', () => {
    const f = (x: Tensor): Tensor => x.sub([0.3, 0.4]).square().mul([1, 1000]).sum();
    const { steps, evaluations, best } = minimize(f, [0, 0], { method: newton() });
    expect([steps, evaluations]).toEqual([1, 4]);
    expect([...best.x.data]).toEqual([0.3, 0.4]);
  });

  it('leaves a saddle where the slope does not point the way', () => {
    const f = ({ x, y }: Two): Tensor => square(x).sub(square(y)).add(y.pow(4).div(4));
    const { best } = minimize(f, { x: 1, y: 0 }, { method: newton() });
    expect(Math.abs(best.x.y)).toBeCloseTo(Math.SQRT2, 5);
  });
});

describe('coordinateDescent', () => {
  it('moves one coordinate a step, each with the slope at where the last has gone', () => {
    // f = x² + y² + (x + y)²; ∂x = 4x + 2y, ∂y = 2x + 4y
    const f = (x: Tensor): Tensor => square(x).sum().add(square(x.sum()));
    const { path } = minimize(f, [1, 0], {
      method: coordinateDescent({ lr: 0.125 }),
      stop: maxSteps(3),
      path: true,
    });
    expect(path!.map(({ x }) => [...x])).toEqual([
      [1, 0],
      [0.5, 0],
      [0.5, -0.125],
      [0.28125, -0.125],
    ]);
  });

  it('needs one round where coordinates do not depend on each other', () => {
    const f = (x: Tensor): Tensor =>
      square(x.sub([1, 2, 3]))
        .mul([0.5, 0.5, 0.5])
        .sum();
    const { steps, best } = minimize(f, [0, 0, 0], { method: coordinateDescent() });
    expect(steps).toBe(3);
    expect([...best.x.data]).toEqual([1, 2, 3]);
  });

  it('keeps to bounds', () => {
    const f = (x: Tensor): Tensor =>
      square(x.sub([3, -3]))
        .sum()
        .add(x.sum());
    const { best, status } = minimize(f, [0, 0], {
      method: coordinateDescent(),
      bounds: { lower: -1, upper: 2 },
    });
    expect([[...best.x.data], status]).toEqual([[2, -1], 'gradTol']);
  });
});

describe('options in plain JavaScript', () => {
  const one = (x: Tensor): Tensor => x.square();
  it.each([
    ['minimize', () => minimize(one, 1, { methd: lbfgs() } as never), 'did you mean "method"?'],
    ['randomRestarts', () => randomRestarts(one, 0, 1, { restart: 3 } as never), 'did you mean "restarts"?'],
    ['lbfgs', () => lbfgs({ memmory: 3 } as never), 'did you mean "memory"?'],
    ['gradientDescent', () => gradientDescent({ lr: 3 } as never), 'the options are "length"'],
    ['conjugateGradient', () => conjugateGradient({ bta: 3 } as never), 'did you mean "beta"?'],
    ['coordinateDescent', () => coordinateDescent({ rate: 3 } as never), 'the options are "lr"'],
    ['numeric', () => numeric((x: number) => x, { stp: 1 } as never), 'did you mean "step"?'],
  ] as const)('%s refuses a name that it does not know', (name, call, out) => {
    expect(call).toThrow(`${name}: there is no option`);
    expect(call).toThrow(out);
  });

  it('are held to their ranges', () => {
    expect(() => conjugateGradient({ beta: 'newton' as never })).toThrow(
      "conjugateGradient: beta must be one of polakRibiere, fletcherReeves, hestenesStiefel, daiYuan, hagerZhang, got 'newton'",
    );
    expect(() => coordinateDescent({ lr: 0 })).toThrow('coordinateDescent: lr must be above 0, got 0');
    for (const method of [newton, newtonCG, acceleratedGradient])
      expect(() => method({ lr: 1 } as never)).toThrow(`${method.name} has no options, got an Object`);
    expect(() => numeric(3 as never)).toThrow('numeric: f must be a function of numbers, got 3');
    expect(() =>
      minimize(
        numeric(() => 'a' as never),
        1,
      ),
    ).toThrow('numeric: f must return a number, got "a"');
    expect(() => minimize(one, 1, { stop: 'gradTol' as never })).toThrow(
      'stop: a rule is one such as gradTol(1e-6) or maxSteps(100), got "gradTol"',
    );
  });
});
