import { describe, expect, it } from 'vitest';
import { array } from '../../tensor/array.js';
import { chain } from '../chain.js';
import { coverage } from '../coverage.js';
import { adam } from '../optimizers/adam.js';
import { sgd } from '../optimizers/sgd.js';
import { descend, type Loss, start } from '../testing/descend.js';
import { accumulate } from './accumulate.js';
import { proximal } from './proximal.js';
import { scaleByAdam } from './scale-by-adam.js';

// ½Σcᵢ(xᵢ − aᵢ)²: the elastic net's minimum is soft(cᵢaᵢ, λ₁)/(cᵢ + λ₂).
const [c, a] = [
  [1, 4, 2, 1],
  [0.5, -1, 0.04, 3],
];
const loss: Loss = ({ x }) => x!.sub(a).square().mul(c).sum().mul(0.5);
const soft = (z: number, t: number): number => Math.sign(z) * Math.max(0, Math.abs(z) - t);
const params = { x: array([1, 1, 1, 1]), b: array(1) };
const withBias: Loss = ({ x, b }, data) => loss({ x: x! }, data).add(b!.sub(0.01).square());

describe('proximal', () => {
  it.each([
    [0.1, 0],
    [0, 0.5],
    [0.1, 0.5],
    [1, 0.1],
  ])('by sgd ends at the exact minimum with l1 %d and l2 %d, zeros being zeros', (l1, l2) => {
    const optimizer = proximal(sgd({ lr: 0.2 }), { l1, l2, only: /x/ });
    const { x, b } = descend(optimizer, withBias, start(optimizer, params), 400).params;
    const expected = c.map((ci, i) => soft(ci * a[i]!, l1) / (ci + l2));
    x!.data.forEach((found, i) => {
      expect(found).toBeCloseTo(expected[i]!, 12);
      if (expected[i] === 0) expect(Object.is(Math.abs(found), 0)).toBe(true);
    });
    expect(b!.data[0]).toBeCloseTo(0.01, 12);
  });

  it('with momentum μ ends where penalties of 1 − μ of their size are least', () => {
    const optimizer = proximal(sgd({ lr: 0.05, momentum: 0.5 }), { l1: 0.2, l2: 1, only: /x/ });
    const { x } = descend(optimizer, withBias, start(optimizer, params), 800).params;
    x!.data.forEach((found, i) => {
      expect(found).toBeCloseTo(soft(c[i]! * a[i]!, 0.1) / (c[i]! + 0.5), 12);
    });
  });

  it('works after any optimizer: by adam what pulls with less than all its strength becomes exactly zero', () => {
    const optimizer = proximal(adam({ lr: (k) => 0.1 / (1 + k / 20) }), { l1: 1.1 });
    const { x } = descend(optimizer, loss, start(optimizer, { x: array([0.1, 0.1, 0.1, 0.1]) }), 500).params;
    expect([...x!.data].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it('says what it covers, and what it cannot do without', () => {
    const optimizer = proximal(sgd({ lr: 0.5 }), { l1: 0.1, only: /x/ });
    expect(coverage(optimizer, params)).toEqual({
      x: ['scaleByLearningRate(lr 0.5)', 'proximal(l1 0.1, l2 0)'],
      b: ['scaleByLearningRate(lr 0.5)'],
    });
    expect(() => proximal(chain(scaleByAdam()), { l1: 1 })).toThrow(
      'proximal: chain has no lr for its steps',
    );
    expect(() => proximal(accumulate(2, sgd()), { l1: -1 })).toThrow(
      'proximal: l1 must be at least 0, got -1',
    );
  });
});
