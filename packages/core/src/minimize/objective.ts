import { hvp, valueAndGrad } from '../autodiff/grad.js';
import { Arena, type Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import type { FloatType } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { type Box, boxIn, clamp } from './bounds.js';
import { isNumeric, type Numeric } from './numeric.js';
import { byName, type Place, placeIn } from './place.js';

/** A function of tensors as the compiler sees it: of its leaves by name. */
export type Traceable = (params: Readonly<Record<string, Tensor>>) => Tensor;

export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A function to be minimised, of a flat vector. */
export interface Objective {
  readonly start: Float64Array;
  readonly place: Place;
  readonly arena: Arena;
  /** Where the points have to stay, if they do; the start does. */
  readonly box: Box | undefined;
  /** How often the function was evaluated so far, whatever for. */
  evaluations: number;
  readonly derivatives: 'exact' | 'central differences';
  /** The function in tensor methods, if it is one. */
  readonly traceable: Traceable | undefined;
  evaluate(x: Float64Array): Evaluation;
  /** The Hessian at x times v. */
  hessianTimes(x: Float64Array, v: Float64Array): Float64Array;
}

/** Who asks, what the point is called there, and where it has to stay. */
export interface Asked {
  readonly caller?: string;
  readonly point?: string;
  readonly bounds?: unknown;
}

export function objectiveOf(f: unknown, x0: unknown, dtype: FloatType, asked: Asked = {}): Objective {
  const { caller = 'minimize', point = 'x0', bounds } = asked;
  if (!isNumeric(f) && typeof f !== 'function')
    throw misuse(`${caller}: f must be a function of tensors or numeric(f), got ${called(f)}`);
  const place = placeIn(point, x0, dtype);
  const box = bounds === undefined ? undefined : boxIn(place, bounds);
  const { start } = place;
  const given = { place, box, start: box ? clamp(start.slice(), box) : start, evaluations: 0 };
  return isNumeric(f) ? numericObjective(f, given) : tracedObjective(f as (x: unknown) => Tensor, given);
}

type Given = Pick<Objective, 'place' | 'box' | 'start' | 'evaluations'>;

function tracedObjective(f: (x: unknown) => Tensor, given: Given): Objective {
  const { place } = given;
  const arena = new Arena();
  const x = arena.allocate([place.size], place.dtype);
  const gradient = arena.allocate([place.size], place.dtype);
  const value = arena.allocate([], 'float64');
  const traceable: Traceable = (params) => f(place.rebuild(params));
  const slope = valueAndGrad(traceable);
  const program = programOf(arena, place, [x], [value, gradient], (params) => {
    const [value, g] = slope(params) as [Tensor, Record<string, Tensor>];
    return [value.cast('float64'), g];
  });
  const hessian = later(() => {
    const v = arena.allocate([place.size], place.dtype);
    const hv = arena.allocate([place.size], place.dtype);
    const run = programOf(arena, place, [x, v], [hv], (params, direction) =>
      hvp(traceable, params, direction!),
    );
    return { v, hv, run };
  });
  return {
    ...given,
    arena,
    derivatives: 'exact',
    traceable,
    evaluate(at) {
      this.evaluations++;
      arena.write(x, at);
      program.run();
      return { value: arena.view(value)[0]!, gradient: new Float64Array(arena.view(gradient)) };
    },
    hessianTimes(at, direction) {
      const { v, hv, run } = hessian();
      this.evaluations++;
      arena.write(x, at);
      arena.write(v, direction);
      run.run();
      return new Float64Array(arena.view(hv));
    },
  };
}

function numericObjective({ f, step }: Numeric<unknown>, given: Given): Objective {
  const { place, box } = given;
  const at = (x: Float64Array): number => {
    const value: unknown = f(place.plain(x));
    if (typeof value === 'number') return value;
    throw misuse(`numeric: f must return a number, got ${called(value)}`);
  };
  const slope = (x: Float64Array): Float64Array =>
    x.map((xi, i) => {
      const h = step * Math.max(1, Math.abs(xi));
      const [ahead, behind] = [x.slice(), x.slice()];
      // No further than the bounds, beyond which f may not be defined.
      ahead[i] = Math.min(xi + h, box?.upper[i] ?? xi + h);
      behind[i] = Math.max(xi - h, box?.lower[i] ?? xi - h);
      return ahead[i] === behind[i] ? 0 : (at(ahead) - at(behind)) / (ahead[i]! - behind[i]!);
    });
  return {
    ...given,
    arena: new Arena(),
    derivatives: 'central differences',
    traceable: undefined,
    evaluate(x) {
      this.evaluations += 1 + 2 * x.length;
      return { value: at(x), gradient: slope(x) };
    },
    hessianTimes(x, v) {
      const size = Math.sqrt(v.reduce((sum, vi) => sum + vi * vi, 0));
      if (size === 0) return v.slice();
      const h = (Math.sqrt(step) * (1 + Math.sqrt(x.reduce((sum, xi) => sum + xi * xi, 0)))) / size;
      this.evaluations += 4 * x.length;
      const ahead = slope(x.map((xi, i) => xi + h * v[i]!));
      const behind = slope(x.map((xi, i) => xi - h * v[i]!));
      return ahead.map((g, i) => (g - behind[i]!) / (2 * h));
    },
  };
}

/** A program from flat vectors of the form of `place` to outputs, each a flat vector or a scalar. */
export function programOf(
  arena: Arena,
  place: Place,
  inputs: readonly Region[],
  outputs: readonly Region[],
  f: (...args: Readonly<Record<string, Tensor>>[]) => unknown,
): Program {
  const args = inputs.map((region) => byName(place.parts(region)));
  const { graph, output } = trace(f as (...args: never[]) => unknown, args);
  const names = new Map<string, Region>();
  outputs.forEach((region, i) => {
    const path = outputs.length === 1 ? '' : `${i}`;
    if (region.shape.length === 0) names.set(path, region);
    else
      for (const [name, part] of Object.entries(place.parts(region)))
        names.set(path === '' ? name : `${path}.${name}`, part);
  });
  return assemble(graph, arena, {
    inputs: args.flatMap(({ leaves }) => leaves),
    outputs: output.names.map((name) => names.get(name)!),
  });
}

/** Made when first asked for. */
export function later<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
