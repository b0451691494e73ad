import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  exportTableOnnx,
  loadTableModel,
  loadTableOnnx,
  type TableModel,
  type TableModelFiles,
} from '@downslope/core';
import { misuse } from '../misuse.js';
import { writeFolder } from './atomic.js';
import { makeFolder, refuseUsed } from './folder.js';
import { absent } from './past-runs.js';

/**
 * Loads a model that `downslope train` or {@link saveModel} wrote.
 *
 * @param path the folder of a run, or of its model: `runs/iris-species-001`, `runs/iris-species-001/model`; or a file
 *   `model.onnx` that Downslope wrote
 * @throws when there is no such folder (the error suggests the nearest), it holds no model, or its files are damaged
 * @example
 * ```ts
 * import { loadModel, saveModel, tableFrom, trainTable } from 'downslope';
 * const table = tableFrom([0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ size: 30 + 8.5 * i, price: 100 + 25.5 * i })));
 * const options = { target: 'price', model: 'linear', validation: 0, test: 0 } as const;
 * const { trained } = await trainTable(table, options).result;
 * await saveModel('models/price', trained);
 *
 * const model = await loadModel('models/price');
 * console.log(model.predict([{ size: 60 }])); // close to [ 190 ]
 * ```
 */
export async function loadModel(path: string): Promise<TableModel> {
  if (!existsSync(path)) throw misuse(await absent(path));
  if (!(await stat(path)).isFile()) return loadTableModel(await readModelFiles(path));
  if (!path.endsWith('.onnx'))
    throw misuse(`${path} is a file; give the folder of a run, or a file model.onnx`);
  return loadTableOnnx(new Uint8Array(await readFile(path)));
}

/**
 * Writes a model into a new folder: `model.json` and `weights.safetensors`, and both once more as `model.onnx`, for programs
 * that have ONNX Runtime (see {@link exportTableOnnx}).
 *
 * @param path a folder that is not there yet, or empty
 * @throws when there is something in the folder
 */
export async function saveModel(path: string, model: TableModel): Promise<void> {
  await refuseUsed(path);
  await makeFolder(dirname(path));
  await writeModel(path, allFilesOf(model));
}

/** The files of a saved model, with the one that ONNX Runtime takes. */
export const allFilesOf = (model: TableModel): TableModelFiles & { readonly 'model.onnx': Uint8Array } => ({
  ...model.files(),
  'model.onnx': exportTableOnnx(model),
});

/** Writes the files of a model as a folder that appears when it is whole, in place of one that is there. */
export const writeModel = (path: string, files: TableModelFiles): Promise<void> =>
  writeFolder(path, { ...files });

async function readModelFiles(path: string): Promise<TableModelFiles> {
  const folder = existsSync(join(path, 'model.json')) ? path : join(path, 'model');
  for (const name of ['model.json', 'weights.safetensors'])
    if (!existsSync(join(folder, name)))
      throw misuse(`${path} holds no model: there is no ${join(folder, name)}`);
  return {
    'model.json': await readFile(join(folder, 'model.json'), 'utf8'),
    'weights.safetensors': new Uint8Array(await readFile(join(folder, 'weights.safetensors'))),
  };
}
