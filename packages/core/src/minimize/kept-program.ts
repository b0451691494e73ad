import { hvp, scalarOf, valueAndGrad } from '../autodiff/grad.js';
import { Arena, type Region } from '../compile/arena.js';
import type { Host } from '../compile/host.js';
import { assemble, type Program } from '../compile/program.js';
import type { NdArray } from '../tensor/array.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { Graph } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { type Traced, trace } from '../tensor/trace.js';
import { type DataApart, dataApart, dataIn } from './data-apart.js';
import { byName, type Place } from './place.js';
import { isSame, type Remembered, remembered } from './same-graph.js';
import { signature } from './signature.js';

/**
 * A program with its memory, and where in it are points, results and the data that the function stands on. Nothing more is
 * laid there: points and results are looked at through the same views each time.
 */
export interface Kept {
  readonly arena: Arena;
  readonly program: Program;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  readonly points: readonly TypedArray[];
  readonly results: readonly TypedArray[];
  readonly data: readonly Region[];
  /** What lies there now. */
  holds: readonly NdArray[] | undefined;
}

type Point = Readonly<Record<string, Tensor>>;
type Value = (at: Point) => Tensor;

/** What programs there are of a function: value and gradient, or Hessian times vector. */
const KINDS = {
  gradient: {
    points: 1,
    of: (f: Value) => (at: Point) => {
      const [value, g] = valueAndGrad(f)(at) as [Tensor, Point];
      return [value.cast('float64'), g];
    },
  },
  product: { points: 2, of: (f: Value) => (at: Point, along: Point) => hvp(f, at, along) },
} as const;
type Kind = keyof typeof KINDS;

/** Numbers in a function's small constants and point, and in its data, up to which its programs are kept for the next call. */
const KEPT_SIZE = 4096;
const KEPT_DATA = 2 ** 25;

/** What a function was when it was last looked at, and its programs. */
interface Known {
  readonly f: Remembered;
  readonly host: Host;
  readonly programs: Partial<Record<Kind, Kept>>;
}

const KNOWN = new WeakMap<object, Known>();

/**
 * Traces f anew, for what it stands on may have changed since the last call; but its derivatives are worked out, and programs
 * made, only where the graph is another. What comes back writes points into a program's memory and runs it.
 */
export function keptPrograms(
  f: object,
  place: Place,
  host: Host,
  value: Value,
): (kind: Kind, ...points: readonly Float64Array[]) => Kept {
  const { graph } = tracedOn(place, 1, (at) => scalarOf(value(at!)));
  const data = dataIn(graph).map(({ value }) => value!);
  const before = KNOWN.get(f);
  const same = before !== undefined && before.host === host && isSame(graph, before.f);
  const { programs } = same ? before : know(f, graph, place, host);
  return (kind, ...points) => {
    programs[kind] ??= programWith(kind, place, graph, host);
    const kept = programs[kind];
    const { arena, program } = kept;
    if (kept.holds !== data) {
      kept.data.forEach((region, i) => {
        arena.write(region, data[i]!.data);
      });
      kept.holds = data;
    }
    for (let i = 0; i < points.length; i++) kept.points[i]!.set(points[i]!);
    program.run();
    return kept;
  };
}

/** Keeps what is not too large for the next call. */
function know(f: object, graph: Graph, { size }: Place, host: Host): Known {
  const numbers = dataIn(graph).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const small = size <= KEPT_SIZE && numbers <= KEPT_DATA ? remembered(graph, KEPT_SIZE) : undefined;
  const known: Known = { f: small ?? { graph, held: [] }, host, programs: {} };
  if (small) KNOWN.set(f, known);
  else KNOWN.delete(f);
  return known;
}

/** What programs of other things that are made of a function have in common; none where they are too large to be kept. */
export function keyOf({ size }: Place, { graph, data }: DataApart): string | undefined {
  const held = data.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return size > KEPT_SIZE || held > KEPT_DATA ? undefined : signature(graph, KEPT_SIZE);
}

function programWith(kind: Kind, place: Place, value: Graph, host: Host): Kept {
  const { points, of } = KINDS[kind];
  const { graph: whole, output } = tracedOn(
    place,
    points,
    of((at) => again(value, at)),
  );
  const { graph, data: arrays } = dataApart(whole);
  const arena = new Arena(host);
  const vector = (): Region => arena.allocate([place.size], place.dtype);
  const inputs = Array.from({ length: points }, vector);
  const outputs = kind === 'gradient' ? [arena.allocate([], 'float64'), vector()] : [vector()];
  const data = arrays.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const program = programOn(arena, place, inputs, outputs, { graph, output }, data);
  const views = (regions: readonly Region[]): TypedArray[] => regions.map((region) => arena.view(region));
  return {
    arena,
    program,
    inputs,
    outputs,
    points: views(inputs),
    results: views(outputs),
    data,
    holds: undefined,
  };
}

/** The value that a graph has at a point. */
function again(graph: Graph, at: Point): Tensor {
  const leaves = Object.values(at);
  const builder = leaves[0]!.builder.current;
  const given = new Map(graph.inputs.map((input, i) => [input, leaves[i]!.within(builder).node]));
  return new Tensor(builder, builder.replay(graph, given).get(graph.outputs[0]!)!);
}

/** Traces a function of `count` points. */
export function tracedOn(place: Place, count: number, f: (...points: Point[]) => unknown): Traced {
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
