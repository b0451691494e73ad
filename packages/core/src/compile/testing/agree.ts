import { expect } from 'vitest';
import type { NdArray } from '../../tensor/array.js';
import { type Graph, print, verify } from '../../tensor/graph.js';
import { Arena, type Region } from '../arena.js';
import { interpret } from '../interpret.js';
import { assemble } from '../program.js';
import { simplify } from '../simplify.js';

/** Compiles the graph, runs it on the values, and returns its outputs. */
export function runCompiled(graph: Graph, values: readonly NdArray[]): NdArray[] {
  const arena = new Arena();
  const room = ({ shape, dtype }: Pick<Region, 'shape' | 'dtype'>): Region => arena.allocate(shape, dtype);
  const inputs = graph.inputs.map(room);
  const outputs = graph.outputs.map(room);
  const program = assemble(graph, arena, { inputs, outputs });
  inputs.forEach((region, i) => {
    arena.write(region, values[i]!.data);
  });
  program.run();
  return outputs.map((region) => ({ data: arena.read(region), shape: region.shape, dtype: region.dtype }));
}

/** Largest difference allowed, relative to the larger of 1 and the value. */
const TOLERANCE = { float32: 2e-5, float64: 1e-12, int32: 0, bool: 0 };

export function expectCompiledAsInterpreted(
  graph: Graph,
  values: readonly NdArray[],
  tolerance?: number,
): void {
  verify(graph);
  verify(simplify(graph));
  const expected = interpret(graph, values);
  const got = runCompiled(graph, values);
  got.forEach(({ data, dtype, shape }, i) => {
    const wanted = expected[i]!;
    expect([dtype, shape]).toEqual([wanted.dtype, wanted.shape]);
    data.forEach((value, at) => {
      const target = wanted.data[at]!;
      if (Object.is(value, target) || value === target) return;
      const error = Math.abs(value - target) / Math.max(1, Math.abs(target));
      expect(
        error,
        `output ${i}[${at}] is ${value}, expected ${target}, of\n${print(graph)}`,
      ).toBeLessThanOrEqual(tolerance ?? TOLERANCE[dtype]);
    });
  });
}
