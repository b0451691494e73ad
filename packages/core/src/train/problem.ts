import { hvp } from '../autodiff/grad.js';
import type { Arena, Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import { globalNorm } from '../optim/leaves.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import type { Dataset } from './dataset.js';
import type { Batch, Named, Objective } from './objective.js';

/** What can be found out about a problem before training. */
export interface Problem {
  /**
   * The smoothness L of the objective for a model that is linear in its parameters: an upper bound of the Hessian's
   * eigenvalues, `curvature`·λmax(JᵀWJ/n) + l2, where J is the derivative of all predictions, W the weights of the rows (1
   * where there are none), and λmax comes from power iteration. Gradient descent at the rate 1/L never overshoots.
   *
   * @param curvature the largest second derivative of the loss in the prediction (2 for squared error)
   */
  smoothness(curvature: number): number;
}

/** Rounds of power iteration, and the relative change at which it has settled. */
const ROUNDS = 500;
const SETTLED = 1e-5;
/** Power iteration comes from below: a little room. */
const MARGIN = 1.02;

export function problemOf(objective: Objective, data: Dataset, params: Flat<Region>, arena: Arena): Problem {
  return {
    smoothness: (curvature) =>
      MARGIN * (curvature * largestEigenvalue(objective, data, params, arena) + objective.l2),
  };
}

/** λmax of JᵀJ/n, which is the Hessian of ½·mean‖prediction‖² when predictions are linear in the parameters. */
function largestEigenvalue(objective: Objective, data: Dataset, params: Flat<Region>, arena: Arena): number {
  const energy =
    ({ x, weight }: Batch) =>
    (params: Named<Tensor>) => {
      const squares = objective.predict(params, x).square();
      const ofRows = squares.sum(squares.shape.slice(1).map((_, i) => i + 1));
      return (weight ? ofRows.mul(weight.cast(ofRows.dtype)) : ofRows).sum().mul(0.5 / data.rows);
    };
  const multiply = (params: Named<Tensor>, v: Named<Tensor>, batch: Batch): [Named<Tensor>, Tensor] => {
    const product = hvp(energy(batch), params, v) as Named<Tensor>;
    const length = globalNorm(product);
    const unit = length.gt(0).where(length.reciprocal(), 0);
    return [
      Object.fromEntries(Object.entries(product).map(([name, leaf]) => [name, leaf.mul(unit)])),
      length,
    ];
  };
  const v = startVector(params, arena);
  const length = arena.allocate([], 'float64');
  const { graph } = trace(multiply as (...args: never[]) => unknown, [params, v, data.regions]);
  const program = assemble(graph, arena, {
    inputs: [...params.leaves, ...v.leaves, ...data.regions.leaves],
    outputs: [...v.leaves, length],
  });
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    program.run();
    const next = arena.view(length)[0]!;
    if (Math.abs(next - found) <= SETTLED * next) return next;
    found = next;
  }
  return found;
}

/** A unit vector without pattern, so that it leans towards every eigenvector. */
export function startVector(params: Flat<Region>, arena: Arena): Flat<Region> {
  const size = params.leaves.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const leaves = params.leaves.map(({ shape, dtype }, leaf) => {
    const region = arena.allocate(shape, dtype);
    const values = Float64Array.from(
      { length: sizeOf(shape) },
      (_, i) => 0.5 + (((i + leaf * 7.7 + 1) * 0.618034) % 1),
    );
    arena.write(
      region,
      values.map((value) => value / Math.sqrt(size)),
    );
    return region;
  });
  return { ...params, leaves };
}
