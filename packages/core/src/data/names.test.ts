import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearest, uniqueNames } from './names.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['prcie', 'price', 1],
    ['ca', 'abc', 3],
  ])('from %j to %j', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const names = ['Miles_per_Gallon', 'Weight_in_lbs', 'Origin', 'Year'];
  it('forgives typing errors, case and separators', () => {
    expect(nearest('milespergalon', names)).toBe('Miles_per_Gallon');
    expect(nearest('yaer', names)).toBe('Year');
  });
  it('finds a name that holds the typed one', () => {
    expect(nearest('weight', names)).toBe('Weight_in_lbs');
  });
  it('does not guess wildly', () => {
    expect(nearest('zebra', names)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
    expect(nearest('z', ['x', 'y'])).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it('lists what there is when nothing is near', () => {
    expect(didYouMean('zebra', ['a', 'b'], 'columns')).toBe('the columns are "a", "b"');
    expect(didYouMean('orign', ['Origin'], 'columns')).toBe('did you mean "Origin"?');
  });
});

describe('uniqueNames', () => {
  it('numbers the second and later of one name', () => {
    expect(uniqueNames(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a (2)', 'a (3)']);
  });
  it('does not take a name that another column has', () => {
    expect(uniqueNames(['a', 'a', 'a (2)'])).toEqual(['a', 'a (3)', 'a (2)']);
  });
});
