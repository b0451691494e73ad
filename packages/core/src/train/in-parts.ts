import { evaluationOf } from '../optim/evaluation.js';
import { mapLeaves } from '../optim/leaves.js';
import type { Evaluation, Leaves } from '../optim/transform.js';
import { scan } from '../tensor/control/scan.js';
import { isTensor, type Tensor } from '../tensor/tensor.js';
import { type Training, trainingPass } from '../tensor/training.js';
import { mapTree } from '../tensor/tree.js';
import type { Batch } from './objective.js';

/** A batch that is looked at a part of its rows at a time. */
export interface Parted {
  /** All rows that may be picked, and which are: left out, all of them. */
  readonly data: Batch;
  readonly index: Tensor | undefined;
  readonly rows: number;
  /** Rows of a part; the last may have fewer. */
  readonly part: number;
  /** Of the step, for random numbers. */
  readonly seed: Tensor;
  readonly count: Tensor;
}

type LossOf = (batch: Batch, training: Training) => (params: Leaves<Tensor>) => Tensor;

type Sums = { readonly loss: Tensor; readonly grads: Leaves<Tensor> };

/**
 * Loss and gradient of a batch as the means over its rows, worked out for one part after another: what a part needs on the
 * way is gone with the next.
 *
 * The parts of full size are turns of a loop of the program. Where steps renew parameters by themselves, which no loop
 * can, they are written out one after another, and each sees what the one before left.
 *
 * @param pass of the step, where parameters are renewed
 */
export function evaluationInParts(
  parted: Parted,
  lossOf: LossOf,
  params: Leaves<Tensor>,
  pass?: Training,
): Evaluation {
  const { rows, part, seed, count } = parted;
  const whole = Math.floor(rows / part);
  const rest = rows - whole * part;
  const turns = Math.ceil(rows / part);
  const at = (batch: Batch, training: Training): Sums => {
    const { loss, grads } = evaluationOf(lossOf(batch, training), params);
    return { loss: loss.cast('float64'), grads };
  };
  /** A pass of its own for each part: other random numbers. */
  const passOf = (i: Tensor | number): Training => {
    const step = count.mul(turns).add(i);
    return trainingPass(seed.within(step.builder), step);
  };
  const sums: (readonly [sums: Sums, rows: number])[] = [];
  if (pass) {
    for (let i = 0; i < whole; i++) sums.push([at(batchOf(parted, i * part, part), pass), part]);
  } else if (whole > 0) {
    const start = mapLeaves(params, (x) => x.like(0).broadcastTo(x.shape));
    const [sum] = scan(
      (sum: Sums, { slice, i }: { slice: unknown; i: Tensor }) => {
        const { loss, grads } = at(batchIn(parted, slice), passOf(i));
        return [
          { loss: sum.loss.add(loss), grads: mapLeaves(sum.grads, (g, name) => g.add(grads[name]!)) },
          {},
        ];
      },
      { loss: count.like(0), grads: start },
      { slice: stacked(parted, whole), i: count.constant(Float64Array.from({ length: whole }, (_, i) => i)) },
    );
    sums.push([sum, part]);
  }
  if (rest > 0) sums.push([at(batchOf(parted, whole * part, rest), pass ?? passOf(whole)), rest]);
  const mean = (of: (sums: Sums) => Tensor): Tensor =>
    sums.map(([sum, share]) => of(sum).mul(share / rows)).reduce((a, b) => a.add(b));
  return {
    loss: mean(({ loss }) => loss),
    grads: mapLeaves(params, (_, name) => mean(({ grads }) => grads[name]!)),
    reevaluate: (other) => evaluationInParts(parted, lossOf, other),
  };
}

/** So many rows of the batch, from one of them on. */
function batchOf({ data, index }: Parted, from: number, count: number): Batch {
  const cut = (x: Tensor): Tensor => x.slice([from], [from + count]);
  return index ? gathered(data, cut(index)) : (mapTree(data, isTensor, cut) as unknown as Batch);
}

/** What the loop takes a slice of in each turn: row numbers, or the rows themselves. */
function stacked({ data, index, part }: Parted, whole: number): unknown {
  const stack = (x: Tensor): Tensor =>
    x.slice([0], [whole * part]).reshape([whole, part, ...x.shape.slice(1)]);
  return index ? stack(index) : mapTree(data, isTensor, stack);
}

const batchIn = ({ data, index }: Parted, slice: unknown): Batch =>
  index ? gathered(data, slice as Tensor) : (slice as Batch);

const gathered = (data: Batch, index: Tensor): Batch =>
  mapTree(data, isTensor, (x) => x.gather(index)) as unknown as Batch;
