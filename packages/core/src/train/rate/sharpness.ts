import { hvp } from '../../autodiff/grad.js';
import type { Region } from '../../compile/arena.js';
import { assemble } from '../../compile/program.js';
import { globalNorm, inner } from '../../optim/leaves.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { type Flat, singleLeaf } from '../../tensor/tree.js';
import { windowOf } from '../dataset.js';
import { type Batch, type Named, penalised } from '../objective.js';
import { startVector } from '../problem.js';
import { trainedOf } from '../workplace.js';
import type { Trainee } from './trials.js';

/** Rows that curvature is measured on, at most. */
const ROWS = 512;
/** Rounds of power iteration at most, and the relative change at which it has settled. */
const ROUNDS = 100;
const SETTLED = 1e-3;

/**
 * λmax, the largest eigenvalue of the Hessian of the objective at what the parameters now are, on the first rows. By power
 * iteration on exact Hessian–vector products; where the curvature that is largest in size is downwards, once more on
 * H + |λmin|·I. From below, and to some three digits.
 */
export function sharpness({ arena, objective, data, params }: Trainee): number {
  const rows = Math.min(ROWS, data.rows);
  const batch = { ...data.regions, leaves: data.regions.leaves.map((region) => windowOf(region, 0, rows)) };
  const v = startVector(trainedOf(params, objective, batch), arena);
  const shift = arena.allocate([], 'float64');
  const curvature = arena.allocate([], 'float64');
  const multiply = (params: Named<Tensor>, v: Named<Tensor>, batch: Batch, shift: Tensor) => {
    const moving = Object.fromEntries(Object.keys(v).map((name) => [name, params[name]!]));
    const loss = (at: Named<Tensor>): Tensor => penalised(objective, { ...params, ...at }, batch);
    const product = hvp(loss, moving, v) as Named<Tensor>;
    const shifted = eachOf(product, (leaf, name) => leaf.add(v[name]!.mul(shift)));
    const length = globalNorm(shifted);
    const unit = length.gt(0).where(length.reciprocal(), 0);
    return [eachOf(shifted, (leaf) => leaf.mul(unit)), inner(v, product)];
  };
  const args: Flat<Region>[] = [params, v, batch, singleLeaf(shift)];
  const { graph } = trace(multiply as (...args: never[]) => unknown, args);
  const program = assemble(graph, arena, {
    inputs: args.flatMap(({ leaves }) => leaves),
    outputs: [...v.leaves, curvature],
  });
  const largest = (by: number): number => {
    arena.write(shift, [by]);
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      program.run();
      const next = arena.view(curvature)[0]!;
      if (Math.abs(next - found) <= SETTLED * Math.abs(next)) return next;
      found = next;
    }
    return found;
  };
  const first = largest(0);
  return first < 0 ? largest(-first) : first;
}

const eachOf = (leaves: Named<Tensor>, of: (leaf: Tensor, name: string) => Tensor): Named<Tensor> =>
  Object.fromEntries(Object.entries(leaves).map(([name, leaf]) => [name, of(leaf, name)]));
