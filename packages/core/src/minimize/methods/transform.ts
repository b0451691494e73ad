import { Arena, type Region } from '../../compile/arena.js';
import { type Feed, feedOf } from '../../compile/feed.js';
import { assemble, type Program } from '../../compile/program.js';
import { ringOf, type Stream } from '../../compile/step-loop.js';
import { evaluationOf } from '../../optim/evaluation.js';
import { applyUpdates, globalNorm } from '../../optim/leaves.js';
import type { Leaves, State, Transform } from '../../optim/transform.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { trainingPass } from '../../tensor/training.js';
import { singleLeaf } from '../../tensor/tree.js';
import { type Method, type Point, pointOf } from '../method.js';
import type { Objective } from '../objective.js';
import { byName, placeState } from '../place.js';
import { gradTol } from '../stop.js';

/** Numbers that one call may hand back. */
const ROOM = 2 ** 16;
const MOST_PER_CALL = 1024;
/** Milliseconds below which the next call may take twice as many steps: rules are looked at between calls. */
const SHORT = 4;

/**
 * An optimizer as a way down: value, gradient and update are one program, of which one call takes many steps. A plain
 * function of numbers is evaluated between the steps, and its gradient handed to the program.
 */
export const byTransform = (optimizer: Transform): Method => ({
  name: optimizer.name,
  stop: [gradTol(1e-6)],
  *descend(objective) {
    const walk = walkOf(optimizer, objective);
    const exact = objective.traceable !== undefined;
    let taken = 0;
    let perCall = 1;
    for (;;) {
      const before = exact ? undefined : evaluated(objective, walk);
      walk.feed.write(taken, perCall);
      const begin = performance.now();
      walk.program.run(0, perCall);
      const milliseconds = performance.now() - begin;
      const rows = walk.arena.read(walk.report.ring) as Float64Array;
      for (let i = 0; i < perCall; i++) {
        if (exact) objective.evaluations += walk.evaluations;
        yield before ?? pointAt(rows, i * walk.width, walk.width);
      }
      taken += perCall;
      if (exact && milliseconds < SHORT) perCall = Math.min(2 * perCall, walk.most);
    }
  },
});

/** A report is value, gradient norm and point, from before the step. */
const pointAt = (rows: Float64Array, at: number, width: number): Point => ({
  value: rows[at]!,
  gradNorm: rows[at + 1]!,
  x: rows.subarray(at + 2, at + width),
});

function evaluated(objective: Objective, { arena, x, gradient, value }: Walk): Point {
  const at = Float64Array.from(arena.view(x));
  const evaluation = objective.evaluate(at);
  arena.write(gradient, evaluation.gradient);
  arena.write(value, [evaluation.value]);
  return pointOf({ x: at, ...evaluation });
}

/** The step's number among the hyperparameters; no name of theirs has a space. */
const STEP = 'step number';

interface Walk {
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

function walkOf(optimizer: Transform, { place, start, traceable }: Objective): Walk {
  const arena = new Arena();
  const width = 2 + place.size;
  const most = Math.max(1, Math.min(MOST_PER_CALL, Math.floor(ROOM / width)));
  const x = arena.allocate([place.size], place.dtype);
  const gradient = arena.allocate([place.size], place.dtype);
  const value = arena.allocate([], 'float64');
  arena.write(x, start);
  const params = byName(place.parts(x));
  const state = placeState(optimizer, params, arena);
  const feed = feedOf(arena, { ...optimizer.hyper, [STEP]: (taken) => taken + 1 }, most);
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
  const { graph, output } = trace(step as (...args: never[]) => unknown, args);
  const places = new Map<string, Region>([
    ...params.names.map((name, i) => [`0.${name}`, params.leaves[i]!] as const),
    ...state.names.map((name, i) => [`1.${name}`, state.leaves[i]!] as const),
    ['2', report.slot] as const,
  ]);
  const program = assemble(graph, arena, {
    inputs: args.flatMap(({ leaves }) => leaves),
    outputs: output.names.map((name) => places.get(name)!),
    fed: feed.fed,
    kept: [report],
  });
  return {
    arena,
    program,
    x,
    gradient,
    value,
    report,
    width,
    most,
    evaluations,
    feed,
  };
}
