import type { Arena, Region } from '../compile/arena.js';
import { type Feed, feedOf, type PerStep } from '../compile/feed.js';
import { NOWHERE } from '../compile/layout.js';
import { planOf } from '../compile/memory-plan.js';
import { assemble, type Program } from '../compile/program.js';
import type { Stream } from '../compile/step-loop.js';
import { evaluationOf } from '../optim/evaluation.js';
import { applyUpdates, globalNorm, mapLeaves } from '../optim/leaves.js';
import type { Evaluation, State, Transform } from '../optim/transform.js';
import { misuse } from '../tensor/errors.js';
import { isTensor, type Tensor } from '../tensor/tensor.js';
import { type Traced, trace } from '../tensor/trace.js';
import { type Training, trainingPass } from '../tensor/training.js';
import { type Flat, flatten, mapTree, singleLeaf } from '../tensor/tree.js';
import { type ClipOptions, isCut } from './clipping.js';
import type { Dataset } from './dataset.js';
import { orWhatFits } from './fitting.js';
import { inHalves, throughHalf } from './half-storage.js';
import { evaluationInParts } from './in-parts.js';
import { type Batch, type Named, type Objective, penalised } from './objective.js';
import { byName } from './workplace.js';

/** What every program of a run works on. */
export interface Memory {
  readonly arena: Arena;
  readonly params: Flat<Region>;
  /** Those of `params` that the optimizer moves; steps renew the others by themselves. */
  readonly trained: Flat<Region>;
  readonly state: Flat<Region>;
  /** Hyperparameters, number, seed and last metric of each step, for as many steps as one call may take. */
  readonly feed: Feed;
  /** How many rows a step looks at a time; left out, all of its batch. */
  readonly part?: number | undefined;
  /** What gradients are cut to, where it is to be reported. */
  readonly clip?: ClipOptions | undefined;
  /** Loss and gradient norm of each step; where gradients are cut, 1 for a step whose was. */
  readonly report: Stream;
  /** The learning rate of each step, of optimizers that find it on the way. */
  readonly rate?: Stream | undefined;
}

/** As much of it as a step's graph depends on. */
type Traceable = Omit<Memory, 'arena' | 'report' | 'feed'> & { readonly feed: Pick<Feed, 'places'> };

/** What a step is told besides its batch; no hyperparameter's name has a space. */
const STEP = 'step number';
const SEED = 'random seed';
const METRIC = 'last metric';

/**
 * Hyperparameters, numbers and the seed of steps, of which one call takes at most `room`, and a loss that has been measured
 * before them.
 */
export const stepFeed = (
  arena: Arena,
  { hyper }: Transform,
  seed: number,
  room: number,
  metric: PerStep = Number.NaN,
): Feed => feedOf(arena, { ...hyper, [STEP]: (taken) => taken + 1, [SEED]: seed, [METRIC]: metric }, room);

/**
 * One training step as one program: gather the batch, predict, take the loss and its gradient, update parameters and
 * optimizer state in place.
 *
 * @param index rows of the batch for each step; left out, every step takes all rows
 * @throws when its arrays do not fit into memory, with the batch size that would
 */
export function trainingStep(
  objective: Objective,
  optimizer: Transform,
  data: Dataset,
  memory: Memory,
  index?: Stream,
): Program {
  const { arena, params, state, feed, report, rate, clip } = memory;
  const traced = (rows?: Region) => tracedStep(objective, optimizer, data, memory, rows);
  const { graph, output, inputs } = traced(index?.slot);
  const reported = (i: number): Region => ({
    address: report.slot.address + 8 * i,
    shape: [],
    dtype: 'float64',
  });
  const told = [0, 1, ...(clip ? [2] : [])].map(reported);
  // Outputs are matched by name: an optimizer may give its state back in another order.
  const places = new Map<string, Region>([
    ...params.leaves.map((region, i) => [`0.${params.names[i]}`, region] as const),
    ...state.leaves.map((region, i) => [`1.${state.names[i]}`, region] as const),
    ...[...told, ...(rate ? [rate.slot] : [])].map((region, i) => [`${2 + i}`, region] as const),
  ]);
  checkKept(optimizer, output, places);
  const make = (): Program =>
    assemble(graph, arena, {
      inputs,
      outputs: output.names.map((name) => places.get(name)!),
      fed: index ? [...feed.fed, index] : feed.fed,
      kept: rate ? [report, rate] : [report],
    });
  const needs = (rows: number): number =>
    planOf(traced({ address: 0, shape: [rows], dtype: 'int32' }).graph, arena).bytes;
  return orWhatFits(make, index?.slot.shape[0] ?? data.rows, arena, needs);
}

/** Stands for all optimizers: what updates need on the way is mostly part of the loops that make them. */
const PLAIN: Transform = {
  name: 'plain',
  hyper: {},
  init: () => ({}),
  update: (grads, state) => [grads, state],
};

/**
 * Bytes of scratch memory that a step needs, about. Nothing has to lie in memory yet.
 *
 * @param rows of a batch; left out, all
 */
export function stepNeeds(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  rows: number | undefined,
  part: number | undefined,
): number {
  const told = [STEP, SEED, METRIC].map((name) => [name, NOWHERE.allocate([], 'float64')] as const);
  const state = byName<Region>({ names: [], leaves: [] });
  const memory = { params, trained: params, state, feed: { places: Object.fromEntries(told) }, part };
  const index = rows === undefined ? undefined : NOWHERE.allocate([rows], 'int32');
  return planOf(tracedStep(objective, PLAIN, data, memory, index).graph).bytes;
}

/** The step as a graph. */
export function tracedStep(
  objective: Objective,
  optimizer: Transform,
  data: Dataset,
  { params, trained, state, feed, rate, clip, part }: Traceable,
  rows?: Region,
): Traced & { readonly inputs: readonly Region[] } {
  const { [STEP]: number, [SEED]: seed, [METRIC]: metric, ...hyper } = feed.places;
  const { names } = params;
  const { rows: all } = data;
  const step = (
    params: Named<Tensor>,
    state: Named<Tensor>,
    data: Batch,
    hyper: Named<Tensor>,
    count: Tensor,
    seed: Tensor,
    metric: Tensor,
    rows: Tensor[],
  ) => {
    const pass = trainingPass(seed, count);
    const moving = Object.fromEntries(trained.names.map((name) => [name, params[name]!]));
    const scale = optimizer.lossScale?.(state);
    const lossOf = (batch: Batch, training: Training) => (moving: Named<Tensor>) => {
      const loss = penalised(objective, { ...params, ...moving }, batch, training);
      return scale ? loss.mul(scale.cast(loss.dtype)) : loss;
    };
    const evaluate = (): Evaluation => {
      const index = rows[0];
      const taken = index?.shape[0] ?? all;
      if (part !== undefined && part < taken) {
        const renews = trained.names.length < names.length;
        return evaluationInParts(
          { data, index, rows: taken, part, seed, count },
          lossOf,
          moving,
          renews ? pass : undefined,
        );
      }
      const batch = index ? (mapTree(data, isTensor, (x) => x.gather(index)) as unknown as Batch) : data;
      // An optimizer may look at the loss again: with the same random numbers, and nothing renewed twice.
      const passes = [pass];
      const again = (): Training => ({ ...trainingPass(seed, count), renew: () => {} });
      return evaluationOf((at) => lossOf(batch, passes.pop() ?? again())(at), moving);
    };
    const { grads, gradNorm, ...more } = scale ? storedAsHalf(evaluate(), scale) : evaluate();
    const context = {
      params: moving,
      hyper,
      step: count,
      random: trainingPass(seed, count),
      metric,
      gradNorm,
      ...more,
    };
    const [updates, next] = optimizer.update(grads, state, context);
    const moved = pass.renewed(params, { ...params, ...applyUpdates(moving, updates) });
    const found = rate ? [optimizer.rate!(hyper, next as State<Tensor>)] : [];
    const cut = clip ? [isCut(scale ? mapLeaves(grads, (g) => g.div(scale)) : grads, hyper, clip)] : [];
    const norm = gradNorm ? orNone(gradNorm.div(scale!)) : globalNorm(grads);
    return [moved, next, more.loss.cast('float64'), norm, ...cut, ...found];
  };
  const args = [
    params,
    state,
    data.regions,
    flatten(hyper, isRegion),
    singleLeaf(number!),
    singleLeaf(seed!),
    singleLeaf(metric!),
    flatten(rows ? [rows] : [], isRegion),
  ];
  const traced = trace(step as (...args: never[]) => unknown, args);
  const { graph, output } = traced;
  return {
    ...traced,
    graph: optimizer.lossScale ? inHalves(graph, graph.outputs[output.names.indexOf('2')]!) : graph,
    inputs: args.flatMap(({ leaves }) => leaves),
  };
}

/** What a loss times a scale gives: its gradients as they are, but kept as float16, and the loss itself. */
function storedAsHalf(
  { loss, grads }: Evaluation,
  scale: Tensor,
): Partial<Evaluation> & Pick<Evaluation, 'loss' | 'grads'> {
  const stored = mapLeaves(grads, throughHalf);
  return {
    loss: loss.cast('float64').div(scale),
    grads: mapLeaves(stored, ({ later }) => later),
    gradNorm: globalNorm(mapLeaves(stored, ({ now }) => now)),
  };
}

/** 0 where gradients overflowed: that step is none. */
const orNone = (norm: Tensor): Tensor => norm.lt(Number.POSITIVE_INFINITY).where(norm, 0);

const isRegion = (value: unknown): value is Region =>
  typeof value === 'object' && value !== null && 'address' in value;

/** An optimizer must give back what it was given: the same names, shapes and element types. */
function checkKept({ name }: Transform, output: Flat<Tensor>, places: ReadonlyMap<string, Region>): void {
  const got = new Map(output.names.map((path, i) => [path, output.leaves[i]!]));
  for (const path of new Set([...places.keys(), ...got.keys()])) {
    const [what, leaf] = [path.startsWith('0.') ? 'parameter' : 'state', path.slice(2)];
    const [had, has] = [places.get(path), got.get(path)].map(
      (spec) => spec && `${spec.dtype}[${spec.shape}]`,
    );
    if (had !== has)
      throw misuse(`optimizer ${name}: ${what} ${leaf} must stay ${had ?? 'away'}, got ${has ?? 'nothing'}`);
  }
}
