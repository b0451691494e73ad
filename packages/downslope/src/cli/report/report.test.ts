import { inspect, tableFrom } from '@downslope/core';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { coefficientLines } from './coefficients.js';
import { foundLines, tableLines } from './found.js';
import { confusionLines, scoreLines, scoreRows } from './scores.js';

const style = picocolors.createColors(false);

describe('what was found', () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    name: `penguin ${i}`,
    sort: 'bird',
    island: ['Dream', 'Biscoe', 'Torgersen'][i % 3],
    mass: i === 3 ? null : 3000 + 37.5 * ((i * 7) % 40),
    hatched: new Date(Date.UTC(2020, 0, 1 + ((i * 3) % 40))),
    species: i % 2 === 0 ? 'Adelie' : 'Gentoo',
  }));

  it('is told in aligned lines: target, features, what is left out and why', () => {
    const table = { ...tableFrom(rows), notes: ['two lines are skipped'] };
    const found = foundLines(inspect(tableFrom(rows), { target: 'species' }), style);
    expect(
      [...tableLines(table, 'penguins.json', style), ...found].join('\n'),
    ).toBe(`  table      penguins.json: 40 rows, 6 columns
             two lines are skipped
  target     species: binary, as it holds text
             Adelie: 20 · Gentoo: 20
  features   island    text     3 levels
             mass      number   3,000 to 4,463             1 missing
             hatched   date     2020-01-01 to 2020-02-09
  left out   name: it names the rows: no value occurs twice
             sort: all its values are the same`);
  });

  it('passes no control characters of names on to the terminal', () => {
    const odd = tableFrom(rows.map((row, i) => ({ y: i * 1.5, 'a\n\u001b[31m': i === 3 ? 1e9 : row.mass })));
    const lines = [
      ...tableLines({ ...odd, notes: ['\u001b[2J'] }, 'odd.csv', style),
      ...foundLines(inspect(odd, { target: 'y' }), style),
    ];
    expect(lines.join('')).toContain('a [31m: 1 value far');
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  });

  it('is cut where there are very many features, and names that share a reason share a line', () => {
    const wide = Array.from({ length: 30 }, (_, i) =>
      Object.fromEntries([
        ['y', i * 1.5],
        ...Array.from({ length: 50 }, (_, j) => [`f${j}`, Math.sin(i * (j + 1))]),
        ...Array.from({ length: 20 }, (_, j) => [`c${j}`, 1]),
      ]),
    );
    const text = foundLines(inspect(tableFrom(wide), { target: 'y' }), style).join('\n');
    expect(text).toContain('             and 30 more\n');
    expect(text).toContain('c10, c11 and 8 more: all its values are the same');
  });
});

describe('scores', () => {
  it('stand in a table, the baseline last', () => {
    const classes = { accuracy: 0.99, logLoss: 0.05, macroF1: 0.9, confusion: [] };
    const rows = scoreRows([
      { ...classes, auc: 0.999 },
      { ...classes, accuracy: 0.97143, auc: 0.998 },
      classes,
    ]);
    expect(scoreLines(['validation', 'test', 'baseline'], rows, style).join('\n')).toBe(
      `  scores                validation     test   baseline
             accuracy       0.9900   0.9714     0.9900
             log loss       0.0500   0.0500     0.0500
             AUC            0.9990   0.9980
             macro-F1       0.9000   0.9000     0.9000`,
    );
  });

  it('of quantities are in the units of the data', () => {
    expect(scoreRows([{ rmse: 12345.6, mae: 0.00012346, r2: -0.5 }])).toEqual([
      { measure: 'RMSE', values: ['12,346'] },
      { measure: 'MAE', values: ['0.0001235'] },
      { measure: 'R²', values: ['−0.5000'] },
    ]);
  });
});

describe('the confusion matrix', () => {
  it('has actual classes down and predicted classes across', () => {
    const lines = confusionLines(
      ['Adelie', 'Gentoo'],
      [
        [15, 1],
        [0, 12],
      ],
      'test rows',
      style,
    );
    expect(lines.join('\n')).toBe(`  confusion  actual \\ predicted   Adelie   Gentoo
             Adelie                   15        1
             Gentoo                    ·       12
             of the test rows`);
  });

  it('of many classes shows the pairs mistaken most often', () => {
    const classes = Array.from({ length: 20 }, (_, i) => `class ${i}`);
    const counts = classes.map((_, i) => classes.map((_, j) => (i === j ? 10 : i === 3 && j === 8 ? 4 : 0)));
    expect(confusionLines(classes, counts, 'test rows', style)).toEqual([
      '  confusion  class 3 taken for class 8   4',
      '             of the test rows',
    ]);
  });
});

describe('coefficients', () => {
  it('stand in the units of the data, a column for each output', () => {
    const lines = coefficientLines(
      {
        outputs: ['Adelie', 'Gentoo'],
        intercept: [12.25, -4],
        terms: [
          { name: 'mass', weights: [-0.00125, 0.25] },
          { name: 'island = Dream', weights: [1234.4, 0] },
        ],
      },
      style,
    );
    expect(lines.join('\n')).toBe(`  weights                        Adelie   Gentoo
             intercept            12.25   −4.000
             mass             −0.001250   0.2500
             island = Dream       1,234        0`);
  });
});
