import { hvp } from '../autodiff/grad.js';
import type { Arena, Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import { globalNorm } from '../optim/leaves.js';
import { checkTransform, type Schedulable, type Transform } from '../optim/transform.js';
import { DownslopeError, misuse } from '../tensor/errors.js';
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
  /** What the option `lr` says: a number; while `fit` looks for one, a schedule. */
  readonly lr: Schedulable;
}

/** Rounds of power iteration, and the relative change at which it has settled. */
const ROUNDS = 500;
const SETTLED = 1e-5;
/** Power iteration comes from below: a little room. */
const MARGIN = 1.02;

/** @param lr the rate that was asked for or found: without one, who asks for it is told so */
export function problemOf(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  arena: Arena,
  lr?: Schedulable | 'auto',
): Problem {
  const smoothness = (curvature: number): number =>
    MARGIN * (curvature * largestEigenvalue(objective, data, params, arena) + objective.l2);
  if (lr !== undefined && lr !== 'auto')
    // Where a rate is given, optimizers themselves will do: they take lr, and know no smoothness.
    return Object.defineProperty({ lr } as Problem, 'smoothness', { value: smoothness });
  const none = (): never => {
    throw misuse("lr: the optimizer asks for a learning rate; give lr, a number or 'auto'");
  };
  return Object.defineProperty({ smoothness } as Problem, 'lr', { get: none });
}

/** The optimizer that was given, or that a function of the problem makes. */
export function optimizerOf(
  given: Transform | ((problem: Problem) => Transform),
  problem: () => Problem,
): Transform {
  if (typeof given !== 'function') return given;
  const known = problem();
  try {
    const made = given(known);
    checkTransform('optimizer', made);
    return made;
  } catch (error) {
    // An optimizer that was not called takes the problem for its options.
    if (
      error instanceof DownslopeError &&
      error.message.startsWith(`${given.name}: there is no option smoothness`)
    )
      checkTransform('optimizer', given);
    throw error;
  }
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
