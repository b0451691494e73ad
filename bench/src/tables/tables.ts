import { readFileSync } from 'node:fs';
import { random, type Table, tableFrom } from '@downslope/core';

/** A table of the ten, and what is to be predicted from it. */
export interface Case {
  readonly name: string;
  /** What kind of table it is. */
  readonly kind: string;
  readonly target: string;
  readonly exclude?: readonly string[];
  readonly table: () => Table;
}

type Cell = number | string | null;
type Row = Record<string, Cell>;

const data = (file: string): string =>
  readFileSync(new URL(`../../../examples/data/${file}`, import.meta.url), 'utf8');
const json = (file: string): Row[] => JSON.parse(data(file)) as Row[];

function csv(file: string): Row[] {
  const [head = '', ...lines] = data(file).trim().split('\n');
  const names = head.split(',');
  const cell = (text: string): Cell => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
  return lines.map((line) => Object.fromEntries(line.split(',').map((text, i) => [names[i]!, cell(text)])));
}

/** Rows that `make` draws, each from the numbers of one stream. */
const drawn = (
  name: string,
  count: number,
  make: (numbers: ReturnType<typeof random>, i: number) => Row,
): Table => {
  const numbers = random(1, name);
  return tableFrom(Array.from({ length: count }, (_, i) => make(numbers, i)));
};

type Numbers = ReturnType<typeof random>;

/** `x0`, `x1`, … */
const columns = (values: readonly Cell[]): Row =>
  Object.fromEntries(values.map((value, i) => [`x${i}`, value]));

const normals = (numbers: Numbers, count: number): number[] =>
  Array.from({ length: count }, () => numbers.normal());

/** J. H. Friedman's function of five features in [0, 1]: 1991, "Multivariate adaptive regression splines". */
const friedman = ([a, b, c, d, e]: readonly number[]): number =>
  10 * Math.sin(Math.PI * a! * b!) + 20 * (c! - 0.5) ** 2 + 10 * d! + 5 * e!;

/** True with the probability that a logit says. */
const tossed = (numbers: Numbers, logit: number): boolean => numbers.uniform() < 1 / (1 + Math.exp(-logit));

export const CASES: readonly Case[] = [
  {
    name: 'penguins',
    kind: 'real, three classes, gaps, numbers and words',
    target: 'Species',
    table: () => tableFrom(json('penguins.json')),
  },
  {
    name: 'cars',
    kind: 'real, a quantity, gaps, dates',
    target: 'Miles_per_Gallon',
    exclude: ['Name'],
    table: () => tableFrom(json('cars.json')),
  },
  {
    name: 'weather',
    kind: 'real, five classes, some rare, noisy',
    target: 'weather',
    exclude: ['date'],
    table: () => tableFrom(csv('seattle-weather.csv')),
  },
  {
    name: 'iris',
    kind: 'real, three classes, 150 rows',
    target: 'species',
    table: () => tableFrom(csv('iris.csv')),
  },
  {
    name: 'flights',
    kind: 'real, a quantity that is nearly all noise, heavy tails',
    target: 'delay',
    table: () => tableFrom(json('flights-200k.json').filter((_, i) => i % 40 === 0)),
  },
  {
    name: 'wide',
    kind: 'two classes, 250 rows of 120 features, five of which matter',
    target: 'y',
    table: () =>
      drawn('wide', 250, (numbers) => {
        const x = normals(numbers, 120);
        const logit = 2 * x[0]! - 2 * x[1]! + 1.5 * x[2]! + x[3]! - x[4]!;
        return { ...columns(x), y: tossed(numbers, 2 * logit) ? 'yes' : 'no' };
      }),
  },
  {
    name: 'tall',
    kind: 'a quantity, 12,000 rows of 5 features, curved',
    target: 'y',
    table: () =>
      drawn('tall', 12_000, (numbers) => {
        const x = Array.from({ length: 5 }, () => numbers.uniform());
        return { ...columns(x), y: friedman(x) + numbers.normal() };
      }),
  },
  {
    name: 'sparse',
    kind: 'two classes, 1,200 rows of 80 counts, mostly zeros, and a word of 20 levels',
    target: 'y',
    table: () =>
      drawn('sparse', 1200, (numbers) => {
        const x = Array.from({ length: 80 }, (_, i) =>
          numbers.uniform() < 0.6 / (1 + i / 8) ? Math.ceil(-2 * Math.log(1 - numbers.uniform())) : 0,
        );
        const word = Math.floor(20 * numbers.uniform());
        const logit = x.slice(0, 12).reduce((sum, value, i) => sum + (i % 2 ? -0.5 : 0.5) * value, 0);
        return { ...columns(x), word: `w${word}`, y: tossed(numbers, logit + (word % 5) - 2) ? 'yes' : 'no' };
      }),
  },
  {
    name: 'rare',
    kind: 'two classes, 3,000 rows, one in twenty the rare one',
    target: 'y',
    table: () =>
      drawn('rare', 3000, (numbers) => {
        const x = normals(numbers, 8);
        const logit = 1.5 * x[0]! + x[1]! * x[2]! - 4.2 + 0.8 * x[3]!;
        return { ...columns(x), y: tossed(numbers, logit) ? 'fraud' : 'fine' };
      }),
  },
  {
    name: 'gaps',
    kind: 'a quantity, 1,500 rows, a fifth of the cells missing, curved, noisy',
    target: 'y',
    table: () =>
      drawn('gaps', 1500, (numbers) => {
        const x = Array.from({ length: 8 }, () => numbers.uniform());
        const y = friedman(x) + 2 * numbers.normal();
        return { ...columns(x.map((value) => (numbers.uniform() < 0.2 ? null : value))), y };
      }),
  },
];
