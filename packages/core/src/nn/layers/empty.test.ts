import { describe, expect, it } from 'vitest';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import { array, isNdArray, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { flatten } from '../../tensor/tree.js';
import type { Model } from '../model.js';
import { gpt } from '../models/gpt.js';
import { attention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { conv } from './conv.js';
import { dense } from './dense.js';
import { groupNorm } from './group-norm.js';
import { gru } from './gru.js';
import { layerNorm } from './layer-norm.js';
import { lstm } from './lstm.js';
import { rmsNorm } from './rms-norm.js';
import { transformerBlock } from './transformer-block.js';

/** The shape of x, and of the result. */
type Places = (rows: number, time: number) => number[];

const along: Places = (rows, time) => [rows, time, 4];
const across: Places = (rows, time) => [rows, 4, time];
/** No window is longer than its axis. */
const noRows: Places = () => [0, 4, 5];

const LAYERS = [
  ['dense', dense({ inputs: 4, outputs: 4 }), along],
  ['attention', attention({ width: 4, heads: 2 }), along],
  ['causal attention', attention({ width: 4, heads: 2, causal: true }), along],
  ['transformerBlock', transformerBlock({ width: 4, heads: 2 }), along],
  ['layerNorm', layerNorm({ width: 4 }), along],
  ['rmsNorm', rmsNorm({ width: 4 }), along],
  ['lstm', lstm({ inputs: 4, hidden: 4, output: 'all' }), along],
  ['gru', gru({ inputs: 4, hidden: 4, output: 'all' }), along],
  ['batchNorm', batchNorm({ channels: 4 }), across],
  ['groupNorm', groupNorm({ channels: 4, groups: 2 }), across],
  ['conv', conv({ inputs: 4, outputs: 4, kernel: [3], padding: 1, groups: 2 }), noRows],
] as unknown as readonly [string, Model<Record<string, Tensor>>, Places][];

describe.each([
  [0, 3],
  [2, 0],
  [0, 0],
])('with %d rows and %d places', (rows, time) => {
  it.each(LAYERS)('%s gives as many, and its weights have slope 0', (_, { init, apply }, places) => {
    const params = init({ seed: 0, dtype: 'float32' });
    const x = array(new Float32Array(0), { shape: places(rows, time) });
    expect(compile(apply)(params, x).shape).toEqual(x.shape);
    const slopes = grad((p: Record<string, Tensor>, x: Tensor) => apply(p, x).sum())(params, x);
    for (const { data } of flatten<NdArray>(slopes, isNdArray).leaves)
      for (const slope of data) expect(Math.abs(slope)).toBe(0);
  });

  it('gpt gives as many logits', () => {
    const model = gpt({ vocabulary: 5, context: 4, width: 4, heads: 2, layers: 1 });
    const tokens = array(new Int32Array(0), { shape: [rows, time] });
    const logits = compile(model.apply)(model.init({ seed: 0, dtype: 'float32' }), tokens);
    expect(logits.shape).toEqual([rows, time, 5]);
  });
});
