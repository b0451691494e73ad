import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { summarise } from './summary.js';
import { allRows } from './table.js';
import { encodeTarget, fitTarget, readTarget } from './target-code.js';
import { findTask, type Task } from './task.js';

const fit = (cells: readonly unknown[], task?: Task) => {
  const target = columnOf('y', cells);
  return {
    target,
    code: fitTarget(target, findTask(target, summarise(target), task), allRows(cells.length)),
  };
};

describe('fitTarget and encodeTarget', () => {
  it('standardise a quantity', () => {
    const { target, code } = fit([2.5, 4.5, 6.5, 4.5]);
    expect(code).toEqual({ task: 'regression', name: 'y', mean: 4.5, std: Math.SQRT2 });
    const { data, shape } = encodeTarget(code, target, Int32Array.of(2, 1), 'float64');
    expect(shape).toEqual([2, 1]);
    expect([...data]).toEqual([2 / Math.SQRT2, 0]);
  });

  it('number two classes 0 and 1', () => {
    const { target, code } = fit(['no', 'yes', 'no']);
    expect(code).toEqual({ task: 'binary', name: 'y', classes: ['no', 'yes'] });
    expect(encodeTarget(code, target, allRows(3), 'float32')).toEqual({
      data: Float32Array.of(0, 1, 0),
      shape: [3, 1],
      dtype: 'float32',
    });
  });

  it('number several classes in order', () => {
    const { target, code } = fit(['c', 'a', 'b', 'c', 'a', 'b']);
    expect(encodeTarget(code, target, Int32Array.of(0, 1, 5), 'float32')).toEqual({
      data: Int32Array.of(2, 0, 1),
      shape: [3],
      dtype: 'int32',
    });
  });

  it('find the classes by name in another column', () => {
    const { code } = fit([10, 9, 10, 9]);
    const other = columnOf('y', ['9', '10']);
    expect([...encodeTarget(code, other, allRows(2), 'float32').data]).toEqual([0, 1]);
  });

  it('take true and false for 1 and 0 where a quantity is wanted', () => {
    expect(fit([true, false], 'regression').code).toMatchObject({ mean: 0.5, std: 0.5 });
  });

  it('refuse rows that have no known value', () => {
    const { code } = fit(['no', 'yes', 'no']);
    const other = columnOf('y', ['no', 'maybe', null]);
    expect(() => encodeTarget(code, other, Int32Array.of(1), 'float32')).toThrow(
      'target "y": row 2 holds "maybe", but the classes are "no", "yes"',
    );
    expect(() => encodeTarget(code, other, Int32Array.of(2), 'float32')).toThrow('row 3 holds nothing');
    const numbers = columnOf('y', [1.5, null]);
    expect(() => encodeTarget(fit([1.5, 2]).code, numbers, Int32Array.of(1), 'float32')).toThrow(
      'target "y": row 2 holds no finite number',
    );
  });

  it('survive being stored as JSON, and say what is wrong with it', () => {
    for (const { code } of [fit([1.5, 2]), fit(['a', 'b'])])
      expect(readTarget(JSON.parse(JSON.stringify(code)))).toEqual(code);
    expect(() => readTarget({ name: 'y', task: 'guess' })).toThrow('target.task must be one of regression');
  });
});
