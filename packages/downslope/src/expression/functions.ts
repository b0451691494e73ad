import type { Tensor } from '@downslope/core';

/** A function that expressions may call, and with how many arguments. */
export interface KnownFunction {
  readonly least: number;
  readonly most: number;
  of(x: Tensor, ...others: readonly Tensor[]): Tensor;
}

const ofOne = (of: (x: Tensor) => Tensor): KnownFunction => ({ least: 1, most: 1, of });

const hyperbolic = (x: Tensor, sign: 1 | -1): Tensor => x.exp().add(x.neg().exp().mul(sign)).div(2);
const asin = (x: Tensor): Tensor => x.div(x.square().neg().add(1).sqrt()).atan();

/** The functions that expressions may call, by the names that mathjs has for them. */
export const FUNCTIONS: Readonly<Record<string, KnownFunction>> = {
  abs: ofOne((x) => x.abs()),
  acos: ofOne((x) =>
    asin(x)
      .neg()
      .add(Math.PI / 2),
  ),
  asin: ofOne(asin),
  atan: ofOne((x) => x.atan()),
  cbrt: ofOne((x) =>
    x
      .abs()
      .pow(1 / 3)
      .mul(x.sign()),
  ),
  cos: ofOne((x) => x.cos()),
  cosh: ofOne((x) => hyperbolic(x, 1)),
  cube: ofOne((x) => x.pow(3)),
  erf: ofOne((x) => x.erf()),
  exp: ofOne((x) => x.exp()),
  /** ln x, or the logarithm to a base. */
  log: { least: 1, most: 2, of: (x, base) => (base ? x.log().div(base.log()) : x.log()) },
  log10: ofOne((x) => x.log().div(Math.LN10)),
  log2: ofOne((x) => x.log().div(Math.LN2)),
  max: { least: 1, most: Infinity, of: (x, ...others) => others.reduce<Tensor>((a, b) => a.maximum(b), x) },
  min: { least: 1, most: Infinity, of: (x, ...others) => others.reduce<Tensor>((a, b) => a.minimum(b), x) },
  pow: { least: 2, most: 2, of: (x, power) => x.pow(power!) },
  sigmoid: ofOne((x) => x.sigmoid()),
  sign: ofOne((x) => x.sign()),
  sin: ofOne((x) => x.sin()),
  sinh: ofOne((x) => hyperbolic(x, -1)),
  sqrt: ofOne((x) => x.sqrt()),
  square: ofOne((x) => x.square()),
  tan: ofOne((x) => x.tan()),
  tanh: ofOne((x) => x.tanh()),
};

/** The operators, by the names that mathjs has for them. */
export const OPERATORS: Readonly<Record<string, KnownFunction>> = {
  add: { least: 2, most: 2, of: (a, b) => a.add(b!) },
  subtract: { least: 2, most: 2, of: (a, b) => a.sub(b!) },
  multiply: { least: 2, most: 2, of: (a, b) => a.mul(b!) },
  divide: { least: 2, most: 2, of: (a, b) => a.div(b!) },
  pow: { least: 2, most: 2, of: (a, b) => a.pow(b!) },
  unaryMinus: ofOne((a) => a.neg()),
  unaryPlus: ofOne((a) => a),
};

export const CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  π: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
};
