import { describe, expect, it } from 'vitest';
import { problems } from '../../index.js';
import { sgd } from '../../optim/optimizers/sgd.js';
import type { Tensor } from '../../tensor/tensor.js';
import { minimize } from '../minimize.js';
import { numeric } from '../numeric.js';
import { maxSteps } from '../stop.js';
import { analyze } from './analyze.js';

const bowl = (curvatures: readonly number[]) => (x: Tensor) => x.square().mul(curvatures).sum().div(2);
type Two = { x: Tensor; y: Tensor };
const rosenbrock = ({ x, y }: Two): Tensor => x.sub(1).square().add(y.sub(x.square()).square().mul(100));
/** Of Rosenbrock's Hessian at its minimum, [[802, −400], [−400, 200]]: λ² − 1002λ + 400 = 0. */
const ROOTS = [501 - Math.sqrt(501 ** 2 - 400), 501 + Math.sqrt(501 ** 2 - 400)] as const;

describe('analyze', () => {
  it('knows the curvature, the rates and the steps of a quadratic', () => {
    const { kind, by, lambdaMin, lambdaMax, smoothness, conditionNumber, criticalRates, predicted } = analyze(
      bowl([1, 100]),
      [0, 0],
    );
    expect([kind, by]).toEqual(['minimum', 'eigh']);
    expect([lambdaMin, lambdaMax, smoothness, conditionNumber]).toEqual([1, 100, 100, 100]);
    expect(criticalRates).toMatchObject({ gradientDescent: 0.02, heavyBall: 0.038 });
    expect(predicted?.gradientDescent).toMatchObject({ lr: 2 / 101, contraction: 99 / 101, steps: 691 });
    expect(predicted?.heavyBall).toMatchObject({ contraction: 9 / 11, steps: 69 });
  });

  it.each([
    ['a bowl', bowl([1, 100]), [0, 0]],
    [
      'a bowl that is not along the axes',
      problems.quadratic(problems.spectrum(10, 1000)).f,
      new Array(10).fill(0),
    ],
    ['Booth’s function', problems.booth.f, [1, 3]],
  ])('measures what is predicted: %s', (_, f, x) => {
    const { predicted, measured } = analyze(f, x);
    const [fast, seen] = [predicted!.nesterov, measured!.nesterov!];
    expect(measured!.gradientDescent!.contraction).toBeCloseTo(predicted!.gradientDescent.contraction, 3);
    expect(Math.abs(seen.contraction - fast.contraction)).toBeLessThan(0.02);
    expect(seen.steps! / fast.steps).toBeGreaterThan(0.8);
    expect(seen.steps! / fast.steps).toBeLessThan(1.2);
    // A double root: the heavy ball's distance goes like T·ρᵀ, so that what is seen comes to ρ from above.
    const off = measured!.heavyBall!.contraction - predicted!.heavyBall!.contraction;
    expect(off).toBeGreaterThan(-1e-3);
    expect(off).toBeLessThan(0.02);
  });

  it('is right about Rosenbrock’s valley, at the minimum that was found and at its start', () => {
    const { best } = minimize(rosenbrock, { x: -1.2, y: 1 });
    const there = analyze(rosenbrock, best.x);
    expect(there.kind).toBe('minimum');
    expect(there.lambdaMin).toBeCloseTo(ROOTS[0], 3);
    expect(there.lambdaMax / ROOTS[1]).toBeCloseTo(1, 4);
    expect(there.measured!.nesterov!.contraction).toBeCloseTo(there.predicted!.nesterov.contraction, 3);
    const start = analyze(rosenbrock, { x: -1, y: 1 });
    expect([start.kind, start.measured]).toEqual(['notStationary', undefined]);
    expect(start.gradNorm).toBe(4);
    expect(start.lambdaMax).toBeCloseTo(ROOTS[1], 9);
  });

  it('tells minima, maxima, saddles, flat points and slopes apart', () => {
    const kind = (f: (x: Tensor) => Tensor, x: number | number[]) => analyze(f, x, { steps: 0 }).kind;
    expect(kind(problems.parabola.f, [2])).toBe('minimum');
    expect(kind((x) => x.square().neg(), 0)).toBe('maximum');
    expect(kind(problems.saddle.f, [0, 0])).toBe('saddle');
    expect(kind(problems.monkeySaddle.f, [0, 0])).toBe('flat');
    expect(kind(problems.flatQuartic.f, [0])).toBe('flat');
    expect(kind((x) => x.slice([0], [1]).sum().square(), [0, 5])).toBe('flat');
    expect(kind(problems.parabola.f, [3])).toBe('notStationary');
  });

  it('has no rates where there is nothing to converge to', () => {
    const saddle = analyze(problems.saddle.f, [0, 0]);
    expect([saddle.predicted, saddle.measured, saddle.secondMoment]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([saddle.lambdaMin, saddle.lambdaMax, saddle.conditionNumber]).toEqual([
      -2,
      2,
      Number.POSITIVE_INFINITY,
    ]);
    expect(analyze((x: Tensor) => x.square().neg(), 0).criticalRates).toBeUndefined();
    expect(analyze(problems.flatQuartic.f, [0]).measured).toBeUndefined(); // downhill on one side
  });

  it('measures how f falls where it is flat: no slower than 1/T, and 1/T² with Nesterov’s momentum', () => {
    // On x⁸ the continuous descent ẋ = −8x⁷ has f ~ T^(−8/6), and with accelerated momentum T^(−16/6).
    const { kind, measured } = analyze((x: Tensor) => x.pow(8), 0, { steps: 4000 });
    expect(kind).toBe('flat');
    expect(measured!.gradientDescent!.power).toBeCloseTo(8 / 6, 1);
    expect(measured!.nesterov!.power).toBeGreaterThan(2);
  });

  it('gives the critical rate: below it the steps shrink, above they grow', () => {
    const f = bowl([3, 7]);
    const { criticalRates } = analyze(f, [0, 0], { momentum: 0.8, steps: 0 });
    const methods = {
      gradientDescent: (lr: number) => sgd({ lr }),
      heavyBall: (lr: number) => sgd({ lr, momentum: 0.8 }),
      nesterov: (lr: number) => sgd({ lr, momentum: 0.8, nesterov: true }),
      averagedMomentum: (lr: number) => sgd({ lr, momentum: 0.8, dampening: 0.8 }),
    };
    for (const [name, method] of Object.entries(methods)) {
      const end = (share: number): number =>
        minimize(f, [1, 1], {
          method: method(share * criticalRates![name as keyof typeof methods]),
          stop: maxSteps(3000),
        }).last.value;
      expect(end(0.99), name).toBeLessThan(1e-6);
      expect(end(1.01), name).toBeGreaterThan(1e6);
    }
  });

  it('compares Adam’s second moment with the Hessian’s diagonal: alike along the axes, not across them', () => {
    const straight = analyze(bowl([1, 10, 100]), [0, 0, 0]).secondMoment!;
    expect([...straight.hessianDiagonal]).toEqual([1, 10, 100]);
    expect(straight.correlation).toBeCloseTo(1, 6);
    expect(straight.conditionNumber).toBeLessThan(1.1);
    const turned = analyze(problems.quadratic([1, 10, 100]).f, [0, 0, 0]).secondMoment!;
    expect(turned.correlation).toBeLessThan(0.99);
    expect(turned.conditionNumber).toBeGreaterThan(30);
  });

  it('finds both ends of large spectra by Lanczos’ method', () => {
    const { by, lambdaMin, lambdaMax, eigenvalues, errors, measured } = analyze(
      problems.quadratic(problems.spectrum(400, 50)).f,
      new Array(400).fill(0),
      { steps: 200 },
    );
    expect(by).toBe('lanczos');
    expect(lambdaMin).toBeCloseTo(1, 6);
    expect(lambdaMax).toBeCloseTo(50, 6);
    expect(Math.max(...errors)).toBeLessThan(1e-4);
    expect(eigenvalues.length).toBeLessThan(400);
    expect(measured!.gradientDescent!.contraction).toBeCloseTo(49 / 51, 3);
  });

  it('finds negative curvature among many variables', () => {
    const curvatures = Array.from({ length: 1000 }, (_, i) => (i === 7 ? -0.5 : 1 + (i % 10)));
    const { kind, lambdaMin, lambdaMax } = analyze(bowl(curvatures), new Array(1000).fill(0));
    expect(kind).toBe('saddle');
    expect([lambdaMin, lambdaMax]).toEqual([expect.closeTo(-0.5, 8), expect.closeTo(10, 8)]);
  });

  it('does the same for plain functions of numbers, with fewer digits', () => {
    const f = numeric(([x, y]: number[]) => (x! - 1) ** 2 + 10 * y! ** 2);
    const { kind, derivatives, conditionNumber, measured } = analyze(f, [1, 0]);
    expect([kind, derivatives]).toEqual(['minimum', 'central differences']);
    expect(conditionNumber).toBeCloseTo(10, 3);
    expect(measured!.gradientDescent!.contraction).toBeCloseTo(9 / 11, 3);
  });

  it('counts evaluations', () => {
    let calls = 0;
    const f = numeric(([x, y]: number[]) => {
      calls++;
      return x! ** 2 + 3 * y! ** 2;
    });
    expect(analyze(f, [0, 0]).evaluations).toBe(calls);
  });

  it('says what is wrong with what it is given', () => {
    const f = bowl([1]);
    expect(() => analyze(f, [Number.NaN])).toThrow('x must be finite');
    expect(() => analyze((x: Tensor) => x.log(), 0)).toThrow('f and its gradient must be finite at x');
    expect(() => analyze((x: Tensor) => x.pow(1.5), 0)).toThrow('its Hessian there is not finite');
    expect(() => analyze(f, [0], { momentum: 1 })).toThrow('analyze: momentum must be in [0, 1), got 1');
    expect(() => analyze(f, [0], { steps: 0.5 })).toThrow(
      'analyze: steps must be a positive integer, or 0, got 0.5',
    );
    expect(() => analyze(f, [0], { beta: 0.9 } as object)).toThrow('there is no option beta');
    expect(() => analyze(3 as never, [0])).toThrow('analyze: f must be a function of tensors');
  });
});
