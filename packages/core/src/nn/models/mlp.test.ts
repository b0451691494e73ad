import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import { expectCompiledAsInterpreted } from '../../compile/testing/agree.js';
import { isNdArray, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { flatten } from '../../tensor/tree.js';
import { constant } from '../init/constant.js';
import { glorot, he, lecun } from '../init/scaled.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import { type MlpOptions, type MlpParams, mlp } from './mlp.js';

const start = { seed: 4, dtype: 'float64' } as const;
const make = (options: Partial<MlpOptions> = {}) =>
  mlp({ inputs: 3, hidden: [5, 4], outputs: 2, ...options });

describe('mlp', () => {
  it('names its layers and gives them the shapes they need', () => {
    const { names, leaves } = flatten(make().init(start), isNdArray);
    expect(names.map((name, i) => `${name} [${leaves[i]!.shape}]`)).toEqual([
      'hidden0.w [3,5]',
      'hidden0.b [5]',
      'hidden1.w [5,4]',
      'hidden1.b [4]',
      'output.w [4,2]',
      'output.b [2]',
    ]);
  });

  it("starts at He's weights, at Glorot's for tanh, and small in the output layer", () => {
    const hidden = { ...start, name: 'hidden1.w' };
    expect(make().init(start).hidden1!.w).toEqual(he()([5, 4], hidden));
    expect(make({ activation: 'tanh' }).init(start).hidden1!.w).toEqual(glorot()([5, 4], hidden));
    expect(make({ init: constant(1) }).init(start).hidden1!.w).toEqual(constant(1)([5, 4], hidden));
    expect(make().init(start).output.w).toEqual(lecun({ gain: 0.1 })([4, 2], { ...start, name: 'output.w' }));
  });

  it('puts the activation between layers, not after the last', () => {
    const model = mlp({ inputs: 1, hidden: [2], outputs: 1 });
    const params = { hidden0: { w: [[1, -1]], b: [0, 1] }, output: { w: [[10], [100]], b: [-1000] } };
    // x = 2: relu(2, −1) = (2, 0); x = −3: relu(−3, 4) = (0, 4)
    expect([...compile(model.apply)(params, [[2], [-3]]).data]).toEqual([-980, -600]);
  });

  it('takes a function as activation', () => {
    const model = mlp({ inputs: 1, hidden: [1], outputs: 1, activation: (x) => x.square() });
    const params = { hidden0: { w: [[3]], b: [0] }, output: { w: [[1]], b: [0] } };
    expect(compile(model.apply)(params, [[2]]).data[0]).toBe(36);
  });

  it('without hidden layers is linear', () => {
    expect(Object.keys(make({ hidden: [] }).init(start))).toEqual(['output']);
  });

  it('has the derivatives that its differences say, and compiled gives them as interpreted', () => {
    const model = make({ activation: 'gelu' });
    const params = model.init(start);
    const x = [
      [0.3, -1, 0.8],
      [1.2, 0.1, -0.4],
    ];
    const loss = (p: MlpParams, x: Tensor): Tensor =>
      crossEntropy(model.apply(p, x), x.constant([1, 0])).mean();
    checkGrads(loss, [params, x]);
    const flat = [
      flatten<NdArray>(params, isNdArray),
      flatten<NdArray>({ data: Float64Array.from(x.flat()), shape: [2, 3], dtype: 'float64' }, isNdArray),
    ];
    const { graph } = trace((p: MlpParams, x: Tensor) => [loss(p, x), grad(loss)(p, x)], flat);
    expectCompiledAsInterpreted(
      graph,
      flat.flatMap(({ leaves }) => leaves),
    );
  });

  it('refuses what makes no network', () => {
    expect(() => make({ hidden: 8 as never })).toThrow('hidden must be a list such as [64, 64], got 8');
    expect(() => make({ hidden: [5, 0] })).toThrow('hidden[1] must be a positive integer, got 0');
    expect(() => make({ activation: 'rleu' as 'relu' })).toThrow(
      'mlp: there is no activation "rleu"; did you mean "relu"?',
    );
  });
});
