import { expect, it } from 'vitest';
import { compact, count, counted, decimals, duration, range, short, significant } from './format.js';

it('writes numbers by their significant digits', () => {
  const cases = [
    0,
    0.139368,
    11.619184,
    1000.20391,
    1234567,
    1.075e9,
    -1.5e-7,
    -0.25,
    3e12,
    Number.NaN,
    -Infinity,
  ];
  expect(cases.map((value) => significant(value))).toEqual([
    '0',
    '0.1394',
    '11.62',
    '1,000',
    '1,234,567',
    '1,075,000,000',
    '−1.500e−7',
    '−0.2500',
    '3.000e12',
    'none',
    '−∞',
  ]);
  expect(significant(0.139368, 7)).toBe('0.1393680');
});

it('writes measures of about unit size by four decimals', () => {
  expect([1, 0.97143, -0.5, -1e-9, 1e5].map(decimals)).toEqual([
    '1.0000',
    '0.9714',
    '−0.5000',
    '0.0000',
    '100,000',
  ]);
});

it('writes numbers without zeros at their end', () => {
  expect([1.5, 3000, 2, 0.25, 1e-7, 1.5e-7].map(short)).toEqual([
    '1.5',
    '3,000',
    '2',
    '0.25',
    '1e−7',
    '1.5e−7',
  ]);
});

it('writes ranges, and years without separators', () => {
  expect([range(1900, 2023), range(0, 2023), range(1900.5, 4000), range(-1e6, 1e-7)]).toEqual([
    '1900 to 2023',
    '0 to 2,023',
    '1,901 to 4,000',
    '−1,000,000 to 1e−7',
  ]);
});

it('writes counts with their thing', () => {
  expect([count(1e6), counted(1, 'row'), counted(0, 'row'), counted(2000, 'row')]).toEqual([
    '1,000,000',
    '1 row',
    '0 rows',
    '2,000 rows',
  ]);
});

it('writes durations', () => {
  expect([0.0123, 0.3, 9.94, 42.4, 59.6, 125, 3725].map(duration)).toEqual([
    '13 ms',
    '0.3 s',
    '9.9 s',
    '42 s',
    '1 min 00 s',
    '2 min 05 s',
    '1 h 02 min',
  ]);
});

it('writes rates', () => {
  expect([0, 950, 1200, 34_000, 3.4e6, 2e12].map(compact)).toEqual([
    '0',
    '950',
    '1.2k',
    '34k',
    '3.4M',
    '2000G',
  ]);
});
