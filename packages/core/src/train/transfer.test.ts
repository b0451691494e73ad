import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../data/safetensors.js';
import { crossEntropy } from '../nn/losses/index.js';
import { mlp } from '../nn/models/mlp.js';
import { chain } from '../optim/chain.js';
import { adam } from '../optim/optimizers/adam.js';
import { freeze } from '../optim/transforms/freeze.js';
import { scaleBy } from '../optim/transforms/scale-by.js';
import type { NdArray } from '../tensor/array.js';
import { flatten } from '../tensor/tree.js';
import { fit } from './fit.js';
import { transfer } from './transfer.js';

const init = { seed: 0, dtype: 'float32' } as const;
const before = mlp({ inputs: 2, hidden: [5], outputs: 3 }).init({ ...init, seed: 7 });
const model = mlp({ inputs: 2, hidden: [5], outputs: 2 });
const fresh = model.init(init);
const numbers = (params: unknown) => {
  const { names, leaves } = flatten(params, (leaf): leaf is NdArray => 'data' in (leaf as NdArray));
  return Object.fromEntries(names.map((name, i) => [name, [...leaves[i]!.data]]));
};

describe('transfer', () => {
  it('takes what is selected, and leaves the rest as it began', () => {
    const params = numbers(transfer(fresh, before, { only: /^hidden/ }));
    expect(params['hidden0.w']).toEqual(numbers(before)['hidden0.w']);
    expect(params['output.w']).toEqual(numbers(fresh)['output.w']);
  });

  it('takes arrays as a file holds them', () => {
    const { names, leaves } = flatten(before, (leaf): leaf is NdArray => 'data' in (leaf as NdArray));
    const file = writeSafetensors(Object.fromEntries(names.map((name, i) => [name, leaves[i]!])));
    const params = numbers(transfer(fresh, readSafetensors(file).tensors, { only: /^hidden/ }));
    expect(params['hidden0.w']).toEqual(numbers(before)['hidden0.w']);
  });

  it('says what does not fit', () => {
    expect(() => transfer(fresh, before)).toThrow(
      'transfer: output.w is [5,2] in the new model and [5,3] in the trained one; leave it out by only',
    );
    expect(() => transfer(fresh, before, { only: /^conv/ })).toThrow(
      'transfer: nothing to take; the new model has "hidden0.w"',
    );
  });
});

describe('layers that learn otherwise', () => {
  const x = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const train = { x, y: x.map(([a, b]) => (a! > b! ? 1 : 0)) };
  const params = transfer(fresh, before, { only: /^hidden/ });
  const after = async (optimizer: ReturnType<typeof adam>, epochs: number) =>
    numbers(
      (await fit(model, { train, loss: crossEntropy, optimizer, params, epochs, batchSize: 10 }).result)
        .params,
    );
  const start = numbers(params);

  it('stay frozen so many steps, then move; the rest moves at once', async () => {
    const optimizer = chain(adam({ lr: 0.01 }), freeze(/^hidden/, { until: 8 }));
    const [still, moved] = [await after(optimizer, 2), await after(optimizer, 3)];
    expect(still['hidden0.w']).toEqual(start['hidden0.w']);
    expect(still['output.w']).not.toEqual(start['output.w']);
    expect(moved['hidden0.w']).not.toEqual(start['hidden0.w']);
  });

  it('move by a share of the rate', async () => {
    const step = async (...more: ReturnType<typeof freeze>[]) => {
      const end = await after(chain(adam({ lr: 0.01 }), ...more), 1);
      return start['hidden0.w']!.map((from, i) => end['hidden0.w']![i]! - from);
    };
    const longest = (moves: number[]) => Math.max(...moves.map(Math.abs));
    expect(longest(await step(scaleBy(0.01, /^hidden/)))).toBeLessThan(0.02 * longest(await step()));
  });

  it('refuse what makes no sense', () => {
    expect(() => freeze(/x/, { until: -1 })).toThrow('freeze: until must be');
    expect(() => scaleBy(-1)).toThrow('scaleBy: factor must be');
  });
});
