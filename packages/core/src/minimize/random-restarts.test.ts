import { describe, expect, it } from 'vitest';
import { nodeWorkers } from '../compile/testing/node-workers.js';
import { ofTwoVariables } from '../problems/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { follow } from './follow.js';
import { conjugateGradient } from './methods/conjugate-gradient.js';
import { lbfgs } from './methods/lbfgs.js';
import { numeric } from './numeric.js';
import { objectiveOf } from './objective.js';
import { randomRestarts } from './random-restarts.js';
import { Helpers, sideBySide } from './side-by-side.js';

describe('randomRestarts over threads', () => {
  // Heavy enough to be shared: 1,000 terms of 200 each.
  const waves = Array.from({ length: 1000 }, (_, i) =>
    Array.from({ length: 200 }, (_, j) => Math.sin(i * j + i)),
  );
  const f = (x: Tensor): Tensor => x.constant(waves).matmul(x).cos().sum().add(x.square().sum());
  const [low, high] = [-1, 1].map((side) => new Array<number>(200).fill(side)) as [number[], number[]];

  it.each([lbfgs(), conjugateGradient()])('$name finds the same bits with 1, 2 and 3 of them', (method) => {
    const runs = [1, 2, 3].map((threads) => {
      const workers = nodeWorkers();
      const { seconds: _, ...run } = randomRestarts(f, low, high, {
        method,
        restarts: 6,
        threads,
        host: { workers },
      });
      expect(workers.started.length).toBe(threads - 1);
      expect(workers.stopped).toBe(threads - 1);
      return run;
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('lets others answer while it works itself', () => {
    const objective = objectiveOf(f, low, 'float64');
    const askers = Array.from({ length: 6 }, (_, i) => {
      const own = {
        ...objective,
        start: Float64Array.from(low, (x, j) => x * Math.cos(i + j)),
        evaluations: 0,
      };
      return { steps: follow(lbfgs(), own, {}, (ending) => ending), objective: own };
    });
    let mine = 0;
    const evaluate = (x: Float64Array) => {
      mine++;
      return objective.evaluate(x);
    };
    const start = (): Helpers => {
      const helpers = new Helpers(nodeWorkers(), 1, objective.shared!());
      for (const begin = performance.now(); !helpers.hasRoom && performance.now() - begin < 30_000; );
      return helpers;
    };
    const endings = sideBySide(askers, evaluate, start);
    expect(endings.map(({ status }) => status)).toEqual(new Array(6).fill('lossTol'));
    const all = endings.reduce((sum, { evaluations }) => sum + evaluations, 0);
    expect(mine).toBeGreaterThan(0);
    expect(mine).toBeLessThan(all);
  });

  it('starts none where there is little to do, or nothing that another thread could', () => {
    const workers = nodeWorkers();
    const options = { restarts: 20, host: { workers } };
    const small = (x: Tensor): Tensor => x.square().sub(1).square();
    const shared = randomRestarts(small, -2, 2, options);
    expect({ ...shared, seconds: 0 }).toEqual({
      ...randomRestarts(small, -2, 2, { restarts: 20 }),
      seconds: 0,
    });
    randomRestarts(
      numeric((x: number) => (x * x - 1) ** 2),
      -2,
      2,
      options,
    );
    expect(workers.started.length).toBe(0);
  });

  it('refuses a box that is none', () => {
    expect(() => randomRestarts(f, high, low)).toThrow(
      /^randomRestarts: low must not be above high, got .* at place 0$/,
    );
    expect(() => randomRestarts(f, undefined as never, [1, 0])).toThrow(
      'low: expected numbers, an array or a tree',
    );
  });

  it('refuses a number of threads that is none', () => {
    expect(() => randomRestarts(f, low, high, { threads: 0 })).toThrow(
      "threads must be a positive integer or 'auto', got 0",
    );
  });
});

describe('the functions of two variables', () => {
  const bottomed = Object.entries(ofTwoVariables).filter(([, { minima }]) => minima.length > 0);

  it.each(bottomed)('%s: its lowest minimum is found from somewhere', (_, { f, domain, view, minima }) => {
    const box = view ?? domain;
    const sides = [0, 1].map((side) => box.map((interval) => interval[side]!)) as [number[], number[]];
    const { best } = randomRestarts(f, ...sides, {
      restarts: 60,
      bounds: { lower: sides[0], upper: sides[1] },
    });
    expect(Math.abs(best.value - minima[0]!.value)).toBeLessThanOrEqual(
      1e-6 * Math.max(1, Math.abs(minima[0]!.value)),
    );
  });
});
