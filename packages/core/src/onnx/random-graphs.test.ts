import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interpret } from '../compile/interpret.js';
import { simplify } from '../compile/simplify.js';
import { type RandomProgram, randomProgram, realize } from '../compile/testing/random-graphs.js';
import { disagreement } from '../compile/testing/run-compiled.js';
import type { NdArray } from '../tensor/array.js';
import type { Graph } from '../tensor/graph.js';
import { FORMS } from './forms/index.js';
import { graphFile } from './testing/graph-file.js';
import { onnxSession } from './testing/run-onnx.js';

/** ONNX Runtime adds up float32 in float32, and has some functions in float32 only. */
const BOUNDS = { float32: 1e-3, float64: 1e-4, int32: 0, bool: 0, float16: 0 };

/** A session takes longer to make than a program. */
const COUNT = process.env.DOWNSLOPE_FULL === '1' ? 500 : 12;

const isExportable = ({ nodes }: Graph): boolean =>
  nodes.every(
    ({ op, shape }) =>
      (op === 'input' || op === 'constant' || typeof FORMS[op] === 'function') && !shape.includes(0),
  );

async function runInOnnx(graph: Graph, values: readonly NdArray[]): Promise<NdArray[]> {
  const session = await onnxSession(graphFile(simplify(graph)));
  const results = await session.run(Object.fromEntries(session.inputs.map((name, i) => [name, values[i]!])));
  await session.release();
  return session.outputs.map((name) => results[name] as NdArray);
}

it.each(['float32', 'float64'] as const)(
  'random programs with their derivatives give the same in ONNX, in %s',
  async (dtype) => {
    let held = 0;
    const property = fc.asyncProperty(randomProgram, async (program: RandomProgram) => {
      const { graph, inputs, margins } = realize(program, dtype);
      fc.pre(isExportable(graph));
      const wanted = interpret(graph, inputs);
      fc.pre(wanted.slice(wanted.length - margins).every(({ data }) => data[0]! > 1e-3));
      held++;
      const wrong = disagreement(graph, wanted, await runInOnnx(graph, inputs), BOUNDS);
      if (wrong) throw new Error(wrong);
    });
    await fc.assert(property, { numRuns: COUNT, maxSkipsPerRun: 1000 });
    expect(held).toBeGreaterThanOrEqual(COUNT);
  },
  900_000,
);
