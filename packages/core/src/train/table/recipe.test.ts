import { describe, expect, it } from 'vitest';
import { type TrainTableOptions, tableSettings } from './options.js';
import { type Facts, recipeFor } from './recipe.js';

const small: Facts = { model: 'linear', rows: 342, width: 4, outputs: 3, classes: true, curvature: 0.5 };
const mlp: Facts = { ...small, model: 'mlp' };
const recipe = (facts: Facts, options: Partial<TrainTableOptions> = {}) =>
  recipeFor(facts, tableSettings({ target: 'y', ...options }));

/** Its λmax is 4, so that 1/L is 1/(4·curvature). */
const smoothness = (curvature: number): number => 4 * curvature;
const rates = (made: ReturnType<typeof recipe>, ...steps: number[]) => {
  const { lr } = made.make({ smoothness, lr: made.lr as number }).hyper as {
    lr: number | ((step: number) => number);
  };
  return steps.map((step) => (typeof lr === 'number' ? lr : lr(step)));
};

describe('the recipe of a linear model', () => {
  it('is Nesterov’s method at 1/L in full batches where that is affordable', () => {
    const made = recipe(small);
    expect(made).toMatchObject({
      batch: 'full',
      optimizer: 'nesterov',
      epochs: 100_000,
      gradTol: 1e-5,
      l2: 1 / 342,
    });
    expect(recipe({ ...small, classes: false }).l2).toBe(0);
    expect(recipe(small, { l2: 0 }).l2).toBe(0);
    expect(rates(made, 0, 9)).toEqual([0.5, 0.5]);
    expect(recipe(small, { dtype: 'float64' }).gradTol).toBe(1e-8);
  });

  it('may take fewer steps where each costs more, unless full batches are asked for', () => {
    const large = { ...small, rows: 1_000_000, width: 8, outputs: 1 };
    expect(recipe(large)).toMatchObject({ batch: 'full', epochs: 2223 });
    expect(recipe(large, { batch: 'full' }).epochs).toBe(100_000);
  });

  it('is Adam in batches where the table is larger', () => {
    expect(recipe({ ...small, rows: 10_000_000 })).toMatchObject({
      batch: 1024,
      optimizer: 'adam',
      gradTol: 0,
    });
  });

  it.each([{ epochs: 3 }, { optimizer: 'sgd' }, { lr: 0.1 }, { schedule: 'cosine' }])(
    'has batches where %o is asked for',
    (options) => {
      expect(recipe(small, options).batch).toBe(16);
    },
  );

  it('takes gradient descent at 1/L too, and every rate that is named', () => {
    expect(rates(recipe(small, { batch: 'full', optimizer: 'SGD' }), 0)).toEqual([0.5]);
    expect(rates(recipe(small, { batch: 'full', lr: 0.25 }), 0)).toEqual([0.25]);
  });
});

it('has its rate looked for where there is no better way, and where that is asked for', () => {
  const wanted = (facts: Facts, options: Partial<TrainTableOptions> = {}) => recipe(facts, options).lr;
  expect([wanted(mlp), wanted(mlp, { optimizer: 'sgd' }), wanted(small, { optimizer: 'sgd' })]).toEqual(
    Array(3).fill('auto'),
  );
  expect(wanted(small, { batch: 'full', optimizer: 'adam' })).toBe('auto');
  expect([wanted(small), wanted(small, { lr: 'auto' })]).toEqual([undefined, undefined]);
  expect(recipe(small, { lr: 'auto' }).batch).toBe('full');
  expect([wanted(mlp, { optimizer: 'prodigy' }), wanted(mlp, { lr: 0.3 })]).toEqual([1, 0.3]);
});

describe('the recipe of an mlp', () => {
  it('is Adam in batches by the number of rows, a power of two', () => {
    const batches = [20, 2000, 5000, 40_000, 1e6].map((rows) => recipe({ ...mlp, rows }).batch);
    expect(batches).toEqual([16, 16, 64, 512, 1024]);
    expect(recipe(mlp)).toMatchObject({
      optimizer: 'adam',
      gradTol: 0,
      l2: 0.001,
      epochs: 200,
      patience: 20,
    });
  });

  it('lays a schedule over all its steps', () => {
    const made = recipe(mlp, { schedule: 'cosine', lr: 0.2, epochs: 10, batch: 100 });
    expect(rates(made, 0, 20, 40)).toEqual([0.2, expect.closeTo(0.1, 12), 0]);
  });

  it('goes less often through more rows', () => {
    expect([5e5, 1e6, 1e7].map((rows) => recipe({ ...mlp, rows }).epochs)).toEqual([100, 50, 10]);
  });

  it('never stops early at patience 0', () => {
    expect(recipe(mlp, { patience: 0 }).patience).toBeUndefined();
  });
});
