import { describe, expect, it, vi } from 'vitest';
import { adam } from '../optim/optimizers/adam.js';
import { OPTIMIZERS } from '../optim/registry.js';
import { rosenbrock } from '../problems/polynomials.js';
import type { Tensor } from '../tensor/tensor.js';
import { descent, minimize } from './minimize.js';
import { type Placing, race } from './race.js';
import { maxEvaluations } from './stop.js';

const bowl = (x: Tensor): Tensor => x.sub([1, -2]).square().sum();

it('a race ranks every optimizer by the lowest value at its best rate, all with the same evaluations', () => {
  const ranking = race(rosenbrock.f, rosenbrock.start, { evaluations: 60, rates: [0.001, 0.1] });
  expect(ranking.map(({ name }) => name).sort()).toEqual(Object.keys(OPTIMIZERS).sort());
  const values = ranking.map(({ minimum }) => minimum.best.value);
  expect(values).toEqual([...values].sort((a, b) => a - b));
  for (const { minimum, lr } of ranking) {
    expect(minimum.evaluations).toBeLessThanOrEqual(61);
    expect([0.001, 0.1]).toContain(lr);
  }
});

it('a race finds the rate: gradient descent on a bowl of curvature 2 is there in one step at 1/2', () => {
  const [first] = race(bowl, [5, 5], { optimizers: ['sgd'], evaluations: 20, rates: [0.01, 0.5, 2] }) as [
    Placing<unknown>,
  ];
  expect(first.lr).toBe(0.5);
  expect(first.minimum.best.value).toBe(0);
  expect(first.evaluations).toBeGreaterThan(20);
});

it('a race refuses what is no optimizer, no rate or no option', () => {
  expect(() => race(bowl, [0, 0], { optimizers: ['adma' as never] })).toThrow("got 'adma'");
  expect(() => race(bowl, [0, 0], { rates: [] })).toThrow('race: rates must not be empty');
  expect(() => race(bowl, [0, 0], { evaluations: 0 })).toThrow(
    'race: evaluations must be a positive integer, got 0',
  );
  expect(() => race(bowl, [0, 0], { budget: 3 } as never)).toThrow('race: there is no option budget');
});

describe('programs', () => {
  const steep = () => (x: Tensor) => x.sub([1, 2]).square().mul([1, 30]).sum();
  const down = (f: (x: Tensor) => Tensor, lr: number, start = [5, 5]) =>
    minimize(f, start, { method: adam({ lr }), stop: maxEvaluations(40) });

  it('of an optimizer are compiled once for all rates', () => {
    const modules = vi.spyOn(WebAssembly, 'Module');
    race(steep(), [5, 5], { optimizers: ['adam', 'sgd'], evaluations: 40 });
    expect(modules).toHaveBeenCalledTimes(2);
    modules.mockRestore();
  });

  it('that are taken over find what a new one finds, to the last bit', () => {
    const f = steep();
    const start = [-4, 0.5];
    for (const lr of [0.3, 0.1, 0.01]) {
      const { best, last, evaluations } = down(f, lr, start);
      const fresh = down(steep(), lr, start);
      expect([best, last, evaluations]).toEqual([fresh.best, fresh.last, fresh.evaluations]);
    }
  });

  it('are not shared by descents under way at once', () => {
    const f = steep();
    down(f, 0.2);
    const method = adam({ lr: 0.2 });
    const [one, other] = [descent(f, [5, 5], { method }), descent(f, [0, 0], { method })];
    const values: number[][] = [];
    for (let i = 0; i < 20; i++)
      values.push([one, other].map((points) => (points.next().value as { value: number }).value));
    const apart = [
      [5, 5],
      [0, 0],
    ].map((start) => descent(steep(), start, { method }));
    for (const row of values)
      expect(row).toEqual(apart.map((points) => (points.next().value as { value: number }).value));
  });
});
