import type { Host } from '../compile/host.js';
import type { Code } from '../compile/threads/serve.js';
import type { FloatType } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Box, boxIn, clamp } from './bounds.js';
import { keptPrograms } from './kept-program.js';
import { isNumeric, type Numeric } from './numeric.js';
import { type Place, placeIn } from './place.js';
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
  readonly code: Code;
  readonly image: Uint8Array;
  readonly dtype: FloatType;
  readonly size: number;
  readonly x: number;
  readonly value: number;
  readonly gradient: number;
}

/** A function to be minimised, of a flat vector. */
export interface Objective {
  /** What was given: programs are kept for it. */
  readonly f: object;
  readonly start: Float64Array;
  readonly place: Place;
  readonly host: Host;
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
  /** What the machine offers beyond WebAssembly. */
  readonly host?: Host | undefined;
}

/** One for all, as programs are kept by their host. */
const PLAIN: Host = {};

export function objectiveOf(f: unknown, x0: unknown, dtype: FloatType, asked: Asked = {}): Objective {
  const { caller = 'minimize', point = 'x0', bounds, host = PLAIN } = asked;
  if (!isNumeric(f) && typeof f !== 'function')
    throw misuse(`${caller}: f must be a function of tensors or numeric(f), got ${called(f)}`);
  const place = placeIn(point, x0, dtype);
  const box = bounds === undefined ? undefined : boxIn(place, bounds);
  const { start } = place;
  const rounding = dtype === 'float32' && !isNumeric(f) ? 2 ** -23 : Number.EPSILON;
  const given = {
    place,
    host,
    box,
    start: box ? clamp(start.slice(), box) : start,
    evaluations: 0,
    rounding,
  };
  return isNumeric(f) ? numericObjective(f, given) : tracedObjective(f as (x: unknown) => Tensor, given);
}

type Given = Pick<Objective, 'place' | 'host' | 'box' | 'start' | 'evaluations' | 'rounding'>;

function tracedObjective(f: (x: unknown) => Tensor, given: Given): Objective {
  const { place, host } = given;
  const { evaluate, hessianTimes, shared } = compiled(f, place, host);
  return {
    ...given,
    f,
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

function compiled(f: (x: unknown) => Tensor, place: Place, host: Host): Compiled {
  const run = keptPrograms(f, place, host, (at) => f(place.rebuild(at)));
  return {
    evaluate(at) {
      const { results } = run('gradient', at);
      return { value: results[0]![0]!, gradient: new Float64Array(results[1]!) };
    },
    shared() {
      const { arena, program, inputs, outputs } = run('gradient', place.start);
      return {
        code: program.code,
        image: new Uint8Array(arena.memory.buffer.slice(0)),
        dtype: place.dtype,
        size: place.size,
        x: inputs[0]!.address,
        value: outputs[0]!.address,
        gradient: outputs[1]!.address,
      };
    },
    hessianTimes(at, along) {
      const { results } = run('product', at, along);
      return new Float64Array(results[0]!);
    },
  };
}

function numericObjective(numeric: Numeric<unknown>, given: Given): Objective {
  const { f, step } = numeric;
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
    f: numeric,
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

/** Made when first asked for. */
export function later<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
