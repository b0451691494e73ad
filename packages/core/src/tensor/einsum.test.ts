import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import type { ArrayInput } from './array.js';
import { einsum } from './einsum.js';
import type { Tensor } from './tensor.js';
import { traced } from './testing/traced.js';

const run = (subscripts: string, ...operands: ArrayInput[]): number[] => [
  ...compile((...xs: Tensor[]) => einsum(subscripts, ...xs))(...(operands as never[])).data,
];
const a = [
  [1, 2],
  [3, 4],
];

// Values and gradients of all forms are held against NumPy and PyTorch in nn/golden.test.ts.
describe('einsum', () => {
  it('sums products over the letters that the result lacks', () => {
    expect(run('ij,jk->ik', a, a)).toEqual([7, 10, 15, 22]);
    expect(run('ij , jk', a, a)).toEqual([7, 10, 15, 22]);
    expect(run('ii', a)).toEqual([5]);
    expect(run('ij->', a)).toEqual([10]);
  });

  it('takes integers, too', () => {
    expect(run('i,i->', Int32Array.of(1, 2), Int32Array.of(3, 4))).toEqual([11]);
  });

  it('makes one matrix product of two operands, and none where only elements meet', () => {
    const ops = (subscripts: string, ...shapes: number[][]): string[] =>
      traced((...xs) => einsum(subscripts, ...xs), ...shapes).nodes.map(({ op }) => op);
    expect(ops('bhid,bhjd->bhij', [2, 3, 4, 5], [2, 3, 4, 5]).filter((op) => op === 'dot')).toHaveLength(1);
    expect(ops('i,j->ij', [3], [4])).not.toContain('dot');
    expect(ops('bi,bi->b', [3, 2], [3, 2])).not.toContain('dot');
  });

  it('keeps axes of no elements', () => {
    const empty = { data: new Float64Array(0), shape: [0, 2], dtype: 'float64' } as const;
    expect(run('ij,jk->ik', empty, a)).toEqual([]);
    expect(run('ij,ik->jk', empty, empty)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['ij,jk->ik', [a], "2 operands are named, but 1 are given (subscripts 'ij,jk->ik')"],
    ['ij->i->j', [a], "there is more than one '->'"],
    ['ijk->i', [a], "'ijk' does not fit operand 0 of shape [2,2]"],
    ['ij->ik', [a], "'k' is in the result, but in no operand"],
    ['ij->ii', [a], "'i' stands twice in the result"],
    ['i1->i', [a], "expected letters and at most one '...', got '1' in 'i1'"],
    ['i......->i', [a], "expected letters and at most one '...', got '.' in 'i......'"],
    ['...i->i', [a], "the axes of '...' must stand in the result, too"],
    ['ij,jk->ik', [a, [[1], [2], [3]]], "'j' is 2 and 3 (subscripts 'ij,jk->ik', shapes [2,2], [3,1])"],
  ] as const)('refuses %s', (subscripts, operands, message) => {
    expect(() => run(subscripts, ...(operands as never as ArrayInput[]))).toThrow(message);
  });
});
