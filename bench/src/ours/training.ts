import { Arena, type Region } from '../../../packages/core/dist/compile/arena.js';
import type { Program } from '../../../packages/core/dist/compile/program.js';
import { ringOf, type Stream } from '../../../packages/core/dist/compile/step-loop.js';
import {
  type ArrayInput,
  array,
  type Host,
  type NdArray,
  type Tensor,
  type Threads,
  type Tree,
} from '../../../packages/core/dist/index.js';
import { isArrayInput, isNdArray } from '../../../packages/core/dist/tensor/array.js';
import { type Flat, flatten } from '../../../packages/core/dist/tensor/tree.js';
import { place, placeRows, rowsOf } from '../../../packages/core/dist/train/dataset.js';
import { stepFeed, trainingStep } from '../../../packages/core/dist/train/step.js';
import { type Figure, type Runner, single } from '../measure.js';
import type { Problem } from './problems.js';

/** The compiled training step of a problem, without the driver that `fit` puts around it. */
export interface Training {
  readonly program: Program;
  readonly runner: Runner;
  /** The parameters as they are now, in the problem's form. */
  params(): Tree<NdArray>;
  /** How long tracing and compiling took. */
  readonly compilation: Figure;
}

/**
 * @param steps how many of them a call takes
 * @param form what to call it
 */
export function training(
  problem: Problem,
  steps: number,
  form: string,
  host: Host,
  threads: Threads,
): Training {
  const { model, optimizer, dtype, batch } = problem;
  const arena = new Arena(host, threads);
  const data = placeRows(rowsOf(problem.train, 'train'), 'train', arena, dtype);
  const tree = flatten(problem.params, isArrayInput);
  const start = tree.leaves.map((leaf) => array(leaf as ArrayInput));
  const params = named(tree, (_, i) => place(start[i]!, arena, dtype));
  const state = flatten(optimizer.init(params.rebuild(start) as Record<string, NdArray>), isNdArray);
  const stateRegions = state.leaves.map((leaf) => place(leaf, arena, dtype));
  const feed = stepFeed(arena, optimizer, 0, steps);
  const report = ringOf(arena, steps, [2], 'float64');
  const index = problem.order && ringOf(arena, steps, [batch], 'int32');
  const objective = {
    predict: (leaves: Readonly<Record<string, Tensor>>, x: unknown) =>
      model.apply(tree.rebuild(params.names.map((name) => leaves[name]!)), x as Tensor),
    loss: (prediction: Tensor, y: unknown) => problem.loss(prediction, y as Tensor),
    l2: 0,
  };
  const memory = {
    arena,
    params,
    trained: params,
    state: { ...state, leaves: stateRegions },
    feed,
    report,
  };
  const [program, compilation] = single(() => trainingStep(objective, optimizer, data, memory, index));

  let taken = 0;
  const reset = (): void => {
    taken = 0;
    params.leaves.forEach((region, i) => {
      arena.write(region, start[i]!.data);
    });
    stateRegions.forEach((region, i) => {
      arena.write(region, state.leaves[i]!.data);
    });
  };
  const call = (count: number): void => {
    feed.write(taken, count);
    if (index) feedIndex(arena, index, problem.order!, taken * batch, count * batch);
    program.run(0, count);
    taken += count;
  };
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) call(steps);
  };
  const loss = (step: number): number => {
    reset();
    for (let i = 0; i < step; i++) call(1);
    return arena.view(report.ring)[0]!;
  };
  const now = (): Tree<NdArray> => {
    const leaves = params.leaves.map((region, i) => ({ ...start[i]!, data: arena.read(region) }));
    return tree.rebuild(leaves) as Tree<NdArray>;
  };
  return { program, runner: { form, steps, reset, run, loss }, params: now, compilation };
}

/** The same leaves as a record under their names. */
function named(tree: Flat<unknown>, region: (leaf: unknown, i: number) => Region): Flat<Region> {
  return {
    names: tree.names,
    leaves: tree.leaves.map(region),
    rebuild: (others) => Object.fromEntries(tree.names.map((name, i) => [name, others[i]!])),
  };
}

/** Rows of the coming batches: epochs follow one another without a gap. */
function feedIndex(arena: Arena, { ring }: Stream, order: Int32Array, from: number, count: number): void {
  const rows = arena.view(ring);
  let at = from % order.length;
  for (let i = 0; i < count; i++) {
    rows[i] = order[at++]!;
    if (at === order.length) at = 0;
  }
}
