import { Arena, type Region } from '../compile/arena.js';
import type { MemoryPlan } from '../compile/memory-plan.js';
import type { Program } from '../compile/program.js';
import { shapesOn } from '../compile/shapes.js';
import { ringOf } from '../compile/step-loop.js';
import { placeState } from '../minimize/place.js';
import type { Model } from '../nn/model.js';
import { isArrayInput, type NdArray } from '../tensor/array.js';
import { misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Flat, flatten } from '../tensor/tree.js';
import type { Results } from '../tensor/values.js';
import { rowsOf, specIn } from './dataset.js';
import { checkCall, hostFor, type Rows, type StepOptions, stepSettingsOf } from './options.js';
import { type Memory, stepFeed, trainingStep } from './step.js';
import { type Weights, weightsOf } from './weights.js';
import { byName, matching, objectiveOf, placeLeaves, trainedOf } from './workplace.js';

/** Takes a training step on a batch, rows first. */
export interface CompiledStep<P = unknown, X = Tensor, Y = Tensor> {
  /**
   * @returns the batch's loss, penalty included, and the length of its gradient, both from before the step; not finite
   *   when the step was not: nothing is taken back
   */
  (batch: Rows<X, Y>): { readonly loss: number; readonly gradNorm: number };
  /** A copy of the weights as they are now: those to predict with, where the optimizer keeps others. */
  params(): Results<P>;
  /** Which array lies where in the step on such a batch, to be shown by {@link printMemoryPlan}. No step is taken. */
  memoryPlan(batch: Rows<X, Y>): MemoryPlan;
}

/** What becomes settled with the first batch. */
interface Work {
  readonly memory: Memory;
  readonly weights: Weights;
  readonly pieceOf: ReturnType<typeof shapesOn<Piece>>;
}

/** The program for batches of one shape, and where it finds them. */
interface Piece {
  readonly program: Program;
  readonly places: readonly Region[];
}

/**
 * A training step for loops of one's own: data that arrives as it is made, losses that decide what comes next. Where rows
 * lie in memory from the start, {@link fit} takes many steps a call, and looks after them.
 *
 * The step is θ ← θ + update(∇[mean loss + (l2/2)·Σw²]), as in `fit`. It is compiled once for each shape of batch, of which
 * the 32 used last are kept; parameters and optimizer state stay in place from one to the next, and memory is as large as
 * the largest batch needs.
 *
 * @param model `init` makes parameters, `apply` makes predictions from them and `x`
 * @param options `loss`, `optimizer`; `params` to begin with, `l2`, `seed`, `dtype`, `numerics`, `threads`,
 *   `host` as in `fit`
 * @throws when options are not known, or a batch does not fit the model
 * @example
 * ```ts
 * import { compileStep, linear, sgd, squared } from '@downslope/core';
 * const step = compileStep(linear({ inputs: 1, outputs: 1 }), { loss: squared, optimizer: sgd({ lr: 0.1 }) });
 * for (let i = 0; i < 200; i++) {
 *   const x = [[Math.sin(i)], [Math.cos(i)]];
 *   const { loss } = step({ x, y: x.map(([v]) => [2 * v! + 1]) });
 *   if (loss < 1e-6) break;
 * }
 * const { w, b } = step.params();
 * console.log(w.data[0], b.data[0]); // close to 2 and 1
 * ```
 */
export function compileStep<P, X = Tensor, Y = Tensor>(
  model: Model<P, X>,
  options: StepOptions<X, Y, P>,
): CompiledStep<P, X, Y> {
  checkCall('compileStep', model, options);
  const settings = stepSettingsOf(options);
  const { loss, optimizer } = options;
  if (typeof optimizer === 'function')
    throw misuse(
      'compileStep: optimizer must be a transform; a function of the problem needs all rows, as fit has them',
    );
  const arena = new Arena(hostFor(options), options.threads ?? 'auto');
  const initial = flatten(model.init(settings), isArrayInput);
  const tree = placeLeaves(
    options.params ? matching(options.params, initial) : initial,
    arena,
    settings.dtype,
  );
  const objective = objectiveOf(model, loss, tree, settings.l2);
  const params = byName(tree);
  let work: Work | undefined;
  let taken = 0;

  /** Which parameters the optimizer moves shows with the first batch. */
  const workOn = (batch: Flat<Spec>): Work => {
    const trained = trainedOf(params, objective, batch);
    const place = { arena, params, trained, state: placeState(optimizer, trained, arena) };
    const feed = stepFeed(arena, optimizer, settings.seed, 1);
    const memory = { ...place, feed, report: ringOf(arena, 1, [2], 'float64') };
    const weights = weightsOf(optimizer, place);
    // From here on all that is allocated belongs to the program of one batch.
    return { memory, weights, pieceOf: shapesOn(arena) };
  };
  const prepare = (batch: Rows<X, Y>) => {
    const { rows, arrays } = rowsOf(batch, 'batch');
    const specs = arrays.leaves.map((leaf) => specIn(leaf, settings.dtype));
    work ??= workOn({ ...arrays, leaves: specs });
    const { memory, pieceOf } = work;
    const piece = pieceOf(JSON.stringify([arrays.names, specs]), () => {
      const places = specs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
      const data = { rows, regions: { ...arrays, leaves: places } };
      return { places, program: trainingStep(objective, optimizer, data, memory) };
    });
    return { ...piece, arrays, memory };
  };
  const step = (batch: Rows<X, Y>) => {
    const { program, places, arrays, memory } = prepare(batch);
    places.forEach((region, i) => {
      arena.write(region, arrays.leaves[i]!.data);
    });
    const { feed, report } = memory;
    feed.write(taken++, 1);
    program.run();
    const [value, gradNorm] = arena.view(report.ring);
    return { loss: value!, gradNorm: gradNorm! };
  };
  const read = (): readonly NdArray[] => {
    if (!work) return tree.leaves.map((region) => ({ ...region, data: arena.read(region) }));
    work.weights.refresh();
    const values = work.weights.read();
    return tree.names.map((name) => values[name]!);
  };
  return Object.assign(step, {
    params: () => tree.rebuild(read()) as Results<P>,
    memoryPlan: (batch: Rows<X, Y>) => prepare(batch).program.plan(),
  });
}
