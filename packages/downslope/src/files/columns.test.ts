import { describe, expect, it } from 'vitest';
import { copyVector } from './columns.js';

describe('copyVector', () => {
  it('copies cell by cell where the vector shows no typed array', () => {
    const into = new Float64Array(4);
    copyVector({ itemCount: 2, getItem: (index) => index + 0.5 }, into, 1);
    expect([...into]).toEqual([0, 0.5, 1.5, 0]);
  });

  it('copies the typed array of a vector whole', () => {
    const into = new Int8Array(3);
    const vector = { itemCount: 2, getItem: () => null, items: Int32Array.of(1, -1) };
    copyVector(vector, into, 1);
    expect([...into]).toEqual([0, 1, -1]);
  });
});
