import { expect, it } from 'vitest';
import { array } from '../../tensor/array.js';
import { descend, type Loss, start } from '../testing/descend.js';
import { rmsprop } from './rmsprop.js';

it('centred rmsprop stays finite on a constant gradient, whose variance rounds to less than zero', () => {
  const slope: Loss = ({ x }) => x!.mul([0.7, 1.1, 1.4, 1.7]).sum();
  const optimizer = rmsprop({ centered: true, alpha: 0.5, lr: 1e-12 });
  const from = start(optimizer, { x: array([0, 0, 0, 0]) });
  const { params } = descend(optimizer, slope, from, 60);
  expect([...params.x!.data].every(Number.isFinite)).toBe(true);
});
