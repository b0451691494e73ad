import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { activations } from '../nn/activations.js';
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from '../nn/convolve.js';
import { attention } from '../nn/layers/attention.js';
import { batchNorm } from '../nn/layers/batch-norm.js';
import { conv } from '../nn/layers/conv.js';
import { dense } from '../nn/layers/dense.js';
import { dropout } from '../nn/layers/dropout.js';
import { embedding } from '../nn/layers/embedding.js';
import { groupNorm } from '../nn/layers/group-norm.js';
import { gru } from '../nn/layers/gru.js';
import { layerNorm } from '../nn/layers/layer-norm.js';
import { lstm } from '../nn/layers/lstm.js';
import { residual } from '../nn/layers/residual.js';
import { rmsNorm } from '../nn/layers/rms-norm.js';
import { sequential } from '../nn/layers/sequential.js';
import { transformerBlock } from '../nn/layers/transformer-block.js';
import { defineModel, type Model } from '../nn/model.js';
import { gpt } from '../nn/models/gpt.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import type { NdArray } from '../tensor/array.js';
import { cond } from '../tensor/control/cond.js';
import { scan } from '../tensor/control/scan.js';
import { whileLoop } from '../tensor/control/while-loop.js';
import { allocate, type DType, type FloatType, isFloat } from '../tensor/dtype.js';
import { einsum } from '../tensor/einsum.js';
import { cholesky } from '../tensor/linalg.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { flatten } from '../tensor/tree.js';
import { predictor } from '../train/predictor.js';
import { exportOnnx } from './export.js';
import { onnxSession } from './testing/run-onnx.js';

/** Numbers without pattern: floats from −2 to 2, integers from 0 to 4. */
function spread(shape: Shape, dtype: DType, seed = 0): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const unit = ((i + 1) * 0.6180339887498949 + seed * 0.37) % 1;
    data[i] = isFloat(dtype) ? 4 * unit - 2 : Math.floor(5 * unit);
  }
  return { data, shape, dtype };
}

/** The model's parameters, none of them as plain as they start: scales and running statistics are about 1. */
function someParams(model: Pick<Model, 'init'>, dtype: FloatType): unknown {
  const { leaves, rebuild } = flatten(model.init({ seed: 3, dtype }), isArray);
  return rebuild(
    leaves.map((leaf, i) => {
      const noise = spread(leaf.shape, dtype, i);
      return {
        ...leaf,
        data: leaf.data.map((value, at) => value + 0.2 * (noise.data[at]! + 1)),
      };
    }),
  );
}
const isArray = (value: unknown): value is NdArray => (value as NdArray).data !== undefined;

const f = (apply: (x: Tensor) => Tensor): Model =>
  defineModel({ init: () => ({}), apply: (_, x) => apply(x) });

/** Each row as two, all of them once more with the other sign, and the first half of that. */
function twice(x: Tensor): Tensor {
  const pairs = x.reshape([-1, 2]);
  return pairs.concat([pairs.neg()], 0).slice([0], [pairs.shape[0]!]).reshape(x.shape);
}

/** Onto a vector that is made of two, as a matrix of one row each. */
function onto(x: Tensor): Tensor {
  const row = (from: number) =>
    x.constant(Float32Array.from({ length: 7 }, (_, i) => i - from)).broadcastTo([1, 7]);
  return x.matmul(row(1).cast(x.dtype).mul(row(2).cast(x.dtype)).transpose());
}

/** Runs backwards over time, with what it takes from around, and chooses in each turn. */
function backwards(x: Tensor): Tensor {
  const scale = x.abs().max();
  const [last, seen] = scan(
    (carry: Tensor, now: Tensor) => {
      const next = cond(
        carry.sum().gt(0),
        () => carry.sub(now.mul(scale)),
        () => carry.add(now.div(scale.add(1))),
      );
      return [next, next.tanh()] as const;
    },
    x.like(0).broadcastTo([x.shape[0]!, 4]),
    x.transpose([1, 0, 2]),
    { reverse: true },
  );
  return seen.transpose([1, 0, 2]).add(last.expandDims(1));
}

/** Five turns without a sequence; the number of turns of the loop within depends on the values. */
const turns = (x: Tensor): Tensor =>
  scan(
    (y: Tensor) =>
      [
        whileLoop(
          (z: Tensor) => z.abs().max().gt(1),
          (z: Tensor) => z.mul(x.abs().max().add(2).reciprocal()),
          y.mul(3),
        ),
        {},
      ] as const,
    x,
    {},
    { length: 5 },
  )[0];

const image: Shape = [2, 8, 9];
const series: Shape = [5, 4];

/** Every layer and model, with the shape of a row and the type of its numbers. */
const MODELS: Readonly<Record<string, readonly [model: unknown, row: Shape, dtype?: DType]>> = {
  linear: [linear({ inputs: 3, outputs: 2 }), [3]],
  mlp: [mlp({ inputs: 3, hidden: [8, 5], outputs: 2, dropout: 0.5 }), [3]],
  'dense on series': [dense({ inputs: 4, outputs: 3 }), series],
  'dense without bias': [dense({ inputs: 3, outputs: 4, bias: false }), [3]],
  'conv in one dimension': [
    conv({ inputs: 5, outputs: 3, kernel: [3], stride: 2, dilation: 1, padding: 1 }),
    series,
  ],
  'conv in two dimensions': [conv({ inputs: 2, outputs: 4, kernel: [3, 3], padding: 'same' }), image],
  'conv with strides, dilation and groups': [
    conv({
      inputs: 2,
      outputs: 4,
      kernel: [3, 2],
      stride: [2, 1],
      dilation: [1, 2],
      groups: 2,
      padding: [1, 2],
    }),
    image,
  ],
  maxPool: [f((x) => maxPool(x, 2)), image],
  'maxPool with overlap': [f((x) => maxPool(x, 3, { stride: 2, padding: 1 })), image],
  averagePool: [f((x) => averagePool(x, [2, 3])), image],
  'averagePool at the rim': [f((x) => averagePool(x, 3, { padding: 1, countPadding: false })), image],
  globalAveragePool: [f(globalAveragePool), image],
  globalMaxPool: [f(globalMaxPool), image],
  batchNorm: [batchNorm({ channels: 2 }), image],
  groupNorm: [groupNorm({ channels: 4, groups: 2 }), [4, 3, 3]],
  layerNorm: [layerNorm({ width: 4 }), series],
  rmsNorm: [rmsNorm({ width: 4 }), series],
  embedding: [embedding({ count: 5, width: 3 }), [4], 'int32'],
  attention: [attention({ width: 4, heads: 2 }), series],
  'causal attention': [attention({ width: 4, heads: 2, causal: true }), series],
  gru: [gru({ inputs: 4, hidden: 6 }), series],
  'gru, all states': [gru({ inputs: 4, hidden: 6, output: 'all' }), series],
  lstm: [lstm({ inputs: 4, hidden: 6 }), series],
  'lstm, all states': [lstm({ inputs: 4, hidden: 6, output: 'all' }), series],
  residual: [residual(dense({ inputs: 4, outputs: 4 })), series],
  dropout: [sequential(dense({ inputs: 3, outputs: 3 }), dropout({ rate: 0.5 })), [3]],
  transformerBlock: [transformerBlock({ width: 4, heads: 2, causal: true, dropout: 0.1 }), series],
  gpt: [gpt({ vocabulary: 5, context: 6, width: 8, heads: 2, layers: 2 }), [6], 'int32'],
  'a convolutional network': [
    sequential(
      conv({ inputs: 2, outputs: 4, kernel: [3, 3] }),
      batchNorm({ channels: 4 }),
      activations.relu,
      f((x) => maxPool(x, 2)),
      f((x) => x.flatten(1)),
      dense({ inputs: 36, outputs: 3 }),
      f((x) => x.softmax()),
    ),
    image,
  ],
  ...Object.fromEntries(Object.entries(activations).map(([name, apply]) => [name, [f(apply), [7]] as const])),
  softmax: [f((x) => x.softmax()), [7]],
  'repeated along an axis of one': [f(onto), [7]],
  logSoftmax: [f((x) => x.logSoftmax()), [7]],
  'top k': [f((x) => x.topK(3).values), [7]],
  sort: [f((x) => x.sort()), [7]],
  cumSum: [f((x) => x.cumSum(-1)), [7]],
  flip: [f((x) => x.flip(1)), [7]],
  einsum: [f((x) => einsum('ntc,nsc->nts', x, x)), series],
  'einsum that joins the rows with another axis': [
    f((x) => x.reshape([-1, 4]).softmax().reshape(x.shape)),
    series,
  ],
  'rows side by side': [f(twice), [4]],
  where: [f((x) => x.gt(0).where(x, x.exp())), [7]],
  cond: [
    f((x) =>
      cond(
        x.like(1).gt(0),
        () => x.mul(2),
        () => x.neg(),
      ),
    ),
    [7],
  ],
  'a loop': [
    f((x) =>
      whileLoop(
        (y: Tensor) => y.abs().sum().lt(0),
        (y: Tensor) => y.mul(2),
        x,
      ),
    ),
    [7],
  ],
};

/** Where float64 goes another way: everything else is the same for both. */
const IN_FLOAT64 = [
  ...Object.keys(activations),
  'conv with strides, dilation and groups',
  'mlp',
  'attention',
  'lstm',
  'maxPool',
  'softmax',
  'top k',
];
const CASES = [
  ...Object.keys(MODELS).map((name) => [name, 'float32'] as const),
  ...IN_FLOAT64.map((name) => [name, 'float64'] as const),
];

describe('an exported model predicts what predictor predicts, for any number of rows', () => {
  it.each(CASES)('%s in %s', async (name, float) => {
    const [given, row, dtype = float] = MODELS[name]!;
    const model = given as Model;
    const params = someParams(model, float);
    const session = await onnxSession(
      exportOnnx(model, params as never, spread([1, ...row], dtype) as never),
    );
    expect([session.inputs, session.outputs]).toEqual([['x'], ['y']]);
    const predict = predictor(model, params, { dtype: float });
    for (const rows of [1, 2, 7]) {
      const x = spread([rows, ...row], dtype, rows);
      const { y } = await session.run({ x });
      expectClose(y as NdArray, predict(x), 1e-5);
    }
    await session.release();
  });
});

function expectClose(got: NdArray, wanted: NdArray, bound: number): void {
  expect([got.shape, got.dtype]).toEqual([wanted.shape, wanted.dtype]);
  for (const [i, value] of wanted.data.entries())
    expect(Math.abs(got.data[i]! - value)).toBeLessThanOrEqual(bound * Math.max(1, Math.abs(value)));
}

it.each(Object.entries(MODELS).filter(([name]) => name.startsWith('conv ')))(
  '%s is a convolution in ONNX, too',
  (_, [model, row]) => {
    const operators = (dtype: FloatType) =>
      Buffer.from(
        exportOnnx(model as Model, someParams(model as Model, dtype) as never, spread([1, ...row], dtype)),
      );
    expect(operators('float32').includes('Conv')).toBe(true);
    expect(operators('float32').includes('Gather')).toBe(false);
    expect(operators('float64').includes('Conv')).toBe(false); // ONNX Runtime has it in float32 only
  },
);

describe('what looks at all rows at once gives what the compiled program gives', () => {
  it.each([
    ['a scan, backwards, with choices', backwards, series],
    ['loops within loops', turns, [7]],
  ] as const)('%s', async (_, apply, row) => {
    const session = await onnxSession(exportOnnx(f(apply), {}, spread([1, ...row], 'float32')));
    for (const rows of [1, 2, 7]) {
      const x = spread([rows, ...row], 'float32', rows);
      const { y } = await session.run({ x });
      expectClose(y as NdArray, compile(apply)(x), 1e-5);
    }
    await session.release();
  });
});

describe('what cannot be exported', () => {
  const x = spread([1, 2, 2], 'float32');
  const refused = (apply: (x: Tensor) => Tensor, example: unknown = x, options = {}) =>
    expect(() => exportOnnx(f(apply), {}, example as NdArray, options));

  it('says which op has no form', () => {
    refused((x) => cholesky(x)).toThrow('exportOnnx: the model uses cholesky: ONNX has no factorisations');
  });
  it('says that a mean over the rows depends on their number, and takes one number of rows', async () => {
    const centred = (x: Tensor) => x.sub(x.mean(0));
    refused(centred).toThrow(
      'a constant in it depends on the number of rows; export it for one number only: { rows: 32 }',
    );
    const session = await onnxSession(exportOnnx(f(centred), {}, [[1]], { rows: 3 }));
    const { y } = await session.run({
      x: { data: Float64Array.of(1, 2, 6), shape: [3, 1], dtype: 'float64' },
    });
    expect([...(y as NdArray).data]).toEqual([-2, -1, 3]);
  });
  it('refuses options and examples that make no sense', () => {
    refused((x) => x, 3).toThrow(
      'exportOnnx: x must be an example with an axis of rows, such as one row, got a number',
    );
    refused((x) => x, x, { rows: 0 }).toThrow('rows must be a positive integer, got 0');
    refused((x) => x, {}).toThrow('exportOnnx: x holds no array; give an example, such as one row');
    refused((x) => ({ a: x, b: x }) as never).toThrow('exportOnnx: the model must give one tensor, got 2');
    expect(() => exportOnnx(undefined as never, {}, x)).toThrow('exportOnnx: model must have apply');
    refused((x) => x, x, { row: 1 }).toThrow('exportOnnx: there is no option row');
  });
});

it('several inputs go by their paths', async () => {
  const model = defineModel({
    init: () => ({ w: [2] }),
    apply: ({ w }, { a, b }: { a: Tensor; b: Tensor }) => a.mul(w as never).add(b),
  });
  const session = await onnxSession(exportOnnx(model, { w: [2] } as never, { a: [[1]], b: [[1]] }));
  expect(session.inputs).toEqual(['a', 'b']);
  const column = (...values: number[]) =>
    ({ data: Float64Array.from(values), shape: [2, 1], dtype: 'float64' }) as const;
  const { y } = await session.run({ a: column(1, 2), b: column(10, 20) });
  expect([...(y as NdArray).data]).toEqual([12, 24]);
});
