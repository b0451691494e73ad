import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import { checkNames } from '../data/names.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { type ArrayInput, array, type NdArray } from '../tensor/array.js';
import { check, number, oneOf } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import { lstsq, solveSpd } from '../tensor/linalg.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BestRate, bestRates } from './analyze/rates.js';
import { eigenvaluesOf } from './analyze/spectrum.js';
import { drain } from './follow.js';
import { descent } from './minimize.js';
import { gradTol, maxSteps } from './stop.js';
import { norm } from './vectors.js';

export interface LinearLeastSquaresOptions {
  /** `'qr'` (default) keeps twice the digits; `'normal'` solves the normal equations XᵀX·w = Xᵀy, at less than half the work. */
  readonly by?: 'qr' | 'normal';
  /** Whether there is a constant term (default true). */
  readonly intercept?: boolean;
  /** The share of its start that the gradient of the descent is to come down to (default 1e-6). */
  readonly tolerance?: number;
}

/** What a solution takes, beyond the table itself. */
export interface Cost {
  /** Additions and multiplications. */
  readonly flops: number;
  /** Memory for what it works with. */
  readonly bytes: number;
  /** Measured, without the time to compile. */
  readonly seconds: number;
}

/** A line, plane, … through a table, and two ways to it. */
export interface LinearFit {
  /** One a column. */
  readonly weights: Float64Array;
  /** The constant term; 0 without one. */
  readonly intercept: number;
  /** Mean squared error. */
  readonly loss: number;
  /** κ of the loss's Hessian 2XᵀX/m, the square of X's own. Descent needs steps in proportion to it, or to its root with momentum. */
  readonly conditionNumber: number;
  /** The closed form. */
  readonly closedForm: Cost & { readonly by: 'qr' | 'normal' };
  /** Descent by heavy ball at its best rates, from 0. */
  readonly descent: Cost & {
    /** Its settings, and the steps predicted. */
    readonly best: BestRate;
    /** The steps that it took. */
    readonly steps: number;
    /** Mean squared error where it ended. */
    readonly loss: number;
  };
}

const MOST_STEPS = 10_000;

/**
 * Fits a linear model by least squares in closed form, and by descent, to show what each costs: with some hundreds of columns or
 * fewer no descent is needed. For the weights alone in a larger program see `linalg.lstsq`.
 *
 * w = (XᵀX)⁻¹Xᵀy minimises mean (Xw − y)². With m rows and n columns, in additions and multiplications: QR 4mn² − ⁴⁄₃n³, normal
 * equations 2mn² + n³/3, descent 4mn a step. So descent is for n in the thousands, for tables that arrive in pieces and for losses
 * without a closed form.
 *
 * @param x [m, n], one row an example, all in float64; columns linearly independent (of each other and of the constant term)
 * @param y [m]
 * @param options `by`, `intercept`, `tolerance`
 * @throws when shapes do not fit, there are fewer rows than unknowns, or columns depend on each other
 * @example
 * ```ts
 * import { linearLeastSquares } from '@downslope/core';
 * const { weights, intercept, conditionNumber, descent } = linearLeastSquares([[1], [1.5], [2]], [200, 250, 300]);
 * console.log(weights, intercept); // 100 and 100
 * console.log(conditionNumber, descent.steps);
 * ```
 */
export function linearLeastSquares(
  x: ArrayInput,
  y: ArrayInput,
  options: LinearLeastSquaresOptions = {},
): LinearFit {
  const { by, intercept, tolerance } = checked(options);
  const [table, target] = tableOf(x, y, intercept);
  const [m, n] = table.shape as [number, number];
  const gram = compile((a: Tensor) => a.dot(a, true).mul(2 / m))(table);
  const columns = Array.from({ length: n }, (_, j) =>
    (gram.data as Float64Array).subarray(j * n, (j + 1) * n),
  );
  const curvatures = eigenvaluesOf(columns);
  const [lambdaMin, lambdaMax] = [curvatures[0]!, curvatures[n - 1]!];
  if (!(lambdaMin > n * Number.EPSILON * lambdaMax))
    throw misuse(
      `linearLeastSquares: columns depend on each other${intercept ? ' or on the constant term' : ''}, so that there is no single best fit; leave one out`,
    );

  const solve = compile((a: Tensor, b: Tensor) =>
    by === 'qr' ? lstsq(a, b) : solveSpd(a.dot(a, true), a.dot(b.expandDims(-1), true).reshape([n])),
  );
  solve(table, target);
  const begin = performance.now();
  const solution = solve(table, target).data as Float64Array;
  const seconds = (performance.now() - begin) / 1000;

  const loss = (w: Tensor): Tensor => w.constant(table).matmul(w).sub(target).square().mean();
  return {
    weights: solution.slice(0, n - Number(intercept)),
    intercept: intercept ? solution[n - 1]! : 0,
    loss: compile(loss)(solution).data[0]!,
    conditionNumber: lambdaMax / lambdaMin,
    closedForm: {
      by,
      flops: by === 'qr' ? 4 * m * n ** 2 - (4 / 3) * n ** 3 : 2 * m * n ** 2 + n ** 3 / 3,
      bytes: 8 * (by === 'qr' ? m * n + n ** 2 : n ** 2),
      seconds,
    },
    descent: goDown(loss, table, bestRates(lambdaMin, lambdaMax, tolerance).heavyBall!, tolerance),
  };
}

/** Heavy ball from 0, until the gradient is the asked share of what it was. */
function goDown(
  loss: (w: Tensor) => Tensor,
  { shape }: NdArray,
  best: BestRate,
  tolerance: number,
): LinearFit['descent'] {
  const [m, n] = shape as [number, number];
  const start = new Float64Array(n);
  const method = sgd({ lr: best.lr, momentum: best.momentum ?? 0 });
  const gradient = grad(loss)(start).data as Float64Array;
  const points = descent(loss, start, {
    method,
    stop: [gradTol(tolerance * norm(gradient)), maxSteps(MOST_STEPS)],
  });
  points.next(); // compiles
  const begin = performance.now();
  const { steps, last } = drain(points);
  const seconds = (performance.now() - begin) / 1000;
  return { best, steps, loss: last.value, flops: 4 * m * n * steps, bytes: 8 * (m + 3 * n), seconds };
}

/** The table in float64, with a column of ones for the constant term. */
function tableOf(x: ArrayInput, y: ArrayInput, intercept: boolean): [NdArray, NdArray] {
  const [given, target] = [array(x, { dtype: 'float64' }), array(y, { dtype: 'float64' })];
  const [m, columns] = given.shape;
  if (given.shape.length !== 2 || target.shape.length !== 1 || target.shape[0] !== m)
    throw misuse(
      `linearLeastSquares: x must be [m, n] and y [m], got [${given.shape}] and [${target.shape}]`,
    );
  const n = columns! + Number(intercept);
  if (m! < n) throw misuse(`linearLeastSquares: needs at least as many rows as unknowns, got ${m} for ${n}`);
  const data = new Float64Array(m! * n).fill(1);
  for (let i = 0; i < m!; i++)
    data.set((given.data as Float64Array).subarray(i * columns!, (i + 1) * columns!), i * n);
  if (![data, target.data].every((values) => values.every(Number.isFinite)))
    throw misuse('linearLeastSquares: x and y must be finite numbers');
  return [array(data, { shape: [m!, n] }), target];
}

function checked(options: LinearLeastSquaresOptions): Required<LinearLeastSquaresOptions> {
  checkNames('linearLeastSquares', options, ['by', 'intercept', 'tolerance']);
  const { by = 'qr', intercept = true, tolerance = 1e-6 } = options;
  check('linearLeastSquares: by', by, oneOf('qr', 'normal'));
  check('linearLeastSquares: intercept', intercept, oneOf(true, false));
  check(
    'linearLeastSquares: tolerance',
    tolerance,
    number('in (0, 1)', (share) => share > 0 && share < 1),
  );
  return { by, intercept, tolerance };
}
