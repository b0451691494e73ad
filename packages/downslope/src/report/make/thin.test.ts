import { expect, it } from 'vitest';
import { keptOf } from './thin.js';

it('keeps short columns whole', () => {
  expect(keptOf([[3, 1, 2]], 10)).toEqual([0, 1, 2]);
  expect(keptOf([], 10)).toEqual([]);
});

it('keeps the ends, and the least and greatest of each stretch, of every column', () => {
  const wave = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 1000));
  const spikes = wave.slice();
  spikes[77_777] = 50;
  spikes[33_333] = -50;
  const kept = keptOf([wave, spikes], 100);
  expect(kept.length).toBeLessThanOrEqual(402);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  expect(kept).toEqual(expect.arrayContaining([0, 33_333, 77_777, 99_999]));
});

it('passes over gaps', () => {
  const gaps = Float64Array.from({ length: 1000 }, (_, i) => (i === 501 ? 7 : Number.NaN));
  expect(keptOf([gaps], 10)).toEqual([0, 501, 999]);
});
