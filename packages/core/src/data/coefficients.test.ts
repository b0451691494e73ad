import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { array } from '../tensor/array.js';
import { coefficients } from './coefficients.js';
import { encode, fitEncoder } from './encode.js';
import { withDates } from './inspect.js';
import { tableFrom } from './rows.js';
import { summarise } from './summary.js';
import { column, completeRows } from './table.js';
import { encodeTarget, fitTarget } from './target-code.js';
import { findTask } from './task.js';

const EXAMPLES = new URL('../../../../examples/data/', import.meta.url);
const example = (file: string) => tableFrom(JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8')));

/** Least squares with intercept by the normal equations, Gaussian elimination with the rows as they come. */
function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>, width: number): { w: number[]; b: number } {
  const n = y.length;
  const size = width + 1;
  const at = (row: number, j: number) => (j < width ? x[row * width + j]! : 1);
  const a = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (let row = 0; row < n; row++)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) a[i]![j]! += at(row, i) * at(row, j);
      a[i]![size]! += at(row, i) * y[row]!;
    }
  for (let i = 0; i < size; i++)
    for (let k = i + 1; k < size; k++) {
      const factor = a[k]![i]! / a[i]![i]!;
      for (let j = i; j <= size; j++) a[k]![j]! -= factor * a[i]![j]!;
    }
  const w = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = a[i]![size]!;
    for (let j = i + 1; j < size; j++) rest -= a[i]![j]! * w[j]!;
    w[i] = rest / a[i]![i]!;
  }
  return { w: w.slice(0, width), b: w[width]! };
}

/** Fits a table by least squares through the encoders and returns the mean squared error in the target's units. */
function solve(file: string, target: string, features: string[]) {
  const table = withDates(example(file));
  const rows = completeRows(table, [...features, target]);
  const encoder = fitEncoder(table, { features, rows, dates: 'year' });
  const y = column(table, target);
  const code = fitTarget(y, findTask(y, summarise(y)), rows);
  if (code.task !== 'regression') throw new Error('a quantity is expected');
  const x = encode(encoder, table, { rows, dtype: 'float64' });
  const z = encodeTarget(code, y, rows, 'float64');
  const width = x.shape[1]!;
  const { w, b } = leastSquares(x.data, z.data, width);
  let squares = 0;
  for (let row = 0; row < rows.length; row++) {
    let prediction = b;
    for (let j = 0; j < width; j++) prediction += w[j]! * x.data[row * width + j]!;
    squares += (prediction - z.data[row]!) ** 2;
  }
  const found = coefficients(
    encoder,
    code,
    array(w, { shape: [width, 1], dtype: 'float64' }),
    array([b], { dtype: 'float64' }),
  );
  return { n: rows.length, mse: (squares / rows.length) * code.std ** 2, found, table, rows };
}

describe('encoders and least squares', () => {
  const cars = ['Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration', 'Year'];

  it('reach the known optimum of cars on the 392 rows without gaps', () => {
    const { n, mse } = solve('cars.json', 'Miles_per_Gallon', cars);
    expect(n).toBe(392);
    expect(mse).toBeCloseTo(11.619184, 6); // scikit-learn's LinearRegression
  });

  it('give coefficients of cars in the units of the data', () => {
    const { found } = solve('cars.json', 'Miles_per_Gallon', cars);
    // numpy.linalg.lstsq on the same rows, without any scaling
    const perUnit = [
      -0.341662831594, 0.007686957575, -0.000436715488, -0.006766589401, 0.088436292452, 0.730420633048,
    ];
    expect(found.outputs).toEqual(['Miles_per_Gallon']);
    expect(found.intercept[0]).toBeCloseTo(-1400.708101838, 6);
    expect(found.terms.map(({ name }) => name)).toEqual([...cars.slice(0, -1), 'Year in years']);
    for (const [i, term] of found.terms.entries()) expect(term.weights[0]).toBeCloseTo(perUnit[i]!, 8);
  });

  it('reach the known optimum of 200,000 flights', () => {
    const { n, mse } = solve('flights-200k.json', 'delay', ['distance', 'time']);
    expect(n).toBe(200_000);
    expect(mse).toBeCloseTo(1000.20391, 5); // scikit-learn's LinearRegression
  });

  it('use 342 penguins: a gap in a column that is not used does not cost a row', () => {
    const table = example('penguins.json');
    const measured = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
    expect(completeRows(table, [...measured, 'Species'])).toHaveLength(342);
    expect(completeRows(table, [...measured, 'Species', 'Sex']).length).toBeLessThan(342);
  });
});

describe('coefficients', () => {
  it('leave columns of 0 and 1 as they are and give constants no weight', () => {
    const rows = [
      { n: 1, c: 5, t: 'a' },
      { n: 3, c: 5, t: 'a' },
      { n: null, c: 5, t: 'b' },
    ];
    const encoder = fitEncoder(tableFrom(rows), { features: ['n', 'c', 't'] });
    const target = { task: 'multiclass', name: 'y', classes: ['k', 'l', 'm'] } as const;
    const weights = array(
      Float64Array.from({ length: 15 }, (_, i) => i + 1),
      { shape: [5, 3] },
    );
    const found = coefficients(encoder, target, weights, array([10, 20, 30], { dtype: 'float64' }));
    expect(found).toEqual({
      outputs: ['k', 'l', 'm'],
      intercept: [10 - 1 * 2, 20 - 2 * 2, 30 - 3 * 2],
      terms: [
        { name: 'n', weights: [1, 2, 3] },
        { name: 'n is missing', weights: [4, 5, 6] },
        { name: 'c', weights: [0, 0, 0] },
        { name: 't = a', weights: [10, 11, 12] },
        { name: 't = (other)', weights: [13, 14, 15] },
      ],
    });
    const binary = { task: 'binary', name: 'y', classes: ['no', 'yes'] } as const;
    const one = coefficients(encoder, binary, array([1, 2, 3, 4, 5]), array([0]));
    expect(one).toMatchObject({ outputs: ['yes'], intercept: [-2] });
  });

  it('do not accept weights of another encoder', () => {
    const encoder = fitEncoder(tableFrom([{ n: 1 }, { n: 2 }]), { features: ['n'] });
    const target = { task: 'regression', name: 'y', mean: 0, std: 1 } as const;
    expect(() => coefficients(encoder, target, array([1, 2]), array([0]))).toThrow('internal: weights [2]');
  });
});
