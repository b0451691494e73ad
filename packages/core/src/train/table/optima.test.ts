import { describe, expect, it } from 'vitest';
import type { TrainTableOptions } from './options.js';
import { example, MEASUREMENTS } from './testing/examples.js';
import { trainTable } from './train.js';

interface Problem {
  readonly file: string;
  readonly rows: number;
  /** Of Newton's method, with a gradient norm below 1e-9. */
  readonly optimum: number;
  readonly options: TrainTableOptions;
}

const PROBLEMS: readonly Problem[] = [
  {
    file: 'penguins.json',
    rows: 342,
    optimum: 0.139368,
    options: { target: 'Species', features: MEASUREMENTS, l2: 0.01 },
  },
  { file: 'iris.csv', rows: 150, optimum: 0.2436772, options: { target: 'species', l2: 0.01 } },
  {
    file: 'seattle-weather.csv',
    rows: 1461,
    optimum: 0.6419403,
    options: {
      target: 'weather',
      features: ['precipitation', 'temp_max', 'temp_min', 'wind'],
      l2: 1 / 1461,
    },
  },
  {
    file: 'cars.json',
    rows: 392,
    optimum: 11.619184,
    options: {
      target: 'Miles_per_Gallon',
      features: ['Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration', 'Year'],
      dates: 'year',
    },
  },
  { file: 'flights-200k.json', rows: 200_000, optimum: 1000.20391, options: { target: 'delay' } },
];

describe.each(PROBLEMS)('the linear model of $file in full batches', ({ file, rows, optimum, options }) => {
  const table = example(file);

  it.each([
    ['float64', 1e-6],
    ['float32', 1e-4],
  ] as const)('reaches the known optimum in %s', async (dtype, tolerance) => {
    const everything = { model: 'linear', batch: 'full', validation: 0, test: 0, missing: 'drop' } as const;
    const result = await trainTable(table, { ...everything, ...options, dtype }).result;
    expect(result.rows).toEqual({ train: rows });
    expect(Math.abs(result.objective / optimum - 1)).toBeLessThan(tolerance);
    expect(result.status).toBe('gradTol');
    expect(result.steps).toBeLessThan(1000);
  });
});
