import { describe, expect, it } from 'vitest';
import { numbersIn } from './numerals.js';

describe('numbersIn', () => {
  it('reads what programs write', () => {
    expect(numbersIn(['1', ' -2.5', '1e3', '.5', '007', '-inf'])).toEqual({
      numbers: [1, -2.5, 1000, 0.5, 7, -Infinity],
    });
  });

  it('reads groups of three digits, units and per cent where the whole column has them', () => {
    const read = (...texts: string[]) => numbersIn(texts)?.numbers;
    expect(read('1,234.5', '12', '-2,345,678')).toEqual([1234.5, 12, -2345678]);
    expect(read('1.234,56', '12,5', '7')).toEqual([1234.56, 12.5, 7]);
    expect(read('$1,234.00', '-$5', '$ 12.5')).toEqual([1234, -5, 12.5]);
    expect(read('1.234,56 €', '3 €')).toEqual([1234.56, 3]);
    expect(read('12.5%', '100 %')).toEqual([12.5, 100]);
    expect(numbersIn(['7', '1,234'])).toMatchObject({ example: { text: '1,234', number: 1234 } });
  });

  it('tells which texts are no numbers, and nothing of columns that are mostly words or in doubt', () => {
    expect(numbersIn(['1', 'n.a.', '3'])?.numbers).toEqual([1, Number.NaN, 3]);
    expect(numbersIn(['a', 'b', '3'])).toBeUndefined();
    expect(numbersIn(['1,5', '2,5'])).toBeUndefined();
    expect(numbersIn(['10.0.0.1', '10.0.0.2'])).toBeUndefined();
  });
});
