import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../data/safetensors.js';
import { activations } from '../nn/activations.js';
import golden from '../nn/golden/layers.json' with { type: 'json' };
import { batchNorm } from '../nn/layers/batch-norm.js';
import { dense } from '../nn/layers/dense.js';
import { sequential } from '../nn/layers/sequential.js';
import { spread } from '../nn/layers/testing/spread.js';
import { squared } from '../nn/losses/squared.js';
import { chain } from '../optim/chain.js';
import { adamW } from '../optim/optimizers/adam-w.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { ema } from '../optim/transforms/ema.js';
import { type NdArray, zeros } from '../tensor/array.js';
import { fit } from './fit.js';
import { predictor } from './predictor.js';

const model = sequential(
  dense({ inputs: 2, outputs: 3, bias: false }),
  batchNorm({ channels: 3 }),
  activations.tanh,
  dense({ inputs: 3, outputs: 1 }),
);
const statistics = {
  mean: zeros([3], 'float64'),
  variance: { data: new Float64Array(3).fill(1), shape: [3], dtype: 'float64' },
};
const params = {
  layer0: { w: spread([2, 3], 1) },
  layer1: { scale: statistics.variance, b: zeros([3], 'float64'), ...statistics },
  layer3: { w: spread([3, 1], 2), b: zeros([1], 'float64') },
};
const train = { x: spread([10, 2], 3), y: spread([10, 1], 4) };
const common = { train, loss: squared, epochs: 3, shuffle: false, dtype: 'float64', params } as const;
type Layers = Record<string, Record<string, NdArray>>;

describe('fit with batchNorm', () => {
  it.each([
    ['SGD in full batches', sgd({ lr: 0.1, momentum: 0.9 }), 'full', golden.trained.sgd],
    ['AdamW in batches of 4, 4 and 2', adamW({ lr: 0.01, weightDecay: 0.01 }), 4, golden.trained.adamw],
  ] as const)(
    'ends where PyTorch does, weights and running statistics: %s',
    async (_, optimizer, batchSize, wanted) => {
      const { params } = await fit(model, { ...common, optimizer, batchSize }).result;
      const { layer0, layer1, layer3 } = params as Layers;
      const found = {
        w0: layer0!.w!,
        scale: layer1!.scale!,
        b: layer1!.b!,
        mean: layer1!.mean!,
        variance: layer1!.variance!,
        w3: layer3!.w!,
        b3: layer3!.b!,
        predictions: predictor(model, params)(train.x),
      };
      for (const [name, { data }] of Object.entries(found))
        wanted[name as keyof typeof found].forEach((value, i) => {
          expect(data[i], `${name}[${i}]`).toBeCloseTo(value, 11);
        });
    },
  );

  it('leaves running statistics out of what the optimizer averages, and keeps those of the best epoch', async () => {
    const averaged = chain(sgd({ lr: 0.1 }), ema({ decay: 0.9 }));
    const run = { ...common, optimizer: averaged, batchSize: 5, validation: train } as const;
    const { params, bestEpoch } = await fit(model, { ...run, epochs: 8 }).result;
    const again = await fit(model, { ...run, epochs: bestEpoch }).result;
    const plain = await fit(model, {
      ...run,
      optimizer: sgd({ lr: 0.1 }),
      validation: undefined as never,
      epochs: bestEpoch,
    }).result;
    const part = (params: unknown, name: string) => [...(params as Layers).layer1![name]!.data];
    expect(part(params, 'mean')).toEqual(part(again.params, 'mean'));
    expect(part(params, 'mean')).toEqual(part(plain.params, 'mean'));
    expect(part(params, 'scale')).not.toEqual(part(plain.params, 'scale'));
  });

  it('predicts the same after a way through a file, however the rows are cut', async () => {
    const { params } = await fit(model, { ...common, optimizer: sgd({ lr: 0.1 }), batchSize: 4 }).result;
    const flat = Object.fromEntries(
      Object.entries(params as Layers).flatMap(([layer, parts]) =>
        Object.entries(parts).map(([part, value]) => [`${layer}.${part}`, value]),
      ),
    );
    const { tensors } = readSafetensors(writeSafetensors(flat));
    const again: Layers = {};
    for (const [path, value] of Object.entries(tensors)) {
      const [layer, part] = path.split('.') as [string, string];
      again[layer] = { ...again[layer], [part]: value };
    }
    const [before, after] = [predictor(model, params), predictor(model, again)];
    expect(after(train.x).data).toEqual(before(train.x).data);
    const row = { data: train.x.data.slice(6, 8), shape: [1, 2], dtype: 'float64' } as const;
    expect(after(row).data[0]).toBeCloseTo(before(train.x).data[3]!, 12);
  });

  it('a batch of one row is refused, with the way out', async () => {
    const run = fit(model, { ...common, optimizer: sgd({ lr: 0.1 }), batchSize: 3 });
    await expect(run.result).rejects.toThrow('choose a batch size that leaves no single row over');
  });
});
