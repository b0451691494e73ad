import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Column, cell, column, type Table, tableFrom } from '@downslope/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTable } from './tables.js';
import { writeTable } from './write.js';

const examples = fileURLToPath(new URL('../../../../examples/data/', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'downslope-tables-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Lays a file into the folder and gives its path. */
function lay(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const cellsOf = (from: Column): unknown[] => {
  const length = from.kind === 'text' ? from.codes.length : from.values.length;
  return Array.from({ length }, (_, row) => cell(from, row));
};

const contentOf = (table: Table): Record<string, unknown[]> =>
  Object.fromEntries(table.columns.map((each) => [each.name, cellsOf(each)]));

const kindsOf = (table: Table): Record<string, string> =>
  Object.fromEntries(table.columns.map((each) => [each.name, each.kind]));

const failure = async (reading: Promise<Table>): Promise<string> => {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toHaveProperty('name', 'DownslopeError');
  return (error as Error).message;
};

const MIXED = 'size,city,open,since\n1.5,Bergen,true,2020-01-31\n,Oslo,false,2021-02-28\n-2,NA,,\n';
const MIXED_CELLS = {
  size: [1.5, null, -2],
  city: ['Bergen', 'Oslo', null],
  open: [true, false, null],
  since: [new Date('2020-01-31'), new Date('2021-02-28'), null],
};

describe('the formats', () => {
  it('reads CSV into numbers, text, booleans and dates, with missing cells', async () => {
    const table = await readTable(lay('mixed.csv', MIXED));
    expect(contentOf(table)).toEqual(MIXED_CELLS);
    expect(kindsOf(table)).toEqual({ size: 'number', city: 'text', open: 'boolean', since: 'date' });
  });

  it('reads true and false as booleans, and keeps other words as they are written', async () => {
    const table = await readTable(lay('words.csv', 'a,b,c\nTRUE,yes,t\nfalse,no,f\nNA,yes,\n'));
    expect(contentOf(table)).toEqual({
      a: [true, false, null],
      b: ['yes', 'no', 'yes'],
      c: ['t', 'f', null],
    });
  });

  it('takes infinity for a number, also where a column begins with it', async () => {
    const table = await readTable(
      lay('inf.csv', 'a,b,c,d\ninf,Infinity,epoch,2024-01-31\n1,-inf,x,2024-02-29\n'),
    );
    expect(contentOf(table)).toEqual({
      a: [Infinity, 1],
      b: [Infinity, -Infinity],
      c: ['epoch', 'x'],
      d: ['2024-01-31', '2024-02-29'],
    });
  });

  it('reads decimal commas where something else parts the cells, and says so', async () => {
    const table = await readTable(lay('comma.csv', 'size;name\n1,5;"a, b"\n-2,25;c\n3;d\n'));
    expect(contentOf(table)).toEqual({ size: [1.5, -2.25, 3], name: ['a, b', 'c', 'd'] });
    expect(table.notes).toEqual([
      expect.stringMatching(/comma\.csv has decimal commas: 1,5 is read as 1\.5$/),
    ]);
    const points = await readTable(lay('points.csv', 'size;name\n1.5;1,5\n2.5;2,5\n'));
    expect(contentOf(points)).toEqual({ size: [1.5, 2.5], name: ['1,5', '2,5'] });
  });

  it('reads tabs, semicolons, carriage returns and a byte order mark', async () => {
    const tabs = lay('tabs.tsv', MIXED.replaceAll(',', '\t'));
    const windows = lay('windows.csv', `\ufeff${MIXED.replaceAll(',', ';').replaceAll('\n', '\r\n')}`);
    expect(contentOf(await readTable(tabs))).toEqual(MIXED_CELLS);
    expect(contentOf(await readTable(windows))).toEqual(MIXED_CELLS);
  });

  it('reads lines that end in more than one way, and still finds what is wrong with one', async () => {
    const windows = 'a,b\r\n1,x\r\n2,y\r\n';
    expect(contentOf(await readTable(lay('ends.csv', `${windows}\n\n`)))).toEqual({
      a: [1, 2],
      b: ['x', 'y'],
    });
    const uneven = lay('uneven-ends.csv', `${windows}3,z,4\r\n5,v\r\n6,w\r\n\n\n`);
    expect(await failure(readTable(uneven))).toContain('line 4 has 3 cells');
  });

  it('reads JSON and JSON lines, where fields may be lacking', async () => {
    const rows = [{ x: 1, name: 'a' }, { x: 2.5, on: true }, { name: null }];
    const expected = { x: [1, 2.5, null], name: ['a', null, null], on: [null, true, null] };
    const array = lay('rows.json', JSON.stringify(rows));
    const lines = lay('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(contentOf(await readTable(array))).toEqual(expected);
    expect(contentOf(await readTable(lines))).toEqual(expected);
  });

  it('reads wide and sparse JSON as columns, not as one map', async () => {
    const rows = Array.from({ length: 220 }, (_, i) => ({ id: i, [`f${i}`]: i }));
    const table = await readTable(lay('sparse.json', JSON.stringify(rows)));
    expect(table.columns).toHaveLength(221);
  });

  it('reads Parquet, and any format compressed by gzip', async () => {
    const path = join(folder, 'mixed.parquet');
    await writeTable(path, await readTable(lay('mixed.csv', MIXED)));
    expect(contentOf(await readTable(path))).toEqual(MIXED_CELLS);
    const packed = lay('mixed.parquet.gz', gzipSync(readFileSync(path)));
    expect(contentOf(await readTable(packed))).toEqual(MIXED_CELLS);
    expect(contentOf(await readTable(lay('mixed.csv.gz', gzipSync(MIXED))))).toEqual(MIXED_CELLS);
    expect(contentOf(await readTable(lay('one.json.gz', gzipSync('[{"x":3}]'))))).toEqual({ x: [3] });
  });

  it('goes by the first bytes where the name says nothing', async () => {
    expect(contentOf(await readTable(lay('plain', '[{"x":1}]')))).toEqual({ x: [1] });
    expect(contentOf(await readTable(lay('listing.data', 'x,y\n1,2\n')))).toEqual({ x: [1], y: [2] });
  });

  it('reads the files of a glob in order, matching columns by name', async () => {
    mkdirSync(join(folder, 'parts'));
    lay('parts/1.csv', 'a,b\n1,x\n2,y\n');
    lay('parts/2.csv', 'b,a\nz,3\n');
    const table = await readTable(join(folder, 'parts/*.csv'));
    expect(contentOf(table)).toEqual({ a: [1, 2, 3], b: ['x', 'y', 'z'] });
  });

  it('takes a name that looks like a glob literally when there is such a file', async () => {
    expect(contentOf(await readTable(lay('[a]*.csv', 'x,y\n1,2\n')))).toEqual({ x: [1], y: [2] });
  });

  it('runs a query over files, and over the rows of a source', async () => {
    const path = lay('numbers.csv', 'x,y\n3,a\n1,b\n2,NA\n');
    const own = await readTable(undefined, { sql: `select x from '${path}' order by x; -- done` });
    expect(contentOf(own)).toEqual({ x: [1, 2, 3] });
    const data = await readTable(path, { sql: 'select x, y from data where x > 1' });
    expect(contentOf(data)).toEqual({ x: [3, 2], y: ['a', null] });
  });

  it('reads the data sets of the examples', async () => {
    const penguins = await readTable(join(examples, 'penguins.json'));
    expect([penguins.rows, penguins.columns.length]).toEqual([344, 7]);
    const cars = await readTable(join(examples, 'cars.json'));
    expect(kindsOf(cars)).toMatchObject({ Year: 'date', Miles_per_Gallon: 'number', Origin: 'text' });
  });
});

describe('the columns', () => {
  it('marks whole numbers', async () => {
    const table = await readTable(lay('whole.csv', 'a,b\n1,1\n,2.5\n'));
    expect(table.columns.map((each) => each.kind === 'number' && each.integer)).toEqual([true, false]);
  });

  it('does not round a fraction that follows a long run of whole numbers', async () => {
    const rows = 30_000;
    const csv = lay('fraction.csv', `a,b\n${'1,2\n'.repeat(rows)}1.5,3\n`);
    const json = lay('fraction.jsonl', `${'{"a":1}\n'.repeat(rows)}{"a":1.5}\n`);
    for (const path of [csv, json]) {
      const values = column(await readTable(path), 'a');
      expect(cell(values, rows)).toBe(1.5);
    }
  });

  it('keeps the order of the rows over many chunks and threads', async () => {
    const rows = 200_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 7 === 0 ? '' : `level ${i % 5}`}`);
    const table = await readTable(lay('long.csv', `i,text\n${lines.join('\n')}\n`));
    const [index, text] = table.columns;
    const wrong = Array.from({ length: rows }, (_, i) => i).filter(
      (i) => cell(index!, i) !== i || cell(text!, i) !== (i % 7 === 0 ? null : `level ${i % 5}`),
    );
    expect(wrong).toEqual([]);
    expect(text).toHaveProperty('levels', ['level 1', 'level 2', 'level 3', 'level 4', 'level 0']);
  });

  it('reads a column that is empty in the sample as the numbers that follow', async () => {
    const path = lay('late-numbers.csv', `a,b\n${'1,\n'.repeat(21_000)}2,3.5\n`);
    expect(cell(column(await readTable(path), 'b'), 21_000)).toBe(3.5);
  });

  it('keeps the text that makes text of a column of numbers, also when it comes after the sample', async () => {
    const early = lay('stray.csv', 'x,price\n1,10\n2,20\n3,call us\n4,40\n');
    expect(contentOf(await readTable(early))).toMatchObject({ price: ['10', '20', 'call us', '40'] });
    const late = lay('late-stray.csv', `x,y\n${'1,2\n'.repeat(25_000)}1,oops\n`);
    expect(column(await readTable(late), 'y')).toMatchObject({ kind: 'text', levels: ['2', 'oops'] });
  });

  it('takes a few words among many numbers for missing, says so, and keeps them in the target', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => `${i / 7},1`).join('\n');
    const path = lay('few-words.csv', `a,b\n${numbers}\nn.a.,2\n3,2\nn.a.,oops\nunknown,1\n`);
    const table = await readTable(path);
    expect(kindsOf(table)).toMatchObject({ a: 'number' });
    expect(cellsOf(column(table, 'a')).slice(-4)).toEqual([null, 3, null, null]);
    expect(table.notes).toContain('"a": "n.a." in 2 rows, "unknown" in 1 row count as missing');
    expect(column(await readTable(path, { target: 'a' }), 'a').kind).toBe('text');
    const words = lay('more-words.csv', `a,b\n${numbers}\nq,1\nr,1\ns,1\nt,1\n`);
    expect(column(await readTable(words), 'a').kind).toBe('text');
  });

  it('reads groups of digits, units and per cent where a whole column has them, and says so', async () => {
    const table = await readTable(lay('people.csv', 'a,b\n"$1,234.50",12.5%\n$7,3%\n'));
    expect(contentOf(table)).toEqual({ a: [1234.5, 7], b: [12.5, 3] });
    expect(table.notes).toEqual(['"a": "$1,234.50" is read as 1234.5', '"b": "12.5%" is read as 12.5']);
    const comma = await readTable(lay('thousands.csv', 'a;b\n1.234,56;x\n12,5;y\n'));
    expect(contentOf(comma)).toEqual({ a: [1234.56, 12.5], b: ['x', 'y'] });
  });

  it('keeps numbers that a typed format calls text, and reads them where words say "missing"', async () => {
    const codes = lay('codes.json', '[{"zip":"02139"},{"zip":"10001"}]');
    expect(contentOf(await readTable(codes))).toEqual({ zip: ['02139', '10001'] });
    const mixed = lay('mixed-types.json', '[{"x":1},{"x":"NA"},{"x":2.5}]');
    expect(contentOf(await readTable(mixed))).toEqual({ x: [1, null, 2.5] });
  });

  it('reads nan and inf', async () => {
    const path = lay('odd.csv', 'x\n1\nnan\ninf\n-inf\n');
    expect(contentOf(await readTable(path))).toEqual({ x: [1, null, Infinity, -Infinity] });
  });

  it('reads a column without a value', async () => {
    const table = await readTable(lay('void.csv', 'a,b\n1,\n2,NA\n'));
    expect(contentOf(table)).toEqual({ a: [1, 2], b: [null, null] });
  });

  it('turns lists and objects into text', async () => {
    const path = lay('nested.json', '[{"o":{"k":1},"l":[1,2]}]');
    expect(contentOf(await readTable(path))).toEqual({ o: ["{'k': 1}"], l: ['[1, 2]'] });
  });

  it('says how it handles columns of one name, a missing header, skipped lines and Latin-1', async () => {
    const twice = await readTable(lay('twice.csv', 'a,a,b\n1,2,3\n'));
    expect(contentOf(twice)).toEqual({ a: [1], 'a (2)': [2], b: [3] });
    expect(twice.notes?.[0]).toContain('"a (2)"');
    const bare = await readTable(lay('bare.csv', '1,2\n3,4\n'));
    expect(bare.notes).toEqual(['no header line was found: the columns are called column0, column1, …']);
    const preamble = await readTable(lay('preamble.csv', '# made by hand\na,b\n1,2\n'));
    expect(preamble.notes).toEqual(['the first line is skipped: not of the same form as the table below']);
    const latin = await readTable(lay('latin.csv', Buffer.from('name,v\nMüller,2\n', 'latin1')));
    expect(contentOf(latin)).toEqual({ name: ['Müller'], v: [2] });
    expect(latin.notes?.[0]).toMatch(/is not UTF-8: it is read as Latin-1$/);
  });
});

describe('what cannot be read', () => {
  it('suggests the nearest name for a file that is not there', async () => {
    lay('houses.csv', 'a\n1\n');
    expect(await failure(readTable(join(folder, 'huoses.csv')))).toMatch(/did you mean houses\.csv\?$/);
    expect(await failure(readTable(join(folder, 'nowhere/x.csv')))).toContain('there is no folder');
    expect(await failure(readTable(join(folder, '*.xyz')))).toContain('no file matches');
    expect(await failure(readTable('https://example.org/x.csv'))).toContain('download it first');
  });

  it('says that a file is empty, blank, binary, a folder or only a header', async () => {
    expect(await failure(readTable(lay('empty.csv', '')))).toMatch(/empty\.csv is empty$/);
    expect(await failure(readTable(lay('blank.csv', '\n \n')))).toContain('nothing but blanks');
    expect(await failure(readTable(lay('image.csv', Uint8Array.of(137, 80, 78, 71, 0, 1))))).toContain(
      'binary',
    );
    expect(await failure(readTable(lay('book.xlsx', 'PK\u0003\u0004')))).toContain('Excel');
    expect(await failure(readTable(lay('not.parquet', 'a,b\n1,2\n')))).toContain('is not a Parquet file');
    expect(await failure(readTable(folder))).toContain('is a folder');
    expect(await failure(readTable(lay('header.csv', 'a,b\n')))).toContain(
      'has no rows, only the columns a, b',
    );
  });

  it('names the line where rows differ, and gives the sentence of DuckDB without its remedies', async () => {
    const ragged = lay('ragged.csv', `a,b\n${'1,2\n'.repeat(25_000)}1,2,3\n`);
    expect(await failure(readTable(ragged))).toMatch(/line 25002 has 3 cells, the first line has 2; mend it/);
    const broken = lay('broken.json', '{"a":1}\n{"a":');
    expect(await failure(readTable(broken))).toMatch(/Malformed JSON .* unexpected end of data\.$/);
  });

  it('names the lines that have more or fewer cells than the first, whatever DuckDB makes of the table', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},basic,${i % 7},yes`);
    const rowsAround = (...lines: string[]) => ['id,plan,n,churn', ...rows, ...lines, ...rows, ''].join('\n');
    const said = async (text: string) => await failure(readTable(lay('uneven.csv', text)));
    expect(await said(['id,plan,n,churn', ...rows, '9,bas'].join('\n'))).toMatch(
      /uneven\.csv: line 102 has 2 cells, the first line has 4; mend it or take it out/,
    );
    expect(await said(rowsAround('1,a,b,2,no'))).toContain('line 102 has 5 cells');
    expect(await said(rowsAround('1,a,b,2,no').replaceAll(',', ';'))).toContain('line 102 has 5 cells');
    expect(await said(rowsAround('1,2', '1,a,b,2,3,no', '1', '1', '1'))).toMatch(
      /line 102 has 2 cells, line 103 has 6 cells, line 104 has 1 cell \(and 2 more lines differ\), the first line has 4; mend them/,
    );
    const packed = lay('uneven.csv.gz', gzipSync(rowsAround('1,2')));
    expect(await failure(readTable(packed))).toContain('line 102 has 2 cells');
  });

  it('says what is wrong with a query', async () => {
    expect(await failure(readTable(undefined, { sql: 'selec 1' }))).toBe(
      'the query: syntax error at or near "selec"',
    );
    const path = lay('q.csv', 'price,b\n1,2\n');
    expect(await failure(readTable(undefined, { sql: `select pric from '${path}'` }))).toBe(
      'the query: Referenced column "pric" not found in FROM clause! Candidate bindings: "price"',
    );
    expect(await failure(readTable(undefined))).toContain('needs a file, or a query');
  });
});

describe('writeTable', () => {
  const table = tableFrom([
    { x: 0.1 + 0.2, label: 'plain', on: true, at: new Date('2020-01-02T03:04:05Z') },
    { x: null, label: 'with "quotes", commas\nand lines', on: false, at: null },
    { x: -1e-300, label: null, on: null, at: new Date(0) },
  ]);

  it('writes CSV, JSON lines and Parquet that read back as they were', async () => {
    for (const name of ['out.csv', 'out.jsonl', 'out.parquet']) {
      const path = join(folder, name);
      await writeTable(path, table);
      expect(contentOf(await readTable(path)), name).toEqual(contentOf(table));
    }
  });

  it('refuses formats that it would not write', async () => {
    await expect(writeTable(join(folder, 'out.xlsx'), table)).rejects.toThrow('not as .xlsx');
  });
});
