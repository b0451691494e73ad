import { expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trainingPass } from '../../tensor/training.js';
import { spread } from './testing/spread.js';
import { type TransformerBlockParams, transformerBlock } from './transformer-block.js';

const block = transformerBlock({ width: 4, heads: 2, causal: true, hidden: 6 });
const part = (i: number) => ({ w: spread([4, 4], i + 2), b: spread([4], i + 12) });
const params = {
  norm0: { scale: spread([4], 5), b: spread([4], 6) },
  attention: { query: part(0), key: part(1), value: part(2), output: part(3) },
  norm1: { scale: spread([4], 7), b: spread([4], 8) },
  hidden: { w: spread([4, 6], 9), b: spread([6], 10) },
  output: { w: spread([6, 4], 11), b: spread([4], 3) },
};
const x = spread([2, 3, 4], 1);

it('transformerBlock agrees with PyTorch 2.13 in float64', () => {
  const expected = [
    -1.168861394918, 1.922263340889, -0.552866066387, 2.111125250566, -0.653835958422, 2.4679706096,
    0.063145999904, 3.074087236476, -2.561608082425, 4.452083441778, -0.048929979804, 1.689772722178,
    -3.587468969352, 4.850660974417, -0.139896800715, 0.72266079131, -1.918392282723, 1.630506655867,
    -1.06329463011, 1.550345389105, -2.300961824409, 5.114311381799, 0.540146889227, 1.250337342085,
  ];
  const { data, shape } = compile(block.apply)(params, x);
  expect(shape).toEqual([2, 3, 4]);
  expected.forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 10);
  });
});

it('it drops what its halves add while training, not what comes in', () => {
  const dropping = transformerBlock({ width: 4, heads: 2, hidden: 6, dropout: 1 - 1e-9 });
  const train = compile((p: TransformerBlockParams, x: Tensor, seed: Tensor) =>
    dropping.apply(p, x, trainingPass(seed, seed)),
  );
  expect([...train(params, x, 1).data]).toEqual([...x.data]);
  expect([...compile(dropping.apply)(params, x).data]).not.toEqual([...x.data]);
});

it('it has the derivatives that its differences say', () => {
  checkGrads((p: TransformerBlockParams, x: Tensor) => block.apply(p, x), [params, x], {
    step: 1e-6,
  });
});
