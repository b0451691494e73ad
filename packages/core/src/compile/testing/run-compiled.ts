import type { NdArray } from '../../tensor/array.js';
import type { DType } from '../../tensor/dtype.js';
import { type Graph, print } from '../../tensor/graph.js';
import { Arena, type Region } from '../arena.js';
import type { Host } from '../host.js';
import { interpret } from '../interpret.js';
import { assemble } from '../program.js';

/** A way to run programs. */
export interface Engine {
  readonly name: string;
  readonly host?: Host;
  /** The memory to run in, where it is not to be a new one each time. */
  readonly arena?: () => Arena;
  /** For some outputs, by number, the input that each is to lie over. */
  readonly renewed?: Readonly<Record<number, number>>;
  /** For some inputs, by number, their values in each of several steps. */
  readonly fed?: Fed;
}

export type Fed = Readonly<Record<number, readonly NdArray[]>>;

/** How many steps are taken. */
const stepsOf = (fed: Fed): number => Object.values(fed)[0]?.length ?? 1;

/** What {@link runCompiled} should find: the outputs of each step in turn. */
export function interpretSteps(
  graph: Graph,
  values: readonly NdArray[],
  { renewed = {}, fed = {} }: Pick<Engine, 'renewed' | 'fed'>,
): NdArray[][] {
  const now = [...values];
  return Array.from({ length: stepsOf(fed) }, (_, step) => {
    for (const [input, steps] of Object.entries(fed)) now[Number(input)] = steps[step]!;
    const outputs = interpret(graph, now);
    for (const [output, input] of Object.entries(renewed)) now[input] = outputs[Number(output)]!;
    return outputs;
  });
}

/** Differences that are allowed, by element type. */
export type Bounds = Readonly<Record<DType, number>>;

/** Bytes that are a NaN in both float types, and −1 in int32. */
const POISON = 0xff;

/**
 * Compiles the graph, runs it on the values, and returns its outputs, of several steps those of the last. Outputs, scratch memory and gaps around all arrays
 * hold poison at first, so that what is read and was never written shows.
 *
 * @throws when a byte changes that is none of the program's to write
 */
export function runCompiled(
  graph: Graph,
  values: readonly NdArray[],
  { host, arena: given, renewed = {}, fed = {} }: Partial<Engine> = {},
): NdArray[] {
  const arena = given?.() ?? new Arena(host);
  const gaps: Region[] = [];
  const room = ({ shape, dtype }: Pick<Region, 'shape' | 'dtype'>): Region => {
    gaps.push(arena.allocate([8], 'float64'));
    return arena.allocate(shape, dtype);
  };
  const inputs = graph.inputs.map(room);
  const outputs = graph.outputs.map((spec, i) => inputs[renewed[i] ?? -1] ?? room(spec));
  const steps = stepsOf(fed);
  const streams = Object.entries(fed).map(([input, values]) => {
    const slot = inputs[Number(input)]!;
    return { slot, ring: room({ shape: [steps, ...slot.shape], dtype: slot.dtype }), values };
  });
  gaps.push(arena.allocate([8], 'float64'));
  const program = assemble(graph, arena, { inputs, outputs, fed: streams });
  const end = arena.allocate([8], 'float64');
  const scratch: Region = { address: arena.scratch(0), shape: [program.size.scratch / 4], dtype: 'int32' };
  for (const region of [...gaps, ...outputs, scratch, end]) bytes(arena, region).fill(POISON);
  inputs.forEach((region, i) => {
    arena.write(region, values[i]!.data);
  });
  for (const { ring, values } of streams)
    arena.write(
      ring,
      values.flatMap(({ data }) => [...data]),
    );
  program.run(0, steps);
  for (const gap of [...gaps, end])
    if (bytes(arena, gap).some((byte) => byte !== POISON))
      throw new Error(`the program wrote beside its arrays, near byte ${gap.address}, of\n${print(graph)}`);
  inputs.forEach((region, i) => {
    if (
      !outputs.includes(region) &&
      !fed[i] &&
      arena.view(region).some((value, at) => !Object.is(value, values[i]!.data[at]))
    )
      throw new Error(`the program changed input ${i}, of\n${print(graph)}`);
  });
  return outputs.map((region) => ({ data: arena.read(region), shape: region.shape, dtype: region.dtype }));
}

function bytes(arena: Arena, region: Region): Uint8Array {
  const { buffer, byteOffset, byteLength } = arena.view(region);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The first element that differs by more than its type's bound, relative to the larger of 1 and itself, in words. */
export function disagreement(
  graph: Graph,
  wanted: readonly NdArray[],
  got: readonly NdArray[],
  bounds: Bounds,
): string | undefined {
  for (const [i, { data, dtype, shape }] of got.entries()) {
    const expected = wanted[i]!;
    if (dtype !== expected.dtype || String(shape) !== String(expected.shape))
      return `output ${i} is ${dtype}[${shape}], expected ${expected.dtype}[${expected.shape}]`;
    for (const [at, value] of data.entries()) {
      const target = expected.data[at]!;
      if (Object.is(value, target) || value === target) continue;
      if (!(Math.abs(value - target) <= bounds[dtype] * Math.max(1, Math.abs(target))))
        return `output ${i}[${at}] is ${value}, expected ${target}, of\n${print(graph)}`;
    }
  }
  return undefined;
}
