import { readList, readText } from '../../data/check-json.js';
import { encodedNames } from '../../data/encode.js';
import { writeSafetensors } from '../../data/safetensors.js';
import { type Door, onnxFile } from '../../onnx/file.js';
import { CHECKSUM_NOTE } from '../../onnx/proto.js';
import { readOnnx } from '../../onnx/read.js';
import { isNdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Spec } from '../../tensor/record.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Flat, flatten } from '../../tensor/tree.js';
import { loadTableModel, readEssence } from './load.js';
import type { Essence, TableModel } from './model.js';
import { isClasses, lossFor, networkModel } from './network.js';
import { encodedTensor, featureDoor } from './onnx-encoder.js';

/**
 * A table's model as an ONNX file that takes the raw columns: it fills gaps, scales and encodes as the model does, and predicts
 * the same, in any program with ONNX Runtime.
 *
 * An input for each feature, by its name, `[rows, 1]`: numbers as float64 (`NaN` is missing), booleans as float64 (0, 1 or
 * `NaN`), dates as float64 milliseconds since 1970-01-01 UTC, texts as strings (`""` is missing). The outputs are `prediction`
 * `[rows]` (float64 in the target's own units, or the class as a string) and, of classes, `probabilities` `[rows, classes]`
 * (float64, in the order of the model's `classes`).
 *
 * ONNX cannot read: numbers and dates that are written as texts, words such as `NA` for missing, blanks around texts.
 *
 * @param model of `trainTable` or `loadTableModel`
 * @returns the bytes of the file, operator set 18 with the operators of `ai.onnx.ml` for texts
 * @example
 * ```ts
 * import { exportTableOnnx, tableFrom, trainTable } from '@downslope/core';
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const { trained } = await trainTable(tableFrom(rows), { target: 'price', model: 'linear' }).result;
 * const bytes = exportTableOnnx(trained); // for a file such as model.onnx
 * ```
 */
export function exportTableOnnx(model: Pick<TableModel, 'files'>): Uint8Array {
  const files = model.files();
  const essence = readEssence(files);
  const { encoder, target, params } = essence;
  const inputs = encoder.features.map(
    ({ kind }): Spec => ({ shape: [1, 1], dtype: kind === 'text' ? 'int32' : 'float64' }),
  );
  const outputs: Door[] = [{ name: 'prediction' }];
  if (isClasses(target)) {
    const { classes } = target;
    const turn: Door['turn'] = (w, places) => w.add('Gather', [w.texts(classes), places], { axis: 0 });
    outputs.splice(0, 1, { name: 'prediction', element: 'string', turn }, { name: 'probabilities' });
  }
  const weights = flatten(params, isNdArray);
  const notes = { [MODEL]: files['model.json'], [WEIGHTS]: JSON.stringify(weights.names) };
  return onnxFile(
    { apply: answers(essence), weights, inputs: listOf(inputs) },
    { inputs: encoder.features.map(featureDoor), outputs, notes },
  );
}

// Notes in the file, by which it is a model of a table again.
const MODEL = 'downslope.model';
const WEIGHTS = 'downslope.weights';

/**
 * Makes a model of a file that {@link exportTableOnnx} made: it predicts the same bits as the model that was exported.
 *
 * The graph is not run: the file also holds what the model is. That only stands for a graph which nobody has changed since.
 *
 * @throws when it is no such file, or the graph has been changed
 * @example
 * ```ts
 * import { exportTableOnnx, loadTableOnnx, tableFrom, trainTable } from '@downslope/core';
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const { trained } = await trainTable(tableFrom(rows), { target: 'price', model: 'linear' }).result;
 * loadTableOnnx(exportTableOnnx(trained)).predict([{ size: 50 }]); // about [141]
 * ```
 */
export function loadTableOnnx(file: Uint8Array): TableModel {
  const { notes, arrays, checksum } = readOnnx(file);
  const model = notes[MODEL];
  if (model === undefined)
    throw misuse('the ONNX file is none of a table that Downslope exported; run it with ONNX Runtime');
  if (notes[CHECKSUM_NOTE] !== `${checksum}`)
    throw misuse(
      'the graph in the ONNX file has been changed since Downslope wrote it; run it with ONNX Runtime',
    );
  const names = readList(JSON.parse(notes[WEIGHTS] ?? '[]'), WEIGHTS, readText);
  const weights = Object.fromEntries(names.map((name, i) => [name, arrays[i]!]));
  return loadTableModel({ 'model.json': model, 'weights.safetensors': writeSafetensors(weights) });
}

/** From weights and columns to predictions: the quantity, or the place of the likeliest class and all probabilities. */
function answers({ encoder, target, network, dtype }: Essence) {
  const model = networkModel(network, encodedNames(encoder).length, target);
  const { response } = lossFor(target);
  return (params: unknown, columns: readonly Tensor[]): readonly Tensor[] => {
    const answer = response(model.apply(params, encodedTensor(encoder, columns, dtype))).cast('float64');
    if (!isClasses(target)) return [answer.reshape([-1]).mul(target.std).add(target.mean)];
    const all = target.task === 'binary' ? answer.neg().add(1).concat([answer], 1) : answer;
    return [all.argMax(1), all];
  };
}

const listOf = (specs: readonly Spec[]): Flat<Spec> => ({
  names: specs.map((_, i) => `${i}`),
  leaves: specs,
  rebuild: (leaves) => leaves,
});
