import { readChoice, readList, readNumber, readObject } from '../../data/check-json.js';
import { encodedNames } from '../../data/encode.js';
import { readEncoder } from '../../data/encoder-json.js';
import { listed } from '../../data/names.js';
import { readSafetensors } from '../../data/safetensors.js';
import { readTarget } from '../../data/target-code.js';
import { isNdArray, type NdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import { type Flat, flatten } from '../../tensor/tree.js';
import { type Essence, type TableModel, type TableModelFiles, tableModel } from './model.js';
import { type Network, networkModel } from './network.js';
import { FORMAT, VERSION } from './save.js';

/**
 * Makes a model of the files that its `files()` gave: it predicts the same bits.
 *
 * @param files `model.json` as text or bytes, `weights.safetensors` as bytes
 * @throws when a file is missing, damaged, or of a newer version; the error names the place
 * @example
 * ```ts
 * import { loadTableModel, tableFrom, trainTable } from '@downslope/core';
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const { trained } = await trainTable(tableFrom(rows), { target: 'price', model: 'linear' }).result;
 * const model = loadTableModel(trained.files());
 * model.predict([{ size: 50 }]); // about [141]
 * ```
 */
export function loadTableModel(
  files: Readonly<Record<string, string | Uint8Array>> | TableModelFiles,
): TableModel {
  return tableModel(readEssence(files));
}

/** What the files of a model hold. Throws as {@link loadTableModel} does. */
export function readEssence(files: Readonly<Record<string, string | Uint8Array>> | TableModelFiles): Essence {
  const { 'model.json': text, 'weights.safetensors': weights } = files;
  if (text === undefined) throw misuse('model.json is missing among the files of the model');
  if (!(weights instanceof Uint8Array))
    throw misuse('weights.safetensors must be among the files of the model, as bytes (Uint8Array)');
  const fields = readObject(parse(text), 'model.json');
  refuseOthers(fields);
  const target = readTarget(fields.target, 'model.json: target');
  const encoder = readEncoder(fields.encoder, 'model.json: encoder');
  const network = readNetwork(fields.network, 'model.json: network');
  const dtype = readChoice(fields.dtype, 'model.json: dtype', ['float32', 'float64']);
  const model = networkModel(network, encodedNames(encoder).length, target);
  const expected = flatten(model.init({ seed: 0, dtype }), isNdArray);
  const params = readWeights(weights, expected);
  return { target, encoder, network, dtype, params };
}

function parse(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text));
  } catch {
    throw misuse('model.json is not JSON; is it cut short?');
  }
}

function refuseOthers({ format, version }: Readonly<Record<string, unknown>>): void {
  if (format !== FORMAT)
    throw misuse(`model.json: format must be ${JSON.stringify(FORMAT)}, got ${JSON.stringify(format)}`);
  if (readNumber(version, 'model.json: version', 1) > VERSION)
    throw misuse(
      `model.json: version ${version} is newer than this Downslope knows (${VERSION}); update Downslope`,
    );
}

function readNetwork(json: unknown, path: string): Network {
  const fields = readObject(json, path);
  const kind = readChoice(fields.kind, `${path}.kind`, ['linear', 'mlp']);
  if (kind === 'linear') return { kind };
  const units = (item: unknown, at: string) => readNumber(item, at, 1);
  return { kind, hidden: readList(fields.hidden, `${path}.hidden`, units) };
}

/** The weights as the tree that the network expects. */
function readWeights(file: Uint8Array, { names, leaves, rebuild }: Flat<NdArray>): unknown {
  const { tensors } = readSafetensors(file);
  const others = Object.keys(tensors).filter((name) => !names.includes(name));
  if (others.length > 0)
    throw misuse(`weights.safetensors: the model has no ${listed(others)}, only ${listed(names)}`);
  const found = names.map((name, i) => {
    const { shape, dtype } = leaves[i]!;
    const tensor = tensors[name];
    if (tensor?.dtype === dtype && String(tensor.shape) === String(shape)) return tensor;
    const got = tensor ? `${tensor.dtype} [${tensor.shape}]` : 'nothing';
    throw misuse(`weights.safetensors: ${JSON.stringify(name)} must be ${dtype} [${shape}], got ${got}`);
  });
  return rebuild(found);
}
