import type { Tensor } from '../tensor/tensor.js';

/** 1 − x; for a float64 scalar exact where float32 would lose digits, as in 1 − 0.999. */
export const oneMinus = (x: Tensor): Tensor => x.neg().add(1);

/** An exponential moving average takes in a value: β·average + (1 − β)·value. */
export const movingAverage = (average: Tensor, value: Tensor, beta: Tensor): Tensor =>
  average.mul(beta).add(value.mul(oneMinus(beta)));

/**
 * 1 − βᵗ as −(e^(t·ln β) − 1): good to the last bits also where βᵗ is almost 1, and cheaper than a power, as a β that
 * stays has its logarithm taken once a call.
 */
export const oneMinusPower = (beta: Tensor, step: Tensor): Tensor => beta.log().mul(step).expm1().neg();

/** Makes up for an average's start at zero: average/(1 − βᵗ). */
export const debiased = (average: Tensor, beta: Tensor, step: Tensor): Tensor =>
  average.mul(oneMinusPower(beta, step).reciprocal());

/**
 * An ε that is added before the bias correction of the root of v, in units of the corrected one:
 * (√v + ε)/√(1 − βᵗ) = √v̂ + ε/√(1 − βᵗ).
 */
export const epsHat = (eps: Tensor, beta: Tensor, step: Tensor): Tensor =>
  eps.div(oneMinusPower(beta, step).sqrt());

/** √(1 − β₂ᵗ)/(1 − β₁ᵗ): both of Adam's corrections as one factor of the rate. */
export const correction = (beta1: Tensor, beta2: Tensor, step: Tensor): Tensor =>
  oneMinusPower(beta2, step).sqrt().div(oneMinusPower(beta1, step));
