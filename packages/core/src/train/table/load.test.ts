import { describe, expect, it } from 'vitest';
import { rowsOf, tableFrom } from '../../data/rows.js';
import { readSafetensors, writeSafetensors } from '../../data/safetensors.js';
import { loadTableModel } from './load.js';
import { example } from './testing/examples.js';
import { trainTable } from './train.js';

const penguins = example('penguins.json');
const { trained } = await trainTable(penguins, { target: 'Species', model: 'linear', epochs: 5 }).result;
const files = trained.files();
const rows = rowsOf(penguins);

describe('a model read from its files', () => {
  it.each([
    { target: 'Species', model: 'linear' },
    { target: 'Species', model: 'mlp', hidden: [8, 4], dtype: 'float64' },
    { target: 'Body Mass (g)', model: 'linear', dtype: 'float64' },
    { target: 'Body Mass (g)', model: 'mlp' },
    { target: 'Body Mass (g)', features: ['Island', 'Sex'], model: 'linear' },
  ] as const)('predicts the same bits: %o', async (options) => {
    const { trained } = await trainTable(penguins, { epochs: 3, ...options }).result;
    const loaded = loadTableModel(trained.files());
    expect(loaded.predict(rows)).toEqual(trained.predict(rows));
    expect(loaded.predict(rows.slice(0, 1))).toEqual(trained.predict(rows.slice(0, 1)));
    expect(loaded.predictTable(penguins)).toEqual(trained.predictTable(penguins));
    expect(loaded.files()).toEqual(trained.files());
    expect(loaded).toMatchObject({ task: trained.task, target: options.target, features: trained.features });
  });

  it('has learned from a feature of any size', async () => {
    const sized = (unit: number) =>
      tableFrom(Array.from({ length: 60 }, (_, i) => ({ x: unit * Math.sin(i), y: Math.sin(i) + i / 60 })));
    const scores = [1, 2 ** 660, 2 ** -560].map(async (unit) => {
      const { trained, metrics } = await trainTable(sized(unit), { target: 'y', model: 'linear' }).result;
      expect(loadTableModel(trained.files()).predictTable(sized(unit))).toEqual(
        trained.predictTable(sized(unit)),
      );
      return metrics;
    });
    const [plain, ...others] = await Promise.all(scores);
    for (const other of others) expect(other).toEqual(plain);
  });

  it('may come with its description as bytes', () => {
    const bytes = new TextEncoder().encode(files['model.json']);
    expect(loadTableModel({ ...files, 'model.json': bytes }).predict(rows)).toEqual(trained.predict(rows));
  });
});

describe('files that are no model', () => {
  const weights = files['weights.safetensors'];
  const { w, b } = readSafetensors(weights).tensors as { w: never; b: never };
  const changed = (change: (model: Record<string, never>) => void): string => {
    const model = JSON.parse(files['model.json']);
    change(model);
    return JSON.stringify(model);
  };
  const described = (change: object) => ({
    ...files,
    'model.json': changed((model) => Object.assign(model, change)),
  });

  it.each([
    ['without a description', { 'weights.safetensors': weights }, 'model.json is missing'],
    ['without weights', { 'model.json': files['model.json'] }, 'weights.safetensors must be among the files'],
    [
      'cut short',
      { ...files, 'model.json': files['model.json'].slice(0, 90) },
      'model.json is not JSON; is it cut short?',
    ],
    ['of weights cut short', { ...files, 'weights.safetensors': weights.slice(0, -4) }, 'is it cut short?'],
    [
      'of another format',
      described({ format: 'onnx' }),
      'model.json: format must be "downslope table model", got "onnx"',
    ],
    [
      'of a later version',
      described({ version: 2 }),
      'model.json: version 2 is newer than this Downslope knows (1)',
    ],
    [
      'of an unknown network',
      described({ network: { kind: 'tree' } }),
      'model.json: network.kind must be one of linear, mlp, got "tree"',
    ],
    [
      'of no units',
      described({ network: { kind: 'mlp', hidden: [0.5] } }),
      'model.json: network.hidden[0] must be',
    ],
    [
      'of an unknown type',
      described({ dtype: 'float16' }),
      'model.json: dtype must be one of float32, float64, got "float16"',
    ],
    [
      'of a feature without a name',
      { ...files, 'model.json': files['model.json'].replace('"name": "Island"', '"nam": "Island"') },
      'model.json: encoder.features[0].name must be text, got nothing',
    ],
    [
      'of other weights',
      { ...files, 'weights.safetensors': writeSafetensors({ w, b, c: b }) },
      'the model has no "c", only "w", "b"',
    ],
    [
      'without a bias',
      { ...files, 'weights.safetensors': writeSafetensors({ w }) },
      '"b" must be float32 [3], got nothing',
    ],
    [
      'of weights of another shape',
      { ...files, 'weights.safetensors': writeSafetensors({ w: b, b }) },
      /"w" must be float32 \[\d+,3\], got float32 \[3\]/,
    ],
  ])('are refused: %s', (_, given, message) => {
    expect(() => loadTableModel(given)).toThrow(message);
  });
});
