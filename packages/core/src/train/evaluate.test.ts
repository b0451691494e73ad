import { describe, expect, it } from 'vitest';
import { Arena } from '../compile/arena.js';
import type { Tensor } from '../tensor/tensor.js';
import { placeRows, rowsOf } from './dataset.js';
import { atOnce, lossOver } from './evaluate.js';
import type { Objective } from './objective.js';

/** The loss of a row is x, after `width` numbers have been made for it. */
const wide = (width: number): Objective => ({
  predict: (_, x) => (x as Tensor).matmul([new Array(width).fill(1)]),
  loss: (prediction) => prediction.mean(1),
  l2: 0,
});

describe('the mean loss over all rows', () => {
  const x = Float64Array.from({ length: 10_000 }, (_, i) => i % 7);
  const data = (arena: Arena) =>
    placeRows(
      rowsOf({ x: { data: x, shape: [x.length, 1], dtype: 'float64' }, y: x }, 'train'),
      'train',
      arena,
      'float64',
    );
  const none = { names: [], leaves: [], rebuild: () => ({}) };

  it.each([
    [1, 'all of a kind'],
    [2 ** 15, 'few at a time, since a row makes many numbers'],
  ])('is that of blocks and a rest, with %i numbers a row (%s)', (width) => {
    const arena = new Arena();
    const loss = lossOver(wide(width), data(arena), none as never, arena);
    expect(atOnce(loss())).toBeCloseTo(x.reduce((sum, value) => sum + value, 0) / x.length, 10);
    expect(arena.memory.buffer.byteLength).toBeLessThan(600e6);
  });
});
