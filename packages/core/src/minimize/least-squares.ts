import { hvp, jvp } from '../autodiff/grad.js';
import { Arena, type Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import { checkNames } from '../data/names.js';
import { called, misuse } from '../tensor/errors.js';
import { type Tensor, tensorsOf } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Tree } from '../tensor/tree.js';
import type { Like, Values } from '../tensor/values.js';
import { drain, follow } from './follow.js';
import { programOn, tracedOn } from './kept-program.js';
import { levenbergMarquardt } from './methods/levenberg-marquardt.js';
import { type MinimizeOptions, type Minimum, minimumOf } from './minimize.js';
import { later } from './objective.js';
import { byName, placeIn } from './place.js';

export interface LeastSquaresOptions extends Pick<MinimizeOptions, 'stop' | 'path'> {}

/** Residuals and their derivatives, of a flat vector. */
export interface Residuals {
  readonly start: Float64Array;
  evaluations: number;
  residuals(x: Float64Array): Float64Array;
  /** The columns ∂r/∂xⱼ. */
  jacobian(x: Float64Array): Float64Array[];
  /** ∇²(½Σr²) at x times v. */
  hessianTimes(x: Float64Array, v: Float64Array): Float64Array;
}

/**
 * Finds x that minimises Σ rᵢ(x)² by the Levenberg–Marquardt method, in float64 and with exact derivatives: the way to
 * fit a formula's parameters to measurements.
 *
 * Each step p solves (JᵀJ + λD²)p = −Jᵀr by QR, where D holds the lengths of the columns of the Jacobian J and λ keeps
 * ‖Dp‖ within a radius in which the linear model has proved good. Where that foretells badly, as with large residuals at
 * the minimum, and Newton's model, with Σ rᵢ∇²rᵢ beside JᵀJ, would have done clearly better, the next steps are those of
 * Newton's model, until it is no better any more. Derivatives are compiled, a column at a time: fit for up to some
 * hundreds of parameters.
 *
 * @param residuals r, in tensor methods: a tensor of any shape, or several in a list or record; at least as many numbers
 *   as `x0` has
 * @param x0 where to start: a number, an array, or a tree of them by name
 * @param options `stop`: further rules. By itself it stops at the limits of what can be told apart in float64: when
 *   neither the sum (1e-14 relative) nor the point (1e-14) changes
 * @returns as `minimize`; `value` is Σr², `evaluations` counts the points at which residuals were worked out
 * @throws when there are fewer residuals than parameters
 * @example
 * ```ts
 * import { leastSquares, type Tensor } from '@downslope/core';
 * const t = [0, 1, 2, 3];
 * const y = [5, 3.03, 1.84, 1.12];
 * const decay = ({ height, rate }: { height: Tensor; rate: Tensor }) =>
 *   rate.mul(t).neg().exp().mul(height).sub(y);
 * console.log(leastSquares(decay, { height: 1, rate: 1 }).best.x); // about 5 and 0.5
 * ```
 *
 * Source: J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", 1978 (MINPACK's `lmder`); the change of
 * models after J. Dennis, D. Gay and R. Welsch, "An adaptive nonlinear least-squares algorithm", 1981, with the exact
 * second derivatives in place of their secant estimate.
 */
export function leastSquares<P, V extends Values<P>>(
  residuals: (params: P) => Tree<Tensor>,
  x0: V,
  options: LeastSquaresOptions = {},
): Minimum<Like<V>> {
  if (typeof residuals !== 'function')
    throw misuse(`leastSquares: residuals must be a function of tensors, got ${called(residuals)}`);
  checkNames('leastSquares', options, ['stop', 'path']);
  const place = placeIn('x0', x0, 'float64');
  const objective = residualsOf(residuals as (x: unknown) => Tree<Tensor>, place);
  const form = { place, derivatives: 'exact' } as const;
  return drain(
    follow(levenbergMarquardt, objective, options, (ending) => minimumOf(levenbergMarquardt, form, ending)),
  ) as Minimum<Like<V>>;
}

function residualsOf(f: (x: unknown) => Tree<Tensor>, place: ReturnType<typeof placeIn>): Residuals {
  const arena = new Arena();
  const [x, v] = [arena.allocate([place.size], 'float64'), arena.allocate([place.size], 'float64')];
  const flat = (params: Readonly<Record<string, Tensor>>): Tensor => {
    const parts = tensorsOf(f(place.rebuild(params)), 'the residuals').leaves.map((r) =>
      r.cast('float64').reshape([-1]),
    );
    return parts.length === 1 ? parts[0]! : parts[0]!.concat(parts.slice(1));
  };
  const programOf = (inputs: readonly Region[], of: (...args: never[]) => Tensor): [Program, Region] => {
    const args = inputs.map((region) => byName(place.parts(region)));
    const { graph } = trace(of, args);
    const out = arena.allocate(graph.outputs[0]!.shape, 'float64');
    return [assemble(graph, arena, { inputs: args.flatMap(({ leaves }) => leaves), outputs: [out] }), out];
  };
  const [values, r] = programOf([x], flat);
  const [slopes, dr] = programOf(
    [x, v],
    (at: never, along: never) => jvp(flat, at, along)[1] as unknown as Tensor,
  );
  const bends = later(() => {
    const out = arena.allocate([place.size], 'float64');
    const half = (params: Readonly<Record<string, Tensor>>): Tensor => flat(params).square().sum().div(2);
    const product = tracedOn(place, 2, (at, along) => hvp(half, at!, along!));
    const run = programOn(arena, place, [x, v], [out], product);
    return { run, out };
  });
  if (r.shape[0]! < place.size)
    throw misuse(
      `leastSquares: needs at least as many residuals as parameters, got ${r.shape[0]} for ${place.size}`,
    );
  return {
    start: place.start,
    evaluations: 0,
    residuals(at) {
      this.evaluations++;
      arena.write(x, at);
      values.run();
      return arena.read(r) as Float64Array;
    },
    jacobian(at) {
      arena.write(x, at);
      return Array.from(at, (_, j) => {
        const unit = arena.view(v).fill(0);
        unit[j] = 1;
        slopes.run();
        return arena.read(dr) as Float64Array;
      });
    },
    hessianTimes(at, along) {
      const { run, out } = bends();
      arena.write(x, at);
      arena.write(v, along);
      run.run();
      return arena.read(out) as Float64Array;
    },
  };
}
