import { expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { relu } from '../activations.js';
import { dense } from './dense.js';
import { sequential } from './sequential.js';

const start = { seed: 1, dtype: 'float32' } as const;

it('sequential puts layers and functions one after another', () => {
  const model = sequential(
    dense({ inputs: 1, outputs: 2 }),
    relu,
    (x) => x.mul(10),
    dense({ inputs: 2, outputs: 1, bias: false }),
  );
  const params = { layer0: { w: [[1, -1]], b: [0, 1] }, layer3: { w: [[1], [100]] } };
  expect([...compile(model.apply)(params, [[2], [-3]]).data]).toEqual([20, 4000]);
});

it('it names parameters by places, and starts layers of one kind differently', () => {
  const layer = dense({ inputs: 3, outputs: 3 });
  const inner = sequential(layer, relu, layer);
  const params = sequential((x) => x, inner, layer).init(start) as Record<string, Record<string, unknown>>;
  expect(Object.keys(params)).toEqual(['layer1', 'layer2']);
  expect(Object.keys(params.layer1!)).toEqual(['layer0', 'layer2']);
  expect(params.layer2).toEqual(layer.init({ ...start, name: 'layer2' }));
  expect(params.layer1).toEqual({
    layer0: layer.init({ ...start, name: 'layer1.layer0' }),
    layer2: layer.init({ ...start, name: 'layer1.layer2' }),
  });
});
