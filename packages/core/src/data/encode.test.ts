import { describe, expect, it } from 'vitest';
import { describeEncoder, type Encoder, encode, encodedNames, fitEncoder } from './encode.js';
import { readEncoder } from './encoder-json.js';
import { tableFrom } from './rows.js';
import { allRows, takeRows } from './table.js';

const day = (n: number) => new Date(n * 86_400_000);
const rowsOfMatrix = (encoder: Encoder, rows: Record<string, unknown>[]) => {
  const { data, shape } = encode(encoder, tableFrom(rows), { dtype: 'float64' });
  return Array.from({ length: shape[0]! }, (_, i) => [...data.subarray(i * shape[1]!, (i + 1) * shape[1]!)]);
};
const fitOn = (rows: Record<string, unknown>[], options: Partial<Parameters<typeof fitEncoder>[1]> = {}) => {
  const table = tableFrom(rows);
  return fitEncoder(table, { features: table.columns.map(({ name }) => name), ...options });
};

describe('numbers', () => {
  it('have mean 0 and population standard deviation 1 in training', () => {
    const rows = [2, 4, 4, 4, 5, 5, 7, 9].map((x) => ({ x })); // mean 5, standard deviation 2
    expect(rowsOfMatrix(fitOn(rows), rows).flat()).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]);
  });

  it('are learned from the training rows alone', () => {
    const rows = [{ x: 0 }, { x: 2 }, { x: 1000 }, { x: null }];
    const encoder = fitOn(rows, { rows: Int32Array.of(0, 1) });
    expect(encoder.features).toEqual([
      { kind: 'number', name: 'x', mean: 1, std: 1, fill: 1, indicator: false },
    ]);
    expect(rowsOfMatrix(encoder, rows)).toEqual([[-1], [1], [999], [0]]);
  });

  it('become the mean where missing or infinite, and a column marks them', () => {
    const rows = [{ x: 1 }, { x: 3 }, { x: null }, { x: -Infinity }];
    const encoder = fitOn(rows);
    expect(encodedNames(encoder)).toEqual(['x', 'x is missing']);
    expect(rowsOfMatrix(encoder, rows)).toEqual([
      [-1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  it('become the median where they are skewed', () => {
    const encoder = fitOn([1, 1, 2, 3, 3, 100, null].map((x) => ({ x })));
    expect(encoder.features).toMatchObject([{ fill: 2.5, indicator: true }]);
  });

  it('that were constant in training, or absent, encode as 0 whatever they are later', () => {
    expect(rowsOfMatrix(fitOn([{ x: 0.1 }, { x: 0.1 }]), [{ x: 0.1 }, { x: 5 }])).toEqual([[0], [0]]);
    const absent = fitOn([{ x: null }, { x: Number.NaN }]);
    expect(rowsOfMatrix(absent, [{ x: 7 }, { x: null }])).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });
});

describe('booleans', () => {
  it('are 0 and 1, standardised; the more frequent fills gaps', () => {
    const rows = [{ x: true }, { x: true }, { x: true }, { x: false }, { x: null }];
    const [a, b] = [expect.closeTo(1 / Math.sqrt(3), 14), expect.closeTo(-Math.sqrt(3), 14)];
    expect(rowsOfMatrix(fitOn(rows), rows)).toEqual([
      [a, 0],
      [a, 0],
      [a, 0],
      [b, 0],
      [a, 1],
    ]);
  });
});

describe('dates', () => {
  it('are days since the first in training', () => {
    const rows = [{ x: day(10) }, { x: day(14) }, { x: null }];
    const encoder = fitOn(rows);
    expect(encoder.features).toMatchObject([{ unit: 'days', origin: 10 * 86_400_000, mean: 2, std: 2 }]);
    expect(encodedNames(encoder)).toEqual(['x in days', 'x is missing']);
    expect(rowsOfMatrix(encoder, [{ x: day(16) }, { x: null }])).toEqual([
      [2, 0],
      [0, 1],
    ]);
  });

  it('are calendar years when asked', () => {
    const rows = [{ x: '1970-01-01' }, { x: '1972-12-31' }];
    const encoder = fitOn(rows, { dates: 'year' });
    expect(encoder.features).toMatchObject([{ kind: 'date', unit: 'year', mean: 1971, std: 1 }]);
    expect(encodedNames(encoder)).toEqual(['x in years']);
    expect(rowsOfMatrix(encoder, [...rows, { x: '1974-06-01' }])).toEqual([[-1], [1], [3]]);
  });
});

describe('text', () => {
  it('has a column for each level, in order', () => {
    const rows = [{ x: 'b' }, { x: 'a' }, { x: 'b' }, { x: 'a' }];
    const encoder = fitOn(rows);
    expect(encodedNames(encoder)).toEqual(['x = a', 'x = b']);
    expect(rowsOfMatrix(encoder, [{ x: 'a' }, { x: 'b' }, { x: 'unseen' }, { x: null }])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 0], // as frequent as b, and before it
    ]);
  });

  it('pools rare levels, and later unseen ones with them', () => {
    const rows = ['a', 'a', 'b', 'c', 'a', null].map((x) => ({ x }));
    const encoder = fitOn(rows);
    expect(encodedNames(encoder)).toEqual(['x = a', 'x = (other)', 'x is missing']);
    expect(encoder.features).toMatchObject([{ pooled: 2, fill: 'a' }]);
    expect(rowsOfMatrix(encoder, [{ x: 'a' }, { x: 'c' }, { x: 'unseen' }, { x: null }])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 1],
    ]);
  });

  it('keeps every level of ten rows, up to 1,000, and of rarer ones 50', () => {
    const rows = (count: number, levels: number) =>
      Array.from({ length: count }, (_, i) => ({ x: `level ${(i * 7) % levels}` }));
    expect(encodedNames(fitOn(rows(2000, 200)))).toHaveLength(200);
    expect(encodedNames(fitOn(rows(12_000, 1200)))).toHaveLength(1001);
    const encoder = fitOn(rows(1800, 200));
    expect(encodedNames(encoder)).toHaveLength(51);
    expect(describeEncoder(encoder)).toEqual(['"x": its rare levels (150 of 200) are one column, (other)']);
  });

  it('asks for more rows of a level where there are many rows', () => {
    const rows = (count: number, rare: number) =>
      Array.from({ length: count }, (_, i) => ({ x: i < rare ? 'rare' : i % 2 ? 'a' : 'b' }));
    const pooled = (count: number, rare: number) =>
      (fitOn(rows(count, rare)).features[0] as { pooled: number }).pooled;
    expect([
      pooled(100, 1),
      pooled(100, 2),
      pooled(1000, 4),
      pooled(1000, 5),
      pooled(9000, 9),
      pooled(9000, 10),
    ]).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('where every level is rare has nothing but the pool', () => {
    const encoder = fitOn([{ x: 'a' }, { x: 'b' }, { x: null }]);
    expect(encoder.features).toMatchObject([{ levels: [], pooled: 2, fill: null }]);
    expect(rowsOfMatrix(encoder, [{ x: 'a' }, { x: null }])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});

describe('encode', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => ({
    n: i % 7 === 0 ? null : Math.sin(i),
    t: ['a', 'b', 'c', null][i % 4],
    b: i % 3 === 0,
    d: day(i % 11),
  }));
  const table = tableFrom(rows);
  const encoder = fitEncoder(table, { features: ['t', 'n', 'd', 'b'] });

  it('gives the same rows whether in one piece or alone, whatever the order and company of columns', () => {
    const all = encode(encoder, table, { dtype: 'float64' });
    const width = encodedNames(encoder).length;
    expect(all.shape).toEqual([3000, width]);
    const turned = { ...table, columns: [...table.columns].reverse() };
    for (const row of [0, 3, 1023, 1024, 2999]) {
      const one = encode(encoder, turned, { rows: Int32Array.of(row), dtype: 'float64' });
      expect(one.data).toEqual(all.data.subarray(row * width, (row + 1) * width));
    }
    const taken = encode(encoder, takeRows(table, Int32Array.of(5, 4)), { dtype: 'float64' });
    expect(taken.data.subarray(width)).toEqual(all.data.subarray(4 * width, 5 * width));
  });

  it('rounds to float32 once, at the end', () => {
    const exact = encode(encoder, table, { dtype: 'float64' });
    const rounded = encode(encoder, table, { dtype: 'float32' });
    expect(rounded.dtype).toBe('float32');
    expect(rounded.data).toEqual(Float32Array.from(exact.data));
  });

  it('standardises the columns of the training rows', () => {
    const { data, shape } = encode(encoder, table, { dtype: 'float64' });
    const names = encodedNames(encoder);
    for (const name of ['n', 'd in days', 'b']) {
      const values = [...allRows(3000)].filter((row) => name !== 'n' || rows[row]!.n !== null);
      const column = values.map((row) => data[row * shape[1]! + names.indexOf(name)]!);
      expect(column.reduce((sum, z) => sum + z, 0) / column.length).toBeCloseTo(0, 12);
      expect(column.reduce((sum, z) => sum + z * z, 0) / column.length).toBeCloseTo(1, 12);
    }
  });

  it('reads columns of another kind as the one it knows', () => {
    const { data } = encode(fitOn([{ x: 1 }, { x: 3 }]), tableFrom([{ x: '5' }, { x: '007' }]), {
      dtype: 'float64',
    });
    expect([...data]).toEqual([3, 5]);
  });

  it('names the feature that is lacking, and the cell that makes no sense', () => {
    const numbers = fitOn([{ size: 1 }, { size: 3 }]);
    expect(() => encode(numbers, tableFrom([{ sise: 1 }]), { dtype: 'float32' })).toThrow(
      'the table lacks the feature "size"; did you mean "sise"?',
    );
    expect(() => encode(numbers, tableFrom([{ size: 2 }, { size: 'big' }]), { dtype: 'float32' })).toThrow(
      'column "size" must hold a number in each row; row 2 holds "big"',
    );
    expect(() => encode(numbers, tableFrom([{ size: day(1) }]), { dtype: 'float32' })).toThrow(
      'row 1 holds 1970-01-02',
    );
  });

  it('survives being stored as JSON', () => {
    const again = readEncoder(JSON.parse(JSON.stringify(encoder)));
    expect(again).toEqual(encoder);
    expect(encode(again, table, { dtype: 'float64' }).data).toEqual(
      encode(encoder, table, { dtype: 'float64' }).data,
    );
  });

  it('says what it does to gaps', () => {
    expect(describeEncoder(encoder)).toEqual([
      '"t": missing values become the most frequent text, "a", and a column marks them',
      expect.stringMatching(/^"n": missing values become the mean, -?0\.00\d+, and a column marks them$/),
    ]);
  });
});

describe('readEncoder refuses', () => {
  const good = JSON.parse(
    JSON.stringify(
      fitOn([
        { n: 1, t: 'a', d: day(0) },
        { n: 2, t: 'a', d: day(1) },
      ]),
    ),
  );
  it.each([
    [null, 'encoder must be an object, got null'],
    [{}, 'encoder.features must be a list, got nothing'],
    [
      { features: [{ ...good.features[0], kind: 'colour' }] },
      'encoder.features[0].kind must be one of number,',
    ],
    [
      { features: [{ ...good.features[0], std: -1 }] },
      'encoder.features[0].std must be a number of at least 0, got -1',
    ],
    [
      { features: [{ ...good.features[0], mean: null }] },
      'encoder.features[0].mean must be a number, got null',
    ],
    [
      { features: [good.features[0], { ...good.features[1], levels: [1] }] },
      'encoder.features[1].levels[0] must be text',
    ],
    [
      { features: [{ ...good.features[1], fill: 'zebra' }] },
      'encoder.features[0].fill must be one of a, got "zebra"',
    ],
    [
      { features: [{ ...good.features[2], unit: 'weeks' }] },
      'encoder.features[0].unit must be one of days, year',
    ],
    [
      { features: [{ ...good.features[2], indicator: 0 }] },
      'encoder.features[0].indicator must be true or false, got 0',
    ],
  ])('%j', (json, message) => {
    expect(() => readEncoder(json)).toThrow(message);
  });
});
