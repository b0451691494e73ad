import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import { expectCompiledAsInterpreted } from '../../compile/testing/agree.js';
import { array, isNdArray, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { flatten } from '../../tensor/tree.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { type GptParams, gpt } from './gpt.js';

const model = gpt({ vocabulary: 5, context: 4, width: 8, heads: 2, layers: 2 });
const params = model.init({ seed: 3, dtype: 'float64' });
const tokens = array(Int32Array.of(0, 3, 1, 4, 2, 2, 0, 1), { shape: [2, 4] });
const next = array(Int32Array.of(3, 1, 4, 0, 2, 0, 1, 3), { shape: [2, 4] });
const loss = (p: GptParams, x: Tensor, y: Tensor): Tensor =>
  crossEntropy(model.apply(p, x).reshape([-1, 5]), y.reshape([-1])).mean();

describe('gpt', () => {
  it('names its parts and gives logits for each place', () => {
    const { names } = flatten(params, isNdArray);
    expect(names.filter((name) => !name.startsWith('block'))).toEqual([
      'token.w',
      'position.w',
      'norm.scale',
      'norm.b',
      'output.w',
      'output.b',
    ]);
    expect(names.filter((name) => name.startsWith('block1.')).length).toBe(16);
    expect(compile(model.apply)(params, tokens).shape).toEqual([2, 4, 5]);
  });

  it('first gives every token about the same chance', () => {
    expect(compile(loss)(params, tokens, next).data[0]).toBeCloseTo(Math.log(5), 1);
  });

  it('takes shorter sequences, and predicts from what came before alone', () => {
    const whole = compile(model.apply)(params, tokens);
    const short = compile(model.apply)(params, array(Int32Array.of(0, 3), { shape: [1, 2] }));
    short.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.data[i]!, 13);
    });
  });

  it('has the derivatives that its differences say, and compiled gives them as interpreted', () => {
    checkGrads(loss, [params, tokens, next]);
    const flat = [
      flatten<NdArray>(params, isNdArray),
      flatten<NdArray>(tokens, isNdArray),
      flatten<NdArray>(next, isNdArray),
    ];
    const { graph } = trace(
      (p: GptParams, x: Tensor, y: Tensor) => [loss(p, x, y), grad(loss)(p, x, y)],
      flat,
    );
    expectCompiledAsInterpreted(
      graph,
      flat.flatMap(({ leaves }) => leaves),
    );
  });

  it('refuses sequences longer than its context', () => {
    expect(() => compile(model.apply)(params, array(new Int32Array(5), { shape: [1, 5] }))).toThrow(
      'gpt: made for x of shape [rows, time ≤ 4], got [1,5]',
    );
  });
});
