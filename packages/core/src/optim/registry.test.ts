import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesPerParameter } from './coverage.js';
import { OPTIMIZERS, optimizerNamed, SCHEDULES, scheduleNamed } from './registry.js';

describe('names', () => {
  it.each(Object.keys(OPTIMIZERS))('%s is an optimizer, in lower case too, and knows its name', (name) => {
    const optimizer = optimizerNamed(name.toLowerCase(), { lr: 0.25 });
    expect([optimizer.name, optimizer.hyper.lr]).toEqual([name, 0.25]);
  });

  it('that are unknown are answered with the known ones', () => {
    expect(() => optimizerNamed('adma', { lr: 0.1 })).toThrow(
      `optimizer must be one of ${Object.keys(OPTIMIZERS).join(', ')}, got 'adma'`,
    );
    expect(() => scheduleNamed('cos', 0.1, 10)).toThrow(
      `schedule must be one of ${Object.keys(SCHEDULES).join(', ')}, got 'cos'`,
    );
  });
});

describe.each(Object.keys(SCHEDULES))('the schedule %s, laid over a run', (name) => {
  it.each([1, 2, 3, 10, 1000])(
    'of %d steps stays above zero and below its peak, which it reaches',
    (steps) => {
      const schedule = scheduleNamed(name, 0.5, steps);
      const values = Array.from({ length: steps + 1 }, (_, step) => schedule(step));
      expect(Math.max(...values)).toBe(0.5);
      expect(Math.min(...values.slice(0, steps))).toBeGreaterThan(0);
    },
  );
});

it('each schedule ends where it says', () => {
  const ends = Object.keys(SCHEDULES).map((name) => [name, scheduleNamed(name, 1, 2100)(2100)] as const);
  const expected: Record<keyof typeof SCHEDULES, number> = {
    constant: 1,
    stepDecay: 1e-3,
    exponential: 0.01,
    cosine: 0,
    warmup: 1,
    warmupCosine: 0,
    multiStep: 0.01,
    linearDecay: 0,
    polynomialDecay: 0,
    inverseTime: 0.1,
    inverseSqrt: Math.sqrt(0.1),
    // A fourth cycle would begin.
    cosineRestarts: 1,
    oneCycle: 1 / 25e4,
    cyclic: 0.25,
    warmupStableDecay: 0,
  };
  for (const [name, end] of ends) expect(end).toBeCloseTo(expected[name as keyof typeof expected], 12);
});

it('docs/optimizers.md names each optimizer, with the numbers that it keeps for a parameter', () => {
  const page = readFileSync(new URL('../../../../docs/optimizers.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| `(\w+)` \| .* \| (\d) \|$/gm)].map(([, name, count]) => [
    name,
    Number(count),
  ]);
  // Square factors of a matrix, as SOAP's, are not among them.
  const squares: Readonly<Record<string, number>> = { soap: 4, shampoo: 2 };
  const found = Object.entries(OPTIMIZERS).map(([name, make]) => [
    name,
    Math.round(bytesPerParameter(make({ lr: 0.1 })) / 4) - (squares[name] ?? 0),
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(found));
});
