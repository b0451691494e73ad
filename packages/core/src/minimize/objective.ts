import { hvp, valueAndGrad } from '../autodiff/grad.js';
import { Arena, type Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import type { NdArray } from '../tensor/array.js';
import type { FloatType } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Traced, trace } from '../tensor/trace.js';
import { type Box, boxIn, clamp } from './bounds.js';
import { dataApart } from './data-apart.js';
import { isNumeric, type Numeric } from './numeric.js';
import { byName, type Place, placeIn } from './place.js';
import { signature } from './signature.js';
import { norm } from './vectors.js';

/** A function of tensors as the compiler sees it: of its leaves by name. */
export type Traceable = (params: Readonly<Record<string, Tensor>>) => Tensor;

export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A point with what is known of f there. */
export interface EvaluatedPoint extends Evaluation {
  readonly x: Float64Array;
}

/** A program and its memory, and where point, value and gradient are in it. */
export interface Shared {
  readonly module: WebAssembly.Module;
  readonly image: Uint8Array;
  readonly dtype: FloatType;
  readonly size: number;
  readonly x: number;
  readonly value: number;
  readonly gradient: number;
}

/** A function to be minimised, of a flat vector. */
export interface Objective {
  readonly start: Float64Array;
  readonly place: Place;
  /** Where the points have to stay, if they do; the start does. */
  readonly box: Box | undefined;
  /** Relative differences of values that are no more than rounding: 2⁻⁵², or 2⁻²³ in float32. */
  readonly rounding: number;
  /** How often the function was evaluated so far, whatever for. */
  evaluations: number;
  readonly derivatives: 'exact' | 'central differences';
  /** The function in tensor methods, if it is one. */
  readonly traceable: Traceable | undefined;
  evaluate(x: Float64Array): Evaluation;
  /** What another thread needs for `evaluate`. */
  shared?(): Shared;
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
  const rounding = dtype === 'float32' && !isNumeric(f) ? 2 ** -23 : Number.EPSILON;
  const given = { place, box, start: box ? clamp(start.slice(), box) : start, evaluations: 0, rounding };
  return isNumeric(f) ? numericObjective(f, given) : tracedObjective(f as (x: unknown) => Tensor, given);
}

type Given = Pick<Objective, 'place' | 'box' | 'start' | 'evaluations' | 'rounding'>;

function tracedObjective(f: (x: unknown) => Tensor, given: Given): Objective {
  const { place } = given;
  const { evaluate, hessianTimes, shared } = compiled(f, place);
  return {
    ...given,
    shared,
    derivatives: 'exact',
    traceable: (params) => f(place.rebuild(params)),
    evaluate(x) {
      this.evaluations++;
      return evaluate(x);
    },
    hessianTimes(x, v) {
      this.evaluations++;
      return hessianTimes(x, v);
    },
  };
}

/** The programs of a function. */
interface Compiled extends Pick<Objective, 'evaluate' | 'hessianTimes'> {
  shared(): Shared;
}

function compiled(f: (x: unknown) => Tensor, place: Place): Compiled {
  const traceable: Traceable = (params) => f(place.rebuild(params));
  const slope = valueAndGrad(traceable);
  const gradient = keptProgram(f, 'gradient', place, 1, (params) => {
    const [value, g] = slope(params!) as [Tensor, Record<string, Tensor>];
    return [value.cast('float64'), g];
  });
  const product = later(() =>
    keptProgram(f, 'product', place, 2, (params, along) => hvp(traceable, params!, along!)),
  );
  return {
    evaluate(at) {
      const { arena, outputs } = gradient(at);
      return { value: arena.view(outputs[0]!)[0]!, gradient: new Float64Array(arena.view(outputs[1]!)) };
    },
    shared() {
      const { arena, program, inputs, outputs } = gradient(place.start);
      return {
        module: program.module,
        image: new Uint8Array(arena.memory.buffer.slice(0)),
        dtype: place.dtype,
        size: place.size,
        x: inputs[0]!.address,
        value: outputs[0]!.address,
        gradient: outputs[1]!.address,
      };
    },
    hessianTimes(at, along) {
      const { arena, outputs } = product()(at, along);
      return new Float64Array(arena.view(outputs[0]!));
    },
  };
}

/** A program with its memory, and where in it are points, results and the data that the function stands on. */
interface Kept {
  readonly key: string | undefined;
  readonly arena: Arena;
  readonly program: Program;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  readonly data: readonly Region[];
  /** What lies there now. */
  holds: readonly NdArray[] | undefined;
}

type Kind = 'gradient' | 'product';

/** Numbers in a function's small constants and point, and in its data, up to which its programs are kept for the next call. */
const KEPT_SIZE = 4096;
const KEPT_DATA = 2 ** 25;
const KEPT = new WeakMap<object, Partial<Record<Kind, Kept>>>();

/**
 * Traces a function of `count` points anew, for what f stands on may have changed since the last call; but compiles it only
 * where the graph is another. What comes back writes points into the program's memory and runs it.
 */
function keptProgram(
  f: object,
  kind: Kind,
  place: Place,
  count: number,
  of: Parameters<typeof tracedOn>[2],
): (...points: readonly Float64Array[]) => Kept {
  const { graph, output } = tracedOn(place, count, of);
  const { graph: apart, data } = dataApart(graph);
  const held = data.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const key = place.size > KEPT_SIZE || held > KEPT_DATA ? undefined : signature(apart, KEPT_SIZE);
  const before = KEPT.get(f);
  const same = key !== undefined && before?.[kind]?.key === key;
  const kept = same ? before[kind]! : programWith(place, count, { graph: apart, output }, data, key);
  if (key !== undefined) KEPT.set(f, { ...before, [kind]: kept });
  return (...points) => {
    const { arena, program } = kept;
    if (kept.holds !== data) {
      kept.data.forEach((region, i) => {
        arena.write(region, data[i]!.data);
      });
      kept.holds = data;
    }
    points.forEach((point, i) => {
      arena.write(kept.inputs[i]!, point);
    });
    program.run();
    return kept;
  };
}

function programWith(
  place: Place,
  count: number,
  traced: Traced,
  arrays: readonly NdArray[],
  key: string | undefined,
): Kept {
  const arena = new Arena();
  const vector = (): Region => arena.allocate([place.size], place.dtype);
  const inputs = Array.from({ length: count }, vector);
  const outputs = count === 1 ? [arena.allocate([], 'float64'), vector()] : [vector()];
  const data = arrays.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const program = programOn(arena, place, inputs, outputs, traced, data);
  return { key, arena, program, inputs, outputs, data, holds: undefined };
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
    derivatives: 'central differences',
    traceable: undefined,
    evaluate(x) {
      this.evaluations += 1 + 2 * x.length;
      return { value: at(x), gradient: slope(x) };
    },
    hessianTimes(x, v) {
      const size = norm(v);
      if (size === 0) return v.slice();
      const h = (Math.sqrt(step) * (1 + norm(x))) / size;
      this.evaluations += 4 * x.length;
      const ahead = slope(x.map((xi, i) => xi + h * v[i]!));
      const behind = slope(x.map((xi, i) => xi - h * v[i]!));
      return ahead.map((g, i) => (g - behind[i]!) / (2 * h));
    },
  };
}

/** Traces a function of `count` points. */
export function tracedOn(
  place: Place,
  count: number,
  f: (...points: Readonly<Record<string, Tensor>>[]) => unknown,
): Traced {
  const point = byName(place.parts({ address: 0, shape: [place.size], dtype: place.dtype }));
  return trace(f as (...args: never[]) => unknown, new Array(count).fill(point));
}

/** A program from flat vectors of the form of `place`, and data, to outputs, each a flat vector or a scalar. */
export function programOn(
  arena: Arena,
  place: Place,
  inputs: readonly Region[],
  outputs: readonly Region[],
  { graph, output }: Traced,
  data: readonly Region[] = [],
): Program {
  const names = new Map<string, Region>();
  outputs.forEach((region, i) => {
    const path = outputs.length === 1 ? '' : `${i}`;
    if (region.shape.length === 0) names.set(path, region);
    else
      for (const [name, part] of Object.entries(place.parts(region)))
        names.set(path === '' ? name : `${path}.${name}`, part);
  });
  return assemble(graph, arena, {
    inputs: [...inputs.flatMap((region) => Object.values(place.parts(region))), ...data],
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
