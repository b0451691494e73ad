import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from './dates.js';

describe('parseDate', () => {
  it.each([
    ['1970-01-01', 0],
    ['2012-02', Date.UTC(2012, 1, 1)],
    ['2012-02-29', Date.UTC(2012, 1, 29)],
    ['2012-01-31 09:30', Date.UTC(2012, 0, 31, 9, 30)],
    ['2012-01-31T09:30:15.25Z', Date.UTC(2012, 0, 31, 9, 30, 15, 250)],
    ['2012-01-31T09:30:00+02:00', Date.UTC(2012, 0, 31, 7, 30)],
    ['2012-01-31 09:30:00 -0530', Date.UTC(2012, 0, 31, 15, 0)],
    ['0099-12-31', new Date('0099-12-31').getTime()],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDate(text)).toBe(milliseconds);
  });

  it.each(['2011-02-29', '2012-13-01', '2012-04-31', '2012-00-01', '2012', '31.1.2012', 'May 2012', ''])(
    'refuses %j',
    (text) => {
      expect(parseDate(text)).toBeUndefined();
    },
  );
});

describe('formatDate', () => {
  it('leaves midnight out', () => {
    expect(formatDate(0)).toBe('1970-01-01');
    expect(formatDate(1500)).toBe('1970-01-01T00:00:01.500Z');
  });
});
