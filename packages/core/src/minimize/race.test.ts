import { expect, it } from 'vitest';
import { OPTIMIZERS } from '../optim/registry.js';
import { rosenbrock } from '../problems/polynomials.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Placing, race } from './race.js';

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
