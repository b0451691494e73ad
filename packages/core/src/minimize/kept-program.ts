import { Arena, type Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import type { NdArray } from '../tensor/array.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Traced, trace } from '../tensor/trace.js';
import { type DataApart, dataApart } from './data-apart.js';
import { byName, type Place } from './place.js';
import { signature } from './signature.js';

/** A program with its memory, and where in it are points, results and the data that the function stands on. */
export interface Kept {
  readonly key: string | undefined;
  readonly arena: Arena;
  readonly program: Program;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  readonly data: readonly Region[];
  /** What lies there now. */
  holds: readonly NdArray[] | undefined;
}

/** What programs there are of a function, and of how many points each is: value and gradient, or Hessian times vector. */
const POINTS = { gradient: 1, product: 2 } as const;
type Kind = keyof typeof POINTS;

/** Numbers in a function's small constants and point, and in its data, up to which its programs are kept for the next call. */
const KEPT_SIZE = 4096;
const KEPT_DATA = 2 ** 25;
const KEPT = new WeakMap<object, Partial<Record<Kind, Kept>>>();

/**
 * Traces what is asked of f anew, for what f stands on may have changed since the last call; but compiles it only where the
 * graph is another. What comes back writes points into the program's memory and runs it.
 */
export function keptProgram(
  f: object,
  kind: Kind,
  place: Place,
  of: Parameters<typeof tracedOn>[2],
): (...points: readonly Float64Array[]) => Kept {
  const { graph, output } = tracedOn(place, POINTS[kind], of);
  const { graph: apart, data } = dataApart(graph);
  const key = keyOf(place, { graph: apart, data });
  const before = KEPT.get(f);
  const same = key !== undefined && before?.[kind]?.key === key;
  const kept = same ? before[kind]! : programWith(kind, place, { graph: apart, output }, data, key);
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

/** What programs have in common that may stand for each other; none where they are too large to be kept. */
export function keyOf({ size }: Place, { graph, data }: DataApart): string | undefined {
  const held = data.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return size > KEPT_SIZE || held > KEPT_DATA ? undefined : signature(graph, KEPT_SIZE);
}

function programWith(
  kind: Kind,
  place: Place,
  traced: Traced,
  arrays: readonly NdArray[],
  key: string | undefined,
): Kept {
  const arena = new Arena();
  const vector = (): Region => arena.allocate([place.size], place.dtype);
  const inputs = Array.from({ length: POINTS[kind] }, vector);
  const outputs = kind === 'gradient' ? [arena.allocate([], 'float64'), vector()] : [vector()];
  const data = arrays.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const program = programOn(arena, place, inputs, outputs, traced, data);
  return { key, arena, program, inputs, outputs, data, holds: undefined };
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
