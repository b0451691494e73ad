import { Arena, type Region } from '../../compile/arena.js';
import { type Feed, feedOf } from '../../compile/feed.js';
import { portable } from '../../compile/host.js';
import { assemble, type Program } from '../../compile/program.js';
import { ringOf, type Stream } from '../../compile/step-loop.js';
import { evaluationOf } from '../../optim/evaluation.js';
import { applyUpdates, globalNorm } from '../../optim/leaves.js';
import type { Leaves, State, Transform } from '../../optim/transform.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { trainingPass } from '../../tensor/training.js';
import { singleLeaf } from '../../tensor/tree.js';
import { dataApart } from '../data-apart.js';
import { keyOf } from '../kept-program.js';
import type { Objective } from '../objective.js';
import { byName, placeState } from '../place.js';

/** Numbers that one call may hand back. */
const ROOM = 2 ** 16;
const MOST_PER_CALL = 1024;

/** The step's number among the hyperparameters; no name of theirs has a space. */
const STEP = 'step number';

/** A descent by an optimizer under way: its program, and where everything is in its memory. */
export interface Walk {
  readonly key: string | undefined;
  readonly arena: Arena;
  readonly program: Program;
  readonly x: Region;
  /** Gradient and value at x, where f is a plain function of numbers. */
  readonly gradient: Region;
  readonly value: Region;
  readonly report: Stream;
  readonly width: number;
  readonly most: number;
  /** Of f with its derivatives, in one step at most: an optimizer may look elsewhere, too. */
  readonly evaluations: number;
  /** Hyperparameters and numbers of the steps to come. */
  readonly feed: Feed;
}

/**
 * The last walk that came to rest, of the function that it went down. Another one by the same program takes it over: as in a
 * race, where only the rates differ.
 */
const RESTING = new WeakMap<object, Walk>();

/** Keeps an ended walk for the next. */
export function rest(walk: Walk, { f }: Objective): void {
  if (walk.key !== undefined) RESTING.set(f, walk);
}

/** Begins a walk: by the program of one that has ended, if that is the same. */
export function walkOf(optimizer: Transform, objective: Objective): Walk {
  const { f, place, host, start, traceable } = objective;
  const arena = new Arena(portable(host));
  const width = 2 + place.size;
  const most = Math.max(1, Math.min(MOST_PER_CALL, Math.floor(ROOM / width)));
  const x = arena.allocate([place.size], place.dtype);
  const gradient = arena.allocate([place.size], place.dtype);
  const value = arena.allocate([], 'float64');
  arena.write(x, start);
  const params = byName(place.parts(x));
  const state = placeState(optimizer, params, arena);
  const hyper = { ...optimizer.hyper, [STEP]: (taken: number) => taken + 1 };
  const feed = feedOf(arena, hyper, most);
  const { [STEP]: number, ...hyperRegions } = feed.places;
  const report = ringOf(arena, most, [width], 'float64');
  let evaluations = 0;
  const counted =
    traceable &&
    ((at: Leaves<Tensor>): Tensor => {
      evaluations++;
      return traceable(at);
    });
  const step = (
    params: Leaves<Tensor>,
    state: State<Tensor>,
    hyper: Leaves<Tensor>,
    count: Tensor,
    given: Leaves<Tensor>,
    measured: Tensor,
  ) => {
    const { grads, ...more } = counted ? evaluationOf(counted, params) : { grads: given, loss: measured };
    const metric = more.loss.cast('float64');
    const context = {
      params,
      hyper,
      step: count,
      random: trainingPass(count.like(0), count),
      metric,
      ...more,
    };
    const [updates, next] = optimizer.update(grads, state, context);
    const at = optimizer.evalParams?.(params, state) ?? params;
    const shown = optimizer.evalParams && traceable ? traceable(at) : metric;
    const flat = Object.values(at).map((leaf) => leaf.cast('float64').reshape([-1]));
    const numbers = [shown, globalNorm(grads)].map((leaf) => leaf.cast('float64').reshape([1]));
    return [applyUpdates(params, updates), next, numbers[0]!.concat([numbers[1]!, ...flat])];
  };
  const args = [
    params,
    state,
    byName(hyperRegions),
    singleLeaf(number!),
    byName(place.parts(gradient)),
    singleLeaf(value),
  ];
  const { graph: whole, output } = trace(step as (...args: never[]) => unknown, args);
  const apart = dataApart(whole);
  const data = apart.data.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const signed = keyOf(place, apart);
  const key =
    signed && JSON.stringify([Object.entries(hyper).map(([name, value]) => [name, typeof value]), signed]);
  const begin = (walk: Walk): Walk => {
    // Of the same layout: what lies in this arena lies there at the same places.
    for (const region of [x, ...state.leaves]) walk.arena.write(region, arena.read(region));
    for (const [i, region] of data.entries()) walk.arena.write(region, apart.data[i]!.data);
    for (const [name, value] of Object.entries(hyper)) walk.feed.set(name, value);
    return { ...walk, evaluations };
  };
  const resting = RESTING.get(f);
  if (resting && resting.key === key) {
    RESTING.delete(f);
    return begin(resting);
  }
  const places = new Map<string, Region>([
    ...params.names.map((name, i) => [`0.${name}`, params.leaves[i]!] as const),
    ...state.names.map((name, i) => [`1.${name}`, state.leaves[i]!] as const),
    ['2', report.slot] as const,
  ]);
  const program = assemble(apart.graph, arena, {
    inputs: [...args.flatMap(({ leaves }) => leaves), ...data],
    outputs: output.names.map((name) => places.get(name)!),
    fed: feed.fed,
    kept: [report],
  });
  return begin({ key, arena, program, x, gradient, value, report, width, most, evaluations, feed });
}
