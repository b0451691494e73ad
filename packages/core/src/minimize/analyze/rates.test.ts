import { describe, expect, it } from 'vitest';
import { bestRates, criticalRates } from './rates.js';

/** The larger |root| of z² − bz + c: of a step of a method with momentum along one eigenvector. */
function radius(b: number, c: number): number {
  const discriminant = b * b - 4 * c;
  return discriminant < 0 ? Math.sqrt(c) : (Math.abs(b) + Math.sqrt(discriminant)) / 2;
}
const heavyBall = (lr: number, beta: number, lambda: number): number => radius(1 + beta - lr * lambda, beta);
const nesterov = (lr: number, beta: number, lambda: number): number =>
  radius((1 + beta) * (1 - lr * lambda), beta * (1 - lr * lambda));

describe('criticalRates', () => {
  it('is where the spectral radius of a step is 1', () => {
    const rates = criticalRates(5, 0.7);
    expect(Math.abs(1 - rates.gradientDescent * 5)).toBeCloseTo(1, 12);
    expect(heavyBall(rates.heavyBall, 0.7, 5)).toBeCloseTo(1, 6);
    expect(heavyBall(0.3 * rates.averagedMomentum, 0.7, 5)).toBeCloseTo(1, 6);
    expect(nesterov(rates.nesterov, 0.7, 5)).toBeCloseTo(1, 6);
  });

  it('is 38/L for Adam’s kind of momentum', () => {
    expect(criticalRates(1).averagedMomentum).toBeCloseTo(38, 12);
  });

  it('refuses what has no such rate', () => {
    expect(() => criticalRates(-1)).toThrow('criticalRates: lambdaMax must be above 0, got -1');
    expect(() => criticalRates(1, 1)).toThrow('momentum must be in [0, 1), got 1');
  });
});

describe('bestRates', () => {
  const all = Array.from({ length: 400 }, (_, i) => 2 + (i * 198) / 399);
  const { gradientDescent, heavyBall: ball, nesterov: ahead } = bestRates(2, 200);
  const worst = (of: (lambda: number) => number): number => Math.max(...all.map(of));

  it('has the contraction that it says, over all curvatures from μ to L', () => {
    expect(worst((l) => Math.abs(1 - gradientDescent.lr * l))).toBeCloseTo(gradientDescent.contraction, 12);
    expect(worst((l) => heavyBall(ball!.lr, ball!.momentum!, l))).toBeCloseTo(ball!.contraction, 6);
    expect(worst((l) => nesterov(ahead.lr, ahead.momentum!, l))).toBeCloseTo(ahead.contraction, 6);
  });

  it('is best: other settings contract less', () => {
    for (const share of [0.98, 1.02]) {
      expect(worst((l) => Math.abs(1 - share * gradientDescent.lr * l))).toBeGreaterThan(
        gradientDescent.contraction,
      );
      expect(worst((l) => heavyBall(share * ball!.lr, ball!.momentum!, l))).toBeGreaterThan(
        ball!.contraction,
      );
      expect(worst((l) => heavyBall(ball!.lr, share * ball!.momentum!, l))).toBeGreaterThan(
        ball!.contraction,
      );
      expect(worst((l) => nesterov(share * ahead.lr, ahead.momentum!, l))).toBeGreaterThan(ahead.contraction);
      expect(worst((l) => nesterov(ahead.lr, share * ahead.momentum!, l))).toBeGreaterThan(ahead.contraction);
    }
  });

  it('has no factor where μ is 0, but an order', () => {
    const { gradientDescent, heavyBall, nesterov } = bestRates(0, 4);
    expect(gradientDescent).toMatchObject({
      lr: 0.25,
      order: '1/T',
      contraction: 1,
      steps: Number.POSITIVE_INFINITY,
    });
    expect(nesterov).toMatchObject({ lr: 0.25, momentum: undefined, order: '1/T²' });
    expect(heavyBall).toBeUndefined();
  });

  it('takes one step where all curvatures are the same', () => {
    expect(bestRates(3, 3).gradientDescent).toMatchObject({ lr: 1 / 3, contraction: 0, steps: 1 });
  });

  it('refuses what is no range of curvatures', () => {
    expect(() => bestRates(-1, 1)).toThrow('lambdaMin must be at least 0, got -1');
    expect(() => bestRates(2, 1)).toThrow('lambdaMax must be above 0 and at least lambdaMin, got 1');
    expect(() => bestRates(1, 2, 0)).toThrow('tolerance must be in (0, 1), got 0');
  });
});
