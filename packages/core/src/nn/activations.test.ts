import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationName, activations } from './activations.js';

const X = [-3, -1, -0.2, 0, 0.5, 2];

/** torch 2.13 in float64: torch.nn.functional's functions of these names with their defaults; slopes by autograd. */
const TORCH: Record<ActivationName, { values: number[]; slopes: number[] }> = {
  elu: {
    values: [-0.950212931632136, -0.6321205588285577, -0.18126924692201815, 0, 0.5, 2],
    slopes: [0.049787068367863944, 0.36787944117144233, 0.8187307530779818, 1, 1, 1],
  },
  gelu: {
    values: [
      -0.00404969409489031, -0.15865525393145702, -0.0841480581121794, 0, 0.34573123063700656,
      1.9544997361036416,
    ],
    slopes: [
      -0.01194564720418392, -0.08331547058768635, 0.34253175176580575, 0.5, 0.8674951246561629,
      1.085231801078197,
    ],
  },
  identity: { values: X, slopes: [1, 1, 1, 1, 1, 1] },
  leakyRelu: { values: [-0.03, -0.01, -0.002, 0, 0.5, 2], slopes: [0.01, 0.01, 0.01, 0.01, 1, 1] },
  mish: {
    values: [
      -0.1456474612756246, -0.30340146137410895, -0.10714478086835713, 0, 0.3752452113048951,
      1.9439589595339946,
    ],
    slopes: [
      -0.09339311453232084, 0.059216755877395014, 0.4715302415134095, 0.6, 0.8864243753577272,
      1.0693179342794896,
    ],
  },
  relu: { values: [0, 0, 0, 0, 0.5, 2], slopes: [0, 0, 0, 0, 1, 1] },
  sigmoid: {
    values: [
      0.04742587317756678, 0.2689414213699951, 0.45016600268752216, 0.5, 0.6224593312018546,
      0.8807970779778823,
    ],
    slopes: [
      0.04517665973091214, 0.19661193324148185, 0.24751657271185995, 0.25, 0.2350037122015945,
      0.10499358540350662,
    ],
  },
  silu: {
    values: [
      -0.14227761953270035, -0.2689414213699951, -0.09003320053750444, 0, 0.3112296656009273,
      1.7615941559557646,
    ],
    slopes: [
      -0.08810410601516962, 0.07232948812851325, 0.40066268814515016, 0.5, 0.7399611873026519,
      1.0907842487848955,
    ],
  },
  softplus: {
    values: [
      0.04858735157374206,
      0.31326168751822286,
      0.5981388693815918,
      Math.LN2,
      0.9740769841801067,
      2.1269280110429727,
    ],
    slopes: [
      0.04742587317756679, 0.2689414213699951, 0.4501660026875221, 0.5, 0.6224593312018546,
      0.8807970779778824,
    ],
  },
  tanh: {
    values: [
      -0.9950547536867305, -0.7615941559557649, -0.197375320224904, 0, 0.46211715726000974,
      0.9640275800758169,
    ],
    slopes: [
      0.009866037165440166, 0.41997434161402614, 0.9610429829661166, 1, 0.7864477329659274,
      0.07065082485316443,
    ],
  },
};

describe.each(Object.entries(TORCH))('%s', (name, { values, slopes }) => {
  const activation = activations[name as ActivationName];

  it("gives torch's values and slopes, at 0 too", () => {
    expectClose(compile(activation)(X).data, values);
    expectClose(compile(grad((x: Tensor) => activation(x).sum()))(X).data, slopes);
  });

  it('has the derivatives that its differences say', () => {
    checkGrads(activation, [X.filter((x) => x !== 0)]);
  });

  it('is never NaN at ±1000, nor is its slope', () => {
    const ends = new Float32Array([-1000, 1000]);
    const slope = compile(grad((x: Tensor) => activation(x).sum()));
    for (const value of [...compile(activation)(ends).data, ...slope(ends).data]) expect(value).not.toBeNaN();
  });
});

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-14);
  });
}
