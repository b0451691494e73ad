import { allocate } from '../dtype.js';
import type { Graph } from '../graph.js';
import type { Control, Params, Part, Spec } from '../record.js';
import { sameShape, sizeOf } from '../shape.js';
import { describe } from './define.js';

/** Inputs and the body's inputs: carries, then stacks (the body gets a slice of each), then captured values. */
export type ScanParams = {
  /** Gives the next carries, then one slice of each stacked result. */
  readonly body: Graph;
  readonly carries: number;
  readonly stacks: number;
  readonly length: number;
  /** From the last slice to the first. */
  readonly reverse: boolean;
  /** Whether derivatives find the matrix products of each turn, or work them out again. */
  readonly keep: boolean;
};

/** Inputs: a condition, then what the branches have captured, which both of them take. */
export type CondParams = { readonly yes: Graph; readonly no: Graph };

/** Inputs and both bodies' inputs: carries, then captured values. `test` gives one bool, `body` the next carries. */
export type WhileParams = { readonly test: Graph; readonly body: Graph; readonly carries: number };

export const scanOf = (params: Params): ScanParams => params as ScanParams;
export const condOf = (params: Params): CondParams => params as CondParams;
export const whileOf = (params: Params): WhileParams => params as WhileParams;

const stack = ({ shape, dtype }: Spec, length: number): Spec => ({ shape: [length, ...shape], dtype });

/** A tuple has no elements that anything but `part` could read; it counts as a float so that derivatives reach it. */
const tuple = (parts: readonly Spec[]): Spec => ({ shape: [parts.length], dtype: 'float64' });

function expectSame(
  what: string,
  got: readonly Spec[],
  wanted: readonly Spec[],
  fail: (why: string) => never,
) {
  wanted.forEach((spec, i) => {
    const found = got[i] ? describe(got[i]) : 'nothing';
    if (found !== describe(spec)) fail(`${what} ${i} must be ${describe(spec)}, got ${found}`);
  });
}

/** c, y₀ = f(c₀, x₀); c, y₁ = f(c, x₁); … */
export const scan: Control = {
  kind: 'control',
  doc: 'a body run once for each slice of its stacks, which hands on its carries and stacks its results',
  parts(params) {
    const { body, carries, length } = scanOf(params);
    return body.outputs.map((output, i) => (i < carries ? output : stack(output, length)));
  },
  infer(inputs, params, fail) {
    const { body, carries, stacks, length } = scanOf(params);
    const wanted = body.inputs.map((input, i) =>
      i < carries || i >= carries + stacks ? input : stack(input, length),
    );
    expectSame('input', inputs, wanted, fail);
    expectSame('carry', body.outputs, inputs.slice(0, carries), fail);
    return tuple(body.outputs);
  },
  reference(xs, params, run) {
    const { body, carries, stacks, length, reverse } = scanOf(params);
    const stacked = body.outputs
      .slice(carries)
      .map(({ dtype, shape }) => allocate(dtype, length * sizeOf(shape)));
    let state = xs.slice(0, carries);
    for (let turn = 0; turn < length; turn++) {
      const t = reverse ? length - 1 - turn : turn;
      const slices = xs.slice(carries, carries + stacks).map((x) => {
        const size = x.length / length;
        return x.subarray(t * size, (t + 1) * size);
      });
      const results = run(body, [...state, ...slices, ...xs.slice(carries + stacks)]);
      state = results.slice(0, carries);
      results.slice(carries).forEach((y, i) => {
        stacked[i]!.set(y, t * y.length);
      });
    }
    return [...state, ...stacked];
  },
  derivative: { bodies: true },
};

export const cond: Control = {
  kind: 'control',
  doc: 'one of two bodies, chosen by a condition',
  parts: (params) => condOf(params).yes.outputs,
  infer([condition, ...captured], params, fail) {
    const { yes, no } = condOf(params);
    if (condition?.dtype !== 'bool' || !sameShape(condition.shape, []))
      fail(`the condition must be bool[], got ${condition && describe(condition)}`);
    expectSame('input', captured, yes.inputs, fail);
    expectSame('input', captured, no.inputs, fail);
    expectSame('result', no.outputs, yes.outputs, fail);
    return tuple(yes.outputs);
  },
  reference([condition, ...captured], params, run) {
    const { yes, no } = condOf(params);
    return run(condition![0] ? yes : no, captured);
  },
  derivative: { bodies: true },
};

export const whileLoop: Control = {
  kind: 'control',
  doc: 'a body that hands on its carries for as long as a test of them says so',
  parts: (params) => whileOf(params).body.outputs,
  infer(inputs, params, fail) {
    const { test, body, carries } = whileOf(params);
    expectSame('input', inputs, body.inputs, fail);
    expectSame('input', inputs, test.inputs, fail);
    expectSame('carry', body.outputs, inputs.slice(0, carries), fail);
    expectSame('test result', test.outputs, [{ shape: [], dtype: 'bool' }], fail);
    return tuple(body.outputs);
  },
  reference(xs, params, run) {
    const { test, body, carries } = whileOf(params);
    let state = [...xs];
    while (run(test, state)[0]![0]) state = [...run(body, state), ...xs.slice(carries)];
    return state.slice(0, carries);
  },
  derivative: { bodies: true },
};

/** Derivatives go from the parts to their tuple all at once, so there is nothing to say of one. */
export const part: Part = {
  kind: 'part',
  doc: 'one of the results of an op with several',
  infer: (_, { shape, dtype }) => ({ shape, dtype }) as unknown as Spec,
  derivative: { linear: () => null },
};
