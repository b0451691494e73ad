import { readFileSync } from 'node:fs';
import { tableFrom } from '../../../data/rows.js';
import type { Table } from '../../../data/table.js';

const textOf = (file: string): string =>
  readFileSync(new URL(`../../../../../../examples/data/${file}`, import.meta.url), 'utf8');

/** A table of `examples/data`; its CSV files hold neither quotes nor blank cells. */
export function example(file: string): Table {
  const text = textOf(file);
  if (file.endsWith('.json')) return tableFrom(JSON.parse(text));
  const [names = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  return tableFrom(rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [names[i]!, cell]))));
}

/** The four columns of numbers in `penguins.json`. */
export const MEASUREMENTS = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
