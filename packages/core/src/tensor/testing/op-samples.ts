import type { DType } from '../dtype.js';
import type { OpName } from '../ops/index.js';
import type { Params, Spec } from '../record.js';
import type { Shape } from '../shape.js';

/** An interval that inputs are drawn from; `integers` for index inputs, `diagonal` is added to that of matrices. */
export interface Domain {
  readonly low: number;
  readonly high: number;
  readonly integers?: boolean;
  readonly diagonal?: number;
}

/** One input setting that `checkGrads` and "compiled equals interpreted" try. */
export interface Sample {
  readonly inputs: readonly Input[];
  readonly params?: Params;
}

type Input = Spec & { readonly domain: Domain };

const any: Domain = { low: -2, high: 2 };
/** Clear of zero, for functions with a kink or pole there. */
const away: Domain = { low: 0.3, high: 2 };
const definite: Domain = { low: -1, high: 1, diagonal: 3 };

const SHAPE: Shape = [2, 5];

const reals = (shape: Shape, dtype: DType = 'float64', domain = any): Input => ({ shape, dtype, domain });

const integers = (shape: Shape, low: number, high: number): Input => ({
  shape,
  dtype: 'int32',
  domain: { low, high, integers: true },
});

const bits = (shape = SHAPE): Input => ({
  shape,
  dtype: 'bool',
  domain: { low: 0, high: 1, integers: true },
});

/** One sample in each float type, with an interval for each input. */
const floats = (...domains: readonly Domain[]): Sample[] =>
  (['float32', 'float64'] as const).map((dtype) => ({
    inputs: domains.map((domain) => reals(SHAPE, dtype, domain)),
  }));

const numbers = (...domains: readonly Domain[]): Sample[] => [
  ...floats(...domains),
  { inputs: domains.map(() => integers(SHAPE, -9, 9)) },
];

const reductions: readonly Sample[] = [
  { inputs: [reals([3, 4, 5])], params: { axes: [1] } },
  { inputs: [reals([3, 4, 5])], params: { axes: [2] } },
  { inputs: [reals([3, 4, 5])], params: { axes: [0, 1] } },
  { inputs: [reals([3, 4, 5])], params: { axes: [0, 2] } },
  { inputs: [reals([3, 4, 5])], params: { axes: [0, 1, 2] } },
  { inputs: [reals([33], 'float32')], params: { axes: [0] } },
  { inputs: [reals([9, 6], 'float32')], params: { axes: [0] } },
  { inputs: [integers([4, 7], -9, 9)], params: { axes: [1] } },
];

/** Sizes about the 16 words that a compiled loop makes at a time. */
function uniforms(): Sample[] {
  const whole = (high: number) => reals([], 'float64', { low: 0, high, integers: true });
  const shapes: Shape[] = [[], [1], [7], [4, 4], [3, 11], [0], [5, 16]];
  return (['float32', 'float64'] as const).flatMap((dtype) =>
    shapes.map((shape, i) => ({
      inputs: [whole(i % 2 === 0 ? 2 ** 53 - 1 : 9), whole(i % 2 === 0 ? 2 ** 32 - 1 : 9)],
      params: { shape, dtype, name: `sample${i}` },
    })),
  );
}

/** What the checks try on each op: input intervals clear of kinks and poles, shapes that meet all paths. */
export const OP_SAMPLES: Record<OpName, readonly Sample[]> = {
  add: numbers(any, any),
  sub: numbers(any, any),
  mul: numbers(any, any),
  div: floats(any, away),
  pow: floats({ low: 0.2, high: 3 }, { low: -2, high: 3 }),
  maximum: numbers(any, any),
  minimum: numbers(any, any),
  neg: numbers(any),
  abs: numbers(away),
  sign: numbers(any),
  sqrt: floats({ low: 0.1, high: 4 }),
  floor: floats(any),
  ceil: floats(any),
  round: floats(any),
  exp: floats(any),
  expm1: floats(any),
  log: floats({ low: 0.2, high: 4 }),
  log1p: floats({ low: -0.6, high: 3 }),
  sin: floats(any),
  cos: floats(any),
  tan: floats({ low: -1.2, high: 1.2 }),
  atan: floats(any),
  tanh: floats(any),
  erf: floats(any),
  sigmoid: floats(any),
  softplus: floats(any),
  normalCdf: floats(any),
  gelu: floats(any),
  relu: [...floats({ low: 0.1, high: 2 }), ...floats({ low: -2, high: -0.1 })],
  toHalf: [],
  fromHalf: [], // no array of a user's has float16: half.test.ts goes there and back
  eq: numbers(any, any),
  ne: numbers(any, any),
  lt: numbers(any, any),
  le: numbers(any, any),
  and: [{ inputs: [bits(), bits()] }],
  or: [{ inputs: [bits(), bits()] }],
  not: [{ inputs: [bits()] }],
  where: [
    { inputs: [bits([2, 5]), reals([2, 5]), reals([2, 5])] },
    { inputs: [bits([7]), reals([7], 'float32'), reals([7], 'float32')] },
  ],
  cast: [
    { inputs: [reals([2, 5], 'float64')], params: { dtype: 'float64' } },
    { inputs: [reals([2, 5], 'float64')], params: { dtype: 'float32' } },
    { inputs: [reals([2, 5], 'float32')], params: { dtype: 'float64' } },
    { inputs: [reals([2, 5], 'float32')], params: { dtype: 'int32' } },
    { inputs: [bits()], params: { dtype: 'float32' } },
    {
      inputs: [integers([5], -9, 9)],
      params: { dtype: 'float64' },
    },
    { inputs: [reals([2, 5], 'float32')], params: { dtype: 'bool' } },
  ],
  mark: floats(any).map((sample) => ({ ...sample, params: { id: 0 } })),
  stopGradient: floats(any),
  sum: reductions,
  max: reductions,
  min: reductions,
  reshape: [{ inputs: [reals([2, 6])], params: { shape: [3, 4] } }],
  broadcast: [
    { inputs: [reals([3, 1])], params: { shape: [2, 3, 4] } },
    { inputs: [reals([])], params: { shape: [3] } },
    { inputs: [reals([4], 'float32')], params: { shape: [3, 4] } },
  ],
  transpose: [
    { inputs: [reals([2, 3, 4])], params: { order: [2, 0, 1] } },
    { inputs: [reals([5, 9], 'float32')], params: { order: [1, 0] } },
  ],
  slice: [{ inputs: [reals([4, 7])], params: { start: [1, 0], stop: [3, 7], step: [1, 3] } }],
  embed: [{ inputs: [reals([2, 3])], params: { shape: [4, 7], start: [1, 0], step: [1, 3] } }],
  flip: [{ inputs: [reals([3, 4])], params: { axes: [1] } }],
  concat: [
    { inputs: [reals([2, 3]), reals([2, 4])], params: { axis: 1 } },
    { inputs: [reals([2, 3]), reals([1, 3]), reals([2, 3])], params: { axis: 0 } },
  ],
  windows: [
    { inputs: [reals([9, 2])], params: { axis: 0, size: 3, stride: 1, dilation: 1 } },
    { inputs: [reals([2, 11])], params: { axis: 1, size: 3, stride: 2, dilation: 2 } },
    { inputs: [reals([2, 8], 'float32')], params: { axis: 1, size: 2, stride: 3, dilation: 1 } },
  ],
  dot: [
    { inputs: [reals([3, 4]), reals([4, 2])], params: { transA: false, transB: false } },
    { inputs: [reals([4, 3]), reals([4, 2])], params: { transA: true, transB: false } },
    { inputs: [reals([3, 4]), reals([2, 4])], params: { transA: false, transB: true } },
    { inputs: [reals([4, 3]), reals([2, 4])], params: { transA: true, transB: true } },
    { inputs: [reals([2, 3, 4]), reals([2, 4, 5])], params: { transA: false, transB: false } },
    {
      inputs: [reals([9, 17], 'float32'), reals([17, 5], 'float32')],
      params: { transA: false, transB: false },
    },
    {
      inputs: [reals([2, 4, 3]), reals([2, 4, 5]), reals([2, 3, 5])],
      params: { transA: true, transB: false },
    },
  ],
  gather: [
    { inputs: [reals([5, 3]), integers([4], 0, 4)] },
    { inputs: [reals([5]), integers([2, 3], 0, 4)] },
    { inputs: [reals([5, 8], 'float32'), integers([6], -2, 7)] },
  ],
  scatterAdd: [
    { inputs: [reals([4, 3]), integers([4], 0, 4)], params: { rows: 5 } },
    { inputs: [reals([2, 3]), integers([2, 3], 0, 4)], params: { rows: 5 } },
    { inputs: [reals([6, 9], 'float32'), integers([6], 0, 2)], params: { rows: 3 } },
  ],
  uniform: uniforms(),
  cumSum: [
    { inputs: [reals([3, 5])], params: { reverse: false } },
    { inputs: [reals([2, 1, 4])], params: { reverse: true } },
    { inputs: [reals([4, 9], 'float32')], params: { reverse: false } },
    { inputs: [reals([0, 3])], params: { reverse: false } },
    { inputs: [reals([3, 0])], params: { reverse: true } },
    { inputs: [integers([3, 4], -9, 9)], params: { reverse: true } },
  ],
  argSort: [
    ...[1, 2, 3, 4, 5, 8, 9, 63, 64, 65].map((n) => ({
      inputs: [reals([3, n])],
      params: { descending: n % 2 === 0 },
    })),
    { inputs: [reals([2, 0])], params: { descending: false } },
    { inputs: [reals([4, 21], 'float32')], params: { descending: false } },
    { inputs: [integers([5, 30], -3, 3)], params: { descending: false } },
    { inputs: [integers([5, 30], -3, 3)], params: { descending: true } },
  ],
  cholesky: [
    { inputs: [reals([1, 1], 'float64', definite)] },
    { inputs: [reals([4, 4], 'float64', definite)] },
    { inputs: [reals([2, 3, 3], 'float64', definite)] },
    { inputs: [reals([9, 9], 'float32', { ...definite, diagonal: 9 })] },
  ],
  triangularSolve: [
    ...[true, false].flatMap((low) =>
      [true, false].map((transpose) => ({
        inputs: [reals([3, 3], 'float64', definite), reals([3, 2])],
        params: { lower: low, transpose },
      })),
    ),
    {
      inputs: [reals([2, 4, 4], 'float64', definite), reals([2, 4, 1])],
      params: { lower: true, transpose: false },
    },
    {
      inputs: [reals([9, 9], 'float32', definite), reals([9, 5], 'float32')],
      params: { lower: false, transpose: false },
    },
  ],
  eigh: [
    { inputs: [reals([1, 1])] },
    { inputs: [reals([3, 3])] },
    { inputs: [reals([2, 3, 3])] },
    { inputs: [reals([9, 9], 'float32')] },
  ],
  qr: [
    { inputs: [reals([3, 3], 'float64', definite)] },
    { inputs: [reals([5, 3], 'float64', { low: -1, high: 1, diagonal: 2 })] },
    { inputs: [reals([2, 3, 2], 'float64', { low: -1, high: 1, diagonal: 2 })] },
    { inputs: [reals([9, 5], 'float32', definite)] },
  ],
  // Ops whose parameters are graphs have tests of their own: control.test.ts, here and beside each stage.
  scan: [],
  cond: [],
  while: [],
  part: [],
};
