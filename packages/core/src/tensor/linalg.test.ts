import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import type { NdArray } from './array.js';
import * as linalg from './linalg.js';
import type { Tensor } from './tensor.js';

// biome-ignore-start format: matrices
const A = [
  [4, 1, -2, 0.5],
  [1, 5, 0.25, 1],
  [-2, 0.25, 6, -1],
  [0.5, 1, -1, 3],
];
const B = [
  [1, 2],
  [3, 4],
  [-1, 0],
  [2, -3],
];
const M = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 10],
  [-1, 0.5, 2],
];

// Figures of numpy 2 and scipy (fractional_matrix_power, solve_triangular) for these matrices.
const FACTOR = [
  2, 0, 0, 0, 0.5, 2.179449471770337, 0, 0, -1, 0.3441236008058426, 2.2094295524791963, 0, 0.25,
  0.40147753427348304, -0.4019851611653524, 1.6170107357950811,
];
const VALUES = [2.0388194086268103, 2.8404669647994276, 5.482534980697995, 7.638178645875767];
const VECTORS = [
  [0.49528963957949446, -0.6830183805416862, 0.1106436244925307, -0.5252923501504492],
  [-0.41566915152674094, 0.0174265833131253, 0.8799813337833842, -0.22923420961079366],
  [0.43457607948320587, -0.21264152634399835, 0.4107940544901688, 0.7727712838936427],
  [0.626937764483253, 0.6985454797723176, 0.21127963779668774, -0.2726612675223665],
];
const SOLUTION = [
  0.01082404484247151, 0.33722053991366535, 0.511564976483474, 1.0329231363958506, -0.1079827330713227,
  -0.17370014818632817, 0.4583467560079892, -1.4584111848463372,
];
const FORWARD = [
  0.5, 1, 1.2617865362880896, 1.6059101370939322, -0.422828836188741, 0.20248141451291832, 0.7411516251817674,
  -2.358266543100152,
];
const BACKWARD = [
  -0.06453884125231876, 0.5055382460890475, 1.1845860241635033, 2.2303844825317216, -0.2275721284578191,
  -0.3375500795036443, 1.236850167860267, -1.8552752517904005,
];
const INVERSE_ROOT = [
  0.5536737246331006, -0.06609438946926872, 0.1094517431996654, -0.00381995321292025, -0.06609438946926906,
  0.4709163458966659, -0.03841955027353448, -0.07326625738581602, 0.10945174319966586, -0.03841955027353446,
  0.44723975125194854, 0.06350289151233277, -0.00381995321292009, -0.07326625738581605, 0.06350289151233272,
  0.6107654465420356,
];
const Q = [
  0.12216944435630528, 0.4441733307805018, -0.15855208826168382, 0.48867777742522095, 0.19653687202677067,
  -0.7907534528493929, 0.8551861104941366, -0.05109958672696052, 0.5157960339652141, -0.12216944435630524,
  0.8726237117988608, 0.2890063380972427,
];
const R = [
  8.18535277187245, 9.468131937613656, 11.606097213848996, 0, 1.898546183778604, 3.745992780830245, 0, 0,
  0.5157960339652163,
];
// biome-ignore-end format: matrices

function expectClose({ data }: NdArray, expected: readonly number[], digits = 13): void {
  expect(data.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(data[i], `element ${i}`).toBeCloseTo(value, digits);
  });
}

describe('factorisations', () => {
  it('cholesky agrees with numpy', () => {
    expectClose(compile(linalg.cholesky)(A), FACTOR);
  });

  it('eigh agrees with numpy but for the signs of vectors, which are ours', () => {
    const { values, vectors } = compile(linalg.eigh)(A);
    expectClose(values, VALUES);
    expectClose(vectors, VECTORS.flat());
  });

  it('qr agrees with numpy but for signs: the diagonal of R is not negative', () => {
    const { q, r } = compile(linalg.qr)(M);
    expectClose(q, Q);
    expectClose(r, R);
  });

  it('triangularSolve agrees with scipy, transposed or not', () => {
    const l = FACTOR.map((_, i) => (i % 4 === 0 ? FACTOR.slice(i, i + 4) : [])).filter(
      (row) => row.length > 0,
    );
    const solve = (transpose: boolean) =>
      compile((l: Tensor, b: Tensor) => linalg.triangularSolve(l, b, { transpose }))(l, B);
    expectClose(solve(false), FORWARD);
    expectClose(solve(true), BACKWARD);
  });

  it('names what does not fit', () => {
    const run = (f: (a: Tensor) => Tensor) => () => compile(f)(M);
    expect(run(linalg.cholesky)).toThrow('cholesky: takes square matrices, got float64[4, 3]');
    expect(run((a) => linalg.lstsq(a.transpose(), [1, 2, 3]))).toThrow(
      'qr: takes matrices with at least as many rows as columns, got [3,4]',
    );
    expect(run((a) => linalg.triangularSolve(a.dot(a, true), [1, 2]))).toThrow(
      'a matrix float64[3, 3] and right sides float64[2, 1] do not fit',
    );
    expect(run((a) => linalg.cholesky(a.cast('int32')))).toThrow('takes matrices of floats, got int32[4, 3]');
  });
});

describe('what is made of them', () => {
  it('solveSpd, inverseSpd and logDetSpd agree with numpy', () => {
    const solve = compile((a: Tensor, b: Tensor) => linalg.solveSpd(a, b));
    expectClose(solve(A, B), SOLUTION);
    expectClose(
      solve(
        A,
        B.map(([value]) => value!),
      ),
      [0, 2, 4, 6].map((i) => SOLUTION[i]!),
    );
    const unit = compile((a: Tensor) => linalg.inverseSpd(a).matmul(a))(A);
    expectClose(
      unit,
      A.flatMap((row, i) => row.map((_, j) => Number(i === j))),
    );
    expectClose(compile(linalg.logDetSpd)(A), [5.491066141291513]);
  });

  it('powerSpd agrees with scipy, raises small eigenvalues to the floor, and refuses a negative one', () => {
    expectClose(compile((a: Tensor) => linalg.powerSpd(a, -0.5))(A), INVERSE_ROOT);
    const floored = compile((a: Tensor) => linalg.powerSpd(a, -0.5, { floor: 0.25 }));
    expectClose(floored([[0, 0], [0, 4]]), [2, 0, 0, 0.5]); // biome-ignore format: a matrix
    expect(() => compile((a: Tensor) => linalg.powerSpd(a, 1, { floor: -1 }))(A)).toThrow(
      'powerSpd: floor must be a number ≥ 0, got -1',
    );
  });

  it('lstsq agrees with numpy', () => {
    const lstsq = compile((a: Tensor, b: Tensor) => linalg.lstsq(a, b));
    expectClose(lstsq(M, [1, 2, 3, 4]), [-0.5408560311284026, -1.4863813229572134, 1.8677042801556523], 12);
  });

  it('works in float32 and spreads one right side over a batch', () => {
    const solve = compile((a: Tensor) => linalg.solveSpd(a.cast('float32').reshape([1, 4, 4]), B));
    const { dtype, shape } = solve(A);
    expect([dtype, shape]).toEqual(['float32', [1, 4, 2]]);
    expectClose(solve(A), SOLUTION, 6);
  });
});

describe('derivatives', () => {
  const spd = (a: Tensor): Tensor => a.dot(a, true).add(a.constant(A).slice([1, 1]));

  it.each([
    ['solveSpd', (a: Tensor) => linalg.solveSpd(spd(a), a)],
    ['inverseSpd', (a: Tensor) => linalg.inverseSpd(spd(a))],
    ['logDetSpd', (a: Tensor) => linalg.logDetSpd(spd(a))],
    ['powerSpd', (a: Tensor) => linalg.powerSpd(spd(a), -0.25)],
    ['lstsq', (a: Tensor) => linalg.lstsq(a, [1, 2, -1])],
    ['wide qr', (a: Tensor) => linalg.qr(a.slice([1, 0])).r],
  ] as [string, (a: Tensor) => Tensor][])('of %s hold to second order', (_, f) => {
    checkGrads(f, [[[1.1, 0.2, -0.4], [0.3, 1.9, 0.5], [-0.2, 0.1, 1.4]]]); // biome-ignore format: a matrix
  });

  it('of the log-determinant is the inverse', () => {
    const slope = grad((a: Tensor) => linalg.logDetSpd(a))(A) as NdArray;
    expectClose(slope, [...compile(linalg.inverseSpd)(A).data]);
  });

  it('of what does not depend on the basis are right at equal eigenvalues too', () => {
    const twice = [[2, 0], [0, 2]]; // biome-ignore format: a matrix
    const trace = (a: Tensor): Tensor => linalg.eigh(a).values.square().sum();
    expect((grad(trace)(twice) as NdArray).data).toEqual(Float64Array.of(4, 0, 0, 4));
    const projection = (a: Tensor): Tensor => {
      const { vectors } = linalg.eigh(a);
      return vectors.dot(vectors, false, true).sum();
    };
    expectClose(grad(projection)(twice) as NdArray, [0, 0, 0, 0]);
  });
});
