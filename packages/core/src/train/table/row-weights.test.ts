import { describe, expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import type { ClassScores } from './scores.js';
import { trainTable } from './train.js';

const rows = Array.from({ length: 60 }, (_, i) => ({
  x: (i * 7) % 20,
  y: 3 * ((i * 7) % 20) + ((i * 13) % 11),
  times: i % 3,
  kind: i % 6 === 0 && i !== 30 ? 'rare' : ((i * 5) % 20) + ((i * 7) % 20) > 30 ? 'rare' : 'usual',
}));
const solve = { model: 'linear', validation: 0, test: 0, dtype: 'float64' } as const;
const weightsOf = async (
  table: typeof rows,
  options: Omit<Parameters<typeof trainTable>[1], 'validation'>,
) => {
  const { coefficients } = await trainTable(tableFrom(table), { ...solve, ...options }).result;
  return [coefficients!.intercept, coefficients!.terms.map(({ weights }) => weights)].flat(3);
};

const distance = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('rows that count more', () => {
  const features = ['x'];

  it('are as good as rows that stand there more often, also where the rate comes from the smoothness', async () => {
    const repeated = rows.flatMap((row) => Array.from({ length: row.times }, () => row));
    const [once, often] = await Promise.all([
      weightsOf(rows, { target: 'y', features, weight: 'times' }),
      weightsOf(repeated, { target: 'y', features }),
    ]);
    expect(distance(once, often)).toBeLessThan(0.5e-5);
  });

  it('may do so by their class, and a class that is not named counts once', async () => {
    const twice = rows.flatMap((row) => (row.kind === 'rare' ? [row, row] : [row]));
    const options = { target: 'kind', features, l2: 0.01 };
    const [once, often] = await Promise.all([
      weightsOf(rows, { ...options, classWeights: { rare: 2 } }),
      weightsOf(twice, options),
    ]);
    // The features are standardised by rows, and so is the penalty: only nearly the same.
    expect(distance(once, often)).toBeLessThan(0.5e-1);
  });

  it('balanced, find more of a rare class', async () => {
    const recall = async (classWeights?: 'balanced') => {
      const { metrics, classes } = await trainTable(tableFrom(rows), {
        ...solve,
        target: 'kind',
        features,
        ...(classWeights && { classWeights }),
      }).result;
      const rare = (metrics.train as ClassScores).confusion[classes!.indexOf('rare')]!;
      return rare[classes!.indexOf('rare')]! / rare.reduce((a, b) => a + b);
    };
    expect(await recall('balanced')).toBeGreaterThan((await recall()) + 0.2);
  });

  it('are no feature when a column says so', async () => {
    const { features } = await trainTable(tableFrom(rows), { ...solve, target: 'y', weight: 'times' }).result;
    expect(features).not.toContain('times');
  });

  it.each([
    [{ target: 'y', weight: 'kind' }, 'weight: column "kind" must hold numbers, but it holds text'],
    [{ target: 'y', weight: 'time' }, 'weight: no column "time"; did you mean "times"?'],
    [{ target: 'kind', classWeights: { rar: 2 } }, 'classWeights: no class "rar"; did you mean "rare"?'],
    [
      { target: 'y', classWeights: 'balanced' },
      'classWeights: they are for classes, and the target is a quantity',
    ],
    [{ target: 'y', labelSmoothing: 0.1 }, 'labelSmoothing: it is for classes, and the target is a quantity'],
    [
      { target: 'kind', classWeights: { rare: -1 } },
      "classWeights must be 'balanced' or a weight for each class",
    ],
  ] as const)('are refused where they make no sense: %o', async (options, message) => {
    await expect(trainTable(tableFrom(rows), options).result).rejects.toThrow(message);
  });
});
