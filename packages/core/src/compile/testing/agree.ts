import { expect } from 'vitest';
import type { NdArray } from '../../tensor/array.js';
import { type Graph, verify } from '../../tensor/graph.js';
import { interpret } from '../interpret.js';
import { simplify } from '../simplify.js';
import { type Bounds, disagreement, type Engine, runCompiled } from './run-compiled.js';

const BOUNDS: Bounds = { float32: 2e-5, float64: 1e-12, int32: 0, bool: 0, float16: 0 };

export function expectCompiledAsInterpreted(
  graph: Graph,
  values: readonly NdArray[],
  bounds: Partial<Bounds> = {},
  engine: Partial<Engine> = {},
): void {
  verify(graph);
  verify(simplify(graph));
  const wanted = interpret(graph, values);
  const wrong = disagreement(graph, wanted, runCompiled(graph, values, engine), { ...BOUNDS, ...bounds });
  if (wrong) expect.fail(wrong);
}
