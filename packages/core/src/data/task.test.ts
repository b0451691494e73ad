import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { summarise } from './summary.js';
import { findTask, type Task } from './task.js';

const cycle = (count: number, values: readonly unknown[]) =>
  Array.from({ length: count }, (_, i) => values[i % values.length]);
const decide = (cells: readonly unknown[], task?: Task) => {
  const target = columnOf('y', cells);
  return findTask(target, summarise(target), task);
};

describe('findTask', () => {
  it.each([
    ['text', cycle(9, ['b', 'a', 'c']), 'multiclass', ['a', 'b', 'c'], 'it holds text'],
    ['booleans', cycle(9, [true, false]), 'binary', ['false', 'true'], 'it holds true and false'],
    ['two whole numbers', cycle(4, [10, 9]), 'binary', ['9', '10'], 'it holds two whole numbers'],
    [
      'few whole numbers',
      cycle(60, [3, 1, 2]),
      'multiclass',
      ['1', '2', '3'],
      'it holds 3 different whole numbers',
    ],
  ])('takes %s for classes', (_, cells, task, classes, reason) => {
    const found = decide(cells);
    expect(found.task).toBe(task);
    expect(found.classes?.map(({ name }) => name)).toEqual(classes);
    expect(found.reason).toContain(reason);
  });

  it.each([
    ['decimals, however few', cycle(100, [0.5, 1]), 'it holds numbers with decimals'],
    ['whole numbers on too few rows', cycle(59, [3, 1, 2]), 'it holds 3 different whole numbers'],
    ['more than 20 whole numbers', cycle(1000, [...Array(21).keys()]), 'it holds 21 different whole numbers'],
  ])('takes %s for a quantity', (_, cells, reason) => {
    expect(decide(cells)).toMatchObject({ task: 'regression', reason });
    expect(decide(cells).classes).toBeUndefined();
  });

  it('counts the rows of each class, and those without one', () => {
    const found = decide(['b', 'a', 'b', null, 'b', 'a']);
    expect(found).toMatchObject({ missing: 1 });
    expect(found.classes).toEqual([
      { name: 'a', count: 2 },
      { name: 'b', count: 3 },
    ]);
    expect(decide([1.5, null, Infinity, 2]).missing).toBe(2);
  });

  it('does as asked', () => {
    expect(decide(cycle(10, [0, 1]), 'regression')).toMatchObject({ task: 'regression', reason: 'as asked' });
    expect(decide(cycle(10, [0.5, 1.5]), 'binary').classes?.map(({ name }) => name)).toEqual(['0.5', '1.5']);
    expect(decide(cycle(10, ['a', 'b']), 'multiclass')).toMatchObject({ task: 'multiclass' });
  });
});

describe('findTask refuses', () => {
  it.each([
    [
      'a target without values',
      [null, null],
      undefined,
      'target "y" has no values: each of its 2 rows is missing',
    ],
    [
      'one class',
      ['a', 'a', null],
      undefined,
      'target "y" has one value only, "a"; there is nothing to learn',
    ],
    ['one number', [3, 3], undefined, 'one value only, "3"'],
    ['dates', [new Date(0), new Date(1)], undefined, 'target "y" holds dates'],
    [
      'text as a quantity',
      ['1', 'b', '2'],
      'regression',
      `text ("b" in row 2), which task 'regression' cannot predict`,
    ],
    ['text among numbers', ['1', '2', 'abc'], undefined, 'text among its numbers ("abc" in row 3)'],
    [
      'three classes as two',
      cycle(9, ['a', 'b', 'c']),
      'binary',
      `has 3: "a", "b", "c"; use task 'multiclass'`,
    ],
    [
      'a class for each row',
      ['a', 'b', 'c', 'd'],
      undefined,
      'has 4 different values in 4 rows, too few of each',
    ],
    ['a task it does not know', ['a', 'b'], 'ranking', 'task must be regression, binary, multiclass'],
  ])('%s', (_, cells, task, message) => {
    expect(() => decide(cells, task as Task | undefined)).toThrow(message);
  });

  it('but takes text among numbers for classes when asked', () => {
    expect(decide(cycle(30, ['1', '2', '3+']), 'multiclass').classes).toHaveLength(3);
  });
});
