import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TableModel, tableFrom, trainTable } from '@downslope/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadModel, saveModel } from './model.js';

const folder = mkdtempSync(join(tmpdir(), 'downslope-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

let trained: TableModel;
beforeAll(async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ size: 30 + 2.5 * i, price: 100 + 7.5 * i + (i % 3) }));
  const options = { target: 'price', model: 'linear', epochs: 50 } as const;
  ({ trained } = await trainTable(tableFrom(rows), options).result);
});

it('a saved model predicts the same bits, loaded from its folder, from the run around it, or from its ONNX file', async () => {
  await saveModel(join(folder, 'deep/run/model'), trained);
  expect(readdirSync(join(folder, 'deep/run'))).toEqual(['model']);
  for (const path of ['deep/run', 'deep/run/model', 'deep/run/model/model.onnx']) {
    const model = await loadModel(join(folder, path));
    expect(model.predict([{ size: 47 }])).toEqual(trained.predict([{ size: 47 }]));
  }
});

it('a model is not saved over something else', async () => {
  const path = join(folder, 'used');
  await saveModel(path, trained);
  await expect(saveModel(path, trained)).rejects.toThrow(`${path} is there already and not empty`);
  await expect(saveModel(join(path, 'model.json'), trained)).rejects.toThrow('is a file; give a folder');
});

it('a folder that is not there, or holds no model, is named, with the nearest one', async () => {
  await saveModel(join(folder, 'iris-001'), trained);
  await expect(loadModel(join(folder, 'iris-01'))).rejects.toThrow(
    `did you mean ${join(folder, 'iris-001')}?`,
  );
  await expect(loadModel(folder)).rejects.toThrow(`${folder} holds no model`);
  rmSync(join(folder, 'iris-001', 'weights.safetensors'));
  await expect(loadModel(join(folder, 'iris-001'))).rejects.toThrow('weights.safetensors');
});

it('a file that is no model is refused', async () => {
  const path = join(folder, 'single');
  await saveModel(path, trained);
  await expect(loadModel(join(path, 'model.json'))).rejects.toThrow(
    'give the folder of a run, or a file model.onnx',
  );
  writeFileSync(join(path, 'model.onnx'), 'words');
  await expect(loadModel(join(path, 'model.onnx'))).rejects.toThrow('this is no ONNX file');
});

it('damaged files are refused', async () => {
  const path = join(folder, 'damaged');
  await saveModel(path, trained);
  writeFileSync(join(path, 'model.json'), '{"format":');
  await expect(loadModel(path)).rejects.toThrow('model.json is not JSON');
});

it('a model that cannot be written leaves nothing behind', async () => {
  const files = { ...trained.files(), 'a/b': '' };
  await expect(saveModel(join(folder, 'half'), { ...trained, files: () => files })).rejects.toThrow();
  expect([existsSync(join(folder, 'half')), readdirSync(folder).filter((name) => /part/.test(name))]).toEqual(
    [false, []],
  );
});
