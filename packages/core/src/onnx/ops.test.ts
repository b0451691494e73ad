import { describe, expect, it } from 'vitest';
import { interpret } from '../compile/interpret.js';
import { disagreement } from '../compile/testing/run-compiled.js';
import type { NdArray } from '../tensor/array.js';
import { Builder, type Graph } from '../tensor/graph.js';
import { OPS, type OpName } from '../tensor/ops/index.js';
import { OP_SAMPLES } from '../tensor/testing/op-samples.js';
import { sampleInputs } from '../tensor/testing/samples.js';
import { FORMS } from './forms/index.js';
import { graphFile } from './testing/graph-file.js';
import { onnxSession } from './testing/run-onnx.js';

const BOUNDS = { float32: 2e-5, float64: 1e-12, int32: 0, bool: 0, float16: 0 };

async function expectOnnxAsInterpreted(
  graph: Graph,
  values: readonly NdArray[],
  bounds = BOUNDS,
): Promise<void> {
  const session = await onnxSession(graphFile(graph));
  const feeds = session.inputs.map((name, i) => [name, values[i]!]);
  const results = await session.run(Object.fromEntries(feeds));
  const got = session.outputs.map((name) => results[name] as NdArray);
  await session.release();
  const wrong = disagreement(graph, interpret(graph, values), got, bounds);
  if (wrong) expect.fail(wrong);
}

/** ONNX Runtime has them in float32 only. */
const SINGLE: readonly OpName[] = ['tan', 'atan', 'erf', 'normalCdf', 'gelu'];

describe('every op in ONNX gives what its reference gives', () => {
  for (const name of Object.keys(OPS) as OpName[])
    OP_SAMPLES[name].forEach((sample, i) => {
      const b = new Builder();
      const inputs = sample.inputs.map((spec, at) => b.input(`${at}`, spec));
      const graph = b.finish(inputs, [b.node(name, inputs, sample.params)]);
      const form = FORMS[name];
      if (typeof form === 'function')
        it(`${name}, sample ${i}`, async () => {
          const bounds = SINGLE.includes(name) ? { ...BOUNDS, float64: 2e-6 } : BOUNDS;
          await expectOnnxAsInterpreted(graph, sampleInputs(sample), bounds);
        });
      else
        it(`but ${name}, sample ${i}: there is no form, and the reason is given`, () => {
          expect(() => graphFile(graph)).toThrow(`exportOnnx: the model uses ${name}: ${form.none}`);
        });
    });
});

describe('values at the ends', () => {
  const f32 = (...values: number[]): NdArray => ({
    data: Float32Array.from(values),
    shape: [values.length],
    dtype: 'float32',
  });
  const one = (name: OpName, x: NdArray): Graph => {
    const b = new Builder();
    const input = b.input('x', x);
    return b.finish([input], [b.node(name, [input])]);
  };
  it.each(['expm1', 'log1p', 'softplus', 'sigmoid', 'tanh', 'relu'] as const)('%s', async (name) => {
    const small = [0, 1e-8, -1e-8, 1e-4, -1e-4, 0.3, -0.3];
    const x = f32(...small, 30, -30, 80, 3e38, Number.POSITIVE_INFINITY, Number.NaN);
    const low = name === 'log1p' ? f32(-1, -0.99) : f32(-100, Number.NEGATIVE_INFINITY);
    for (const each of [x, low].map((values) =>
      name === 'log1p' ? f32(...[...values.data].filter((v) => !(v < -1))) : values,
    ))
      await expectOnnxAsInterpreted(one(name, each), [each]);
  });
  it.each(['expm1', 'log1p'] as const)('%s keeps its digits near 0', async (name) => {
    const x = f32(1e-6, -1e-6, 1e-10);
    const session = await onnxSession(graphFile(one(name, x)));
    const y = Object.values(await session.run({ [session.inputs[0]!]: x }))[0] as NdArray;
    for (const [i, value] of y.data.entries()) expect(value / x.data[i]!).toBeCloseTo(1, 5);
  });
});
