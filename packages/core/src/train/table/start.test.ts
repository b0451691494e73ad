import { beforeAll, describe, expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import { readSafetensors } from '../../data/safetensors.js';
import type { TableModel } from './model.js';
import { trainTable } from './train.js';

const rows = (shift: number) =>
  Array.from({ length: 120 }, (_, i) => {
    const [x, z] = [((i * 7) % 31) / 31, ((i * 11) % 17) / 17];
    return { x, z, kind: x * x + z > 0.7 + shift ? 'high' : 'low' };
  });
const options = { target: 'kind', model: 'mlp', hidden: [8], epochs: 30, test: 0, batch: 16 } as const;
const weights = (model: TableModel) => {
  const { tensors } = readSafetensors(model.files()['weights.safetensors']);
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]));
};
const further = { target: 'kind', epochs: 3, batch: 16, test: 0, validation: 0 } as const;

describe('a model that goes on from another', () => {
  let from: TableModel;
  beforeAll(async () => {
    from = (await trainTable(tableFrom(rows(0)), options).result).trained;
  });

  it('begins with its weights and encoders: after no move it is that model', async () => {
    const still = { ...further, from, lr: 1e-30 };
    const { trained, model } = await trainTable(tableFrom(rows(0.2)), still).result;
    expect(model).toBe('mlp');
    const files = trained.files();
    expect(files).toEqual(from.files());
  });

  it('learns what is new', async () => {
    const { metrics } = await trainTable(tableFrom(rows(0.2)), { ...further, from, epochs: 30 }).result;
    expect((metrics.train as { accuracy: number }).accuracy).toBeGreaterThan(0.9);
  });

  it('keeps frozen layers to the bit, until they may move', async () => {
    const of = async (more: object) =>
      weights(
        (await trainTable(tableFrom(rows(0.2)), { ...further, from, freeze: ['hidden0'], ...more }).result)
          .trained,
      );
    const [before, frozen, moved] = [weights(from), await of({}), await of({ unfreezeAfter: 2 })];
    expect(frozen['hidden0.w']).toEqual(before['hidden0.w']);
    expect(frozen['output.w']).not.toEqual(before['output.w']);
    expect(moved['hidden0.w']).not.toEqual(before['hidden0.w']);
    const last = await of({ unfreezeAfter: 3 });
    expect(last['hidden0.w']).toEqual(before['hidden0.w']);
  });

  it.each([
    [{ freeze: ['hiden0'] }, 'freeze: no layer "hiden0"; did you mean "hidden0"?'],
    [{ freeze: ['hidden0', 'output'] }, 'are all layers; nothing is left to learn'],
    [{ unfreezeAfter: 2 }, 'unfreezeAfter: no layers are frozen; say which by freeze'],
    [{ hidden: [4] }, 'hidden: the model to go on from decides that'],
    [{ model: 'linear' }, 'model: the one to go on from is mlp, not linear'],
    [{ target: 'x' }, 'target: the model to go on from predicts "kind", not "x"'],
    [{ from: 'runs/a' }, 'from must be a trained model, as loadModel gives'],
  ])('refuses %o', async (more, message) => {
    const run = trainTable(tableFrom(rows(0)), { ...further, from, ...more } as never);
    await expect(run.result).rejects.toThrow(message);
  });

  it('needs the features that it knows', async () => {
    const run = trainTable(tableFrom(rows(0).map(({ x, kind }) => ({ x, kind }))), { ...further, from });
    await expect(run.result).rejects.toThrow('no column "z"');
  });
});
