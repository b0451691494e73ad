import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { array, type NdArray, type Nested } from '../../tensor/array.js';
import { sizeOf } from '../../tensor/shape.js';
import type { Operand, Tensor } from '../../tensor/tensor.js';
import type { Leaves } from '../transform.js';
import type { Loss } from './descend.js';

/** Reads a file of reference values; `golden/README.md` tells its form. */
export const golden = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../golden/${file}.json`, import.meta.url), 'utf8'));

export interface GoldenProblem {
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly x0: readonly number[];
  readonly constants: Readonly<Record<string, Nested>>;
  readonly f0: number;
  readonly g0: readonly number[];
  readonly batches?: readonly (readonly number[])[];
}

export interface GoldenCase {
  readonly optimizer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly problem: string;
  /** Parameters after the steps of these numbers. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  /** The weights to evaluate with, of those that have such. */
  readonly ax?: Readonly<Record<string, readonly number[]>>;
  readonly x_eval?: Readonly<Record<string, readonly number[]>>;
  /** Prodigy's and D-Adaptation's distance; Sophia's curvature. */
  readonly d?: Readonly<Record<string, readonly number[]>>;
  readonly h?: Readonly<Record<string, readonly number[]>>;
}

export const { problems, cases } = golden<{
  problems: Readonly<Record<string, GoldenProblem>>;
  cases: readonly GoldenCase[];
}>('optimizers');

/** The problems' formulas; `data` has the rows in use for P3 and nothing for the others. */
export const LOSSES: Readonly<Record<string, Loss>> = {
  P1({ x }) {
    const { A, b } = problems.P1!.constants;
    // ln cosh x = x + ln(1 + e^−2x) − ln 2
    const logCosh = x!.add(x!.mul(-2).softplus()).sub(Math.LN2);
    return x!.like(A!).matmul(x!).mul(x!).sum().mul(0.5).sub(x!.mul(b!).sum()).add(logCosh.sum());
  },
  P2: ({ x }) => rosenbrock(x!),
  P3({ x }, { X, y }) {
    const w = x!.slice([0], [3]);
    const z = X!.matmul(w).add(x!.slice([3], [4]));
    const penalty = w.square().sum().mul(0.5).mul(problems.P3!.constants.l2!);
    return z.softplus().sub(y!.mul(z)).mean().add(penalty);
  },
  P4: ({ W, c }) => layer('P4', W!, c!),
  P5: ({ W }) => layer('P5', W!, problems.P5!.constants.c!),
};

function layer(name: string, w: Tensor, bias: Operand): Tensor {
  const { U, Y, reg } = problems[name]!.constants;
  const miss = w.like(U!).matmul(w.transpose()).add(bias).tanh().sub(Y!);
  return miss
    .square()
    .sum()
    .div(2 * miss.shape[0]!)
    .add(w.square().sum().mul(0.5).mul(reg!));
}

/** (1 − x)² + 100(y − x²)², from H. Rosenbrock, 1960: minimum 0 at (1, 1). */
export function rosenbrock(point: Tensor): Tensor {
  const x = point.slice([0], [1]);
  const y = point.slice([1], [2]);
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100)).sum();
}

/** The problem's flat vector as named parameters, and back. */
export function unpack(problem: GoldenProblem, flat: readonly number[]): Leaves<NdArray> {
  let at = 0;
  return Object.fromEntries(
    problem.tensors.map(({ name, shape }) => {
      const from = at;
      at += sizeOf(shape);
      return [name, array(Float64Array.from(flat.slice(from, at)), { shape })];
    }),
  );
}

export const pack = (params: Leaves<NdArray>): number[] =>
  Object.values(params).flatMap(({ data }) => [...data]);

/** The rows that step `taken` + 1 is for; all of them when left out. */
export function batch({ constants, batches }: GoldenProblem, taken?: number): Leaves<NdArray> {
  if (!batches) return {};
  const { X, y } = constants as unknown as { X: number[][]; y: number[] };
  const rows = taken === undefined ? y.map((_, row) => row) : batches[taken % batches.length]!;
  return { X: array(rows.map((row) => X[row]!)), y: array(rows.map((row) => y[row]!)) };
}

/** |got − expected| ≤ tolerance·max(1, |expected|), number by number. */
export function expectWithin(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const errors = got.map((x, i) => Math.abs(x - expected[i]!) / Math.max(1, Math.abs(expected[i]!)));
  const worst = errors.reduce((a, b) => (b <= a ? a : b), 0);
  expect(worst, `${got} is not ${expected}`).toBeLessThanOrEqual(tolerance);
}
