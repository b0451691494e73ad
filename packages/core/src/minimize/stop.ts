import { checkNames } from '../data/names.js';
import { called, misuse } from '../tensor/errors.js';
import type { Status } from './status.js';

/** How far a descent is, as stopping rules see it. */
export interface Progress {
  readonly steps: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly value: number;
  /** The value before this step; infinite at the start. */
  readonly previousValue: number;
  readonly gradNorm: number;
  readonly x: Float64Array;
  /** The point before this step; undefined at the start. */
  readonly previousX: Float64Array | undefined;
}

/** A reason to stop. */
export interface Rule {
  readonly status: Status;
  /** True for a rule that every run reaches in the end. */
  readonly limits?: boolean;
  isMet(progress: Progress): boolean;
}

/**
 * Stop when ‖∇f(x)‖₂ ≤ `tolerance`.
 *
 * @example
 * ```ts
 * import { gradTol, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';
 * const f = (x: Tensor): Tensor => x.sub(2).square();
 * const { status } = minimize(f, 0, { method: sgd({ lr: 0.1 }), stop: [gradTol(1e-9), maxSteps(500)] });
 * console.log(status); // gradTol
 * ```
 */
export function gradTol(tolerance: number): Rule {
  checked('gradTol', tolerance);
  return { status: 'gradTol', isMet: ({ gradNorm }) => gradNorm <= tolerance };
}

/**
 * Stop when a step changes the value by no more than `absolute`, or by no more than `relative`·max(|f|, |f before|, 1).
 * For methods that go down at every step; with momentum a value may stand still in passing.
 *
 * @throws for a number: whether it is relative or absolute has to be said
 */
export function lossTol(options: { relative?: number; absolute?: number }): Rule {
  if (typeof options !== 'object' || options === null)
    throw misuse(`lossTol: say which change is meant, as in { relative: 1e-9 }, got ${called(options)}`);
  checkNames('lossTol', options, ['relative', 'absolute']);
  const { relative = 0, absolute = 0 } = options;
  checked('lossTol: relative', relative);
  checked('lossTol: absolute', absolute);
  return {
    status: 'lossTol',
    isMet({ value, previousValue }) {
      const scale = Math.max(Math.abs(value), Math.abs(previousValue), 1);
      const change = Math.abs(previousValue - value);
      return change < Number.POSITIVE_INFINITY && change <= Math.max(absolute, relative * scale);
    },
  };
}

/** Stop when a step moves the point by ‖Δx‖₂ ≤ `relative`·max(1, ‖x‖₂). */
export function stepTol(relative: number): Rule {
  checked('stepTol', relative);
  return {
    status: 'stepTol',
    isMet({ x, previousX }) {
      if (!previousX) return false;
      let moved = 0;
      let size = 0;
      for (let i = 0; i < x.length; i++) {
        moved += (x[i]! - previousX[i]!) ** 2;
        size += x[i]! ** 2;
      }
      return moved <= relative ** 2 * Math.max(1, size);
    },
  };
}

/** Stop after so many steps. */
export function maxSteps(steps: number): Rule {
  counted('maxSteps', steps);
  return { status: 'maxSteps', limits: true, isMet: (progress) => progress.steps >= steps };
}

/** Stop once the function was evaluated so often. */
export function maxEvaluations(evaluations: number): Rule {
  counted('maxEvaluations', evaluations);
  return {
    status: 'maxEvaluations',
    limits: true,
    isMet: (progress) => progress.evaluations >= evaluations,
  };
}

/** Stop after so many seconds. */
export function timeLimit(seconds: number): Rule {
  checked('timeLimit', seconds);
  return { status: 'timeLimit', limits: true, isMet: (progress) => progress.seconds >= seconds };
}

/** Stop when the value is `value` or less. */
export function target(value: number): Rule {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw misuse(`target must be a number, got ${called(value)}`);
  return { status: 'target', isMet: (progress) => progress.value <= value };
}

/** Stop when the signal says so. It can only come while others have their turn: see {@link descent}. */
export function abortOn(signal: AbortSignal): Rule {
  if (typeof signal?.aborted !== 'boolean')
    throw misuse(`abortOn: signal must be an AbortSignal, got ${called(signal)}`);
  return { status: 'aborted', isMet: () => signal.aborted };
}

/** Stop when all of these rules are met at once; the status is that of the first. */
export function allOf(first: Rule, ...others: readonly Rule[]): Rule {
  const rules = rulesOf('allOf', [first, ...others]);
  return {
    status: first.status,
    limits: rules.every(({ limits }) => limits),
    isMet: (progress) => rules.every((rule) => rule.isMet(progress)),
  };
}

/**
 * Stop when any of these rules is met; the status is that of the first that is. A list of rules says the same: this is for
 * use within {@link allOf}.
 */
export function anyOf(first: Rule, ...others: readonly Rule[]): Rule {
  const rules = rulesOf('anyOf', [first, ...others]);
  let met = first;
  return {
    get status() {
      return met.status;
    },
    limits: rules.some(({ limits }) => limits),
    isMet(progress) {
      const now = rules.find((rule) => rule.isMet(progress));
      met = now ?? met;
      return now !== undefined;
    },
  };
}

/** @throws when one of them is no rule */
export function rulesOf(owner: string, given: readonly Rule[]): readonly Rule[] {
  for (const rule of given)
    if (typeof rule?.isMet !== 'function')
      throw misuse(`${owner}: a rule is one such as gradTol(1e-6) or maxSteps(100), got ${called(rule)}`);
  return given;
}

function checked(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0))
    throw misuse(`${name} must be at least 0, got ${called(value)}`);
  return value;
}

function counted(name: string, value: number): void {
  if (!Number.isInteger(checked(name, value)) && value < Number.POSITIVE_INFINITY)
    throw misuse(`${name} must be a whole number or Infinity, got ${value}`);
}
