import { isNdArray, type NdArray } from '../tensor/array.js';
import { allocate, type DType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import { flatten } from '../tensor/tree.js';

// The safetensors format (https://huggingface.co/docs/safetensors): eight bytes with the length of the header,
// little-endian; the header, JSON: { name: { dtype, shape, data_offsets: [begin, end] }, __metadata__ }; then the
// bytes of all tensors without gaps, little-endian and row-major.

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How an element is stored and which dtype it has in memory. */
interface Stored {
  readonly bytes: number;
  readonly dtype: DType;
  readonly get: (view: DataView, at: number) => number;
}

const STORED: Readonly<Record<string, Stored>> = {
  F64: { bytes: 8, dtype: 'float64', get: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, dtype: 'float32', get: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, dtype: 'float32', get: (view, at) => halfToNumber(view.getUint16(at, true)) },
  BF16: { bytes: 2, dtype: 'float32', get: (view, at) => brainToNumber(view.getUint16(at, true)) },
  I64: { bytes: 8, dtype: 'int32', get: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, dtype: 'int32', get: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, dtype: 'int32', get: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, dtype: 'int32', get: (view, at) => view.getInt8(at) },
  U16: { bytes: 2, dtype: 'int32', get: (view, at) => view.getUint16(at, true) },
  U8: { bytes: 1, dtype: 'int32', get: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, dtype: 'bool', get: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
};

/** How each dtype is written, the widest first. */
const WRITTEN: Readonly<
  Record<
    Exclude<DType, 'float16'>,
    { name: string; bytes: number; set: (view: DataView, at: number, value: number) => void }
  >
> = {
  float64: { name: 'F64', bytes: 8, set: (view, at, value) => view.setFloat64(at, value, true) },
  float32: { name: 'F32', bytes: 4, set: (view, at, value) => view.setFloat32(at, value, true) },
  int32: { name: 'I32', bytes: 4, set: (view, at, value) => view.setInt32(at, value, true) },
  bool: { name: 'BOOL', bytes: 1, set: (view, at, value) => view.setUint8(at, value) },
};

/** The format's own limit. */
const MOST_HEADER = 100_000_000;

/**
 * Writes arrays as a safetensors file.
 *
 * Sorted by type, the widest first, then by name: each array begins at a multiple of its element's size, and the
 * same arrays give the same bytes.
 *
 * @param tensors a tree of arrays, such as the `params` of a result: each goes by its path, as in `hidden0.w`
 * @param metadata text to store beside them
 * @example
 * ```ts
 * import { array, readSafetensors, writeSafetensors } from '@downslope/core';
 * const file = writeSafetensors({ w: array([[1, 2], [3, 4]]), b: array([0, 1]) });
 * readSafetensors(file).tensors.w?.shape; // [2, 2]
 * ```
 */
export function writeSafetensors(
  tensors: object,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { names, leaves } = flatten(tensors, isNdArray, 'tensors');
  const rank = (tensor: NdArray) => Object.keys(WRITTEN).indexOf(tensor.dtype);
  const entries = names.map((name, i): [string, NdArray] => [name, leaves[i]!]);
  entries.sort(([a, x], [b, y]) => rank(x) - rank(y) || (a < b ? -1 : 1));
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let length = 0;
  for (const [tensor, { data, shape, dtype }] of entries) {
    if (tensor === '__metadata__') throw misuse('safetensors: "__metadata__" cannot be the name of an array');
    const { name, bytes } = WRITTEN[dtype as keyof typeof WRITTEN];
    const begin = length;
    length += data.length * bytes;
    header.push([tensor, { dtype: name, shape, data_offsets: [begin, length] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(json.length / 8) * 8; // padded with spaces, so that the data is aligned
  const file = new Uint8Array(start + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  file.fill(0x20, 8, start).set(json, 8);
  let at = start;
  for (const [, { data, dtype }] of entries) {
    const { bytes, set } = WRITTEN[dtype as keyof typeof WRITTEN];
    for (let i = 0; i < data.length; i++, at += bytes) set(view, at, data[i]!);
  }
  return file;
}

/**
 * Reads a safetensors file.
 *
 * F32, F64, I32 and BOOL keep their type. F16 and BF16 become float32; I64, I16, I8, U16 and U8 become int32.
 *
 * @throws when the file is cut short, its header makes no sense, arrays overlap or leave gaps, a type is not
 *   among these, or an I64 does not fit into 32 bits
 */
export function readSafetensors(file: Uint8Array): Safetensors {
  const { header, body } = split(file);
  const { __metadata__: metadata, ...entries } = header;
  const described = Object.entries(entries).map(([name, entry]) => describe(name, entry));
  refuseGaps(described, body.byteLength);
  return {
    tensors: Object.fromEntries(described.map((entry) => [entry.name, take(entry, body)])),
    metadata: readMetadata(metadata),
  };
}

interface Described {
  name: string;
  stored: Stored;
  shape: Shape;
  begin: number;
  end: number;
}

function split(file: Uint8Array): { header: Record<string, unknown>; body: DataView } {
  if (file.length < 8)
    throw broken(`it has ${file.length} bytes, fewer than the 8 that tell the header's length`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MOST_HEADER) throw broken('its header would be longer than 100 MB; is it a safetensors file?');
  if (8 + length > file.length)
    throw broken(
      `its header should have ${length} bytes, but only ${file.length - 8} follow; is it cut short?`,
    );
  const header = parse(file.subarray(8, 8 + length));
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken('its header is not a JSON object');
  const body = new DataView(file.buffer, file.byteOffset + 8 + length, file.byteLength - 8 - length);
  return { header: header as Record<string, unknown>, body };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw broken('its header is not JSON');
  }
}

function describe(name: string, entry: unknown): Described {
  const label = `array ${JSON.stringify(name)}`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const stored = typeof dtype === 'string' && Object.hasOwn(STORED, dtype) ? STORED[dtype] : undefined;
  if (!stored)
    throw broken(`${label} has dtype ${JSON.stringify(dtype)}; known are ${Object.keys(STORED).join(', ')}`);
  if (!isCounts(shape)) throw broken(`${label} has shape ${JSON.stringify(shape)}, not a list of counts`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw broken(`${label} has data_offsets ${JSON.stringify(offsets)}, not [begin, end]`);
  const [begin, end] = offsets as [number, number];
  const needed = sizeOf(shape) * stored.bytes;
  if (needed !== end - begin)
    throw broken(`${label} of shape [${shape}] and dtype ${dtype} needs ${needed} bytes, got ${end - begin}`);
  return { name, stored, shape, begin, end };
}

function refuseGaps(described: readonly Described[], length: number): void {
  let at = 0;
  for (const { name, begin, end } of [...described].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw broken(`array ${JSON.stringify(name)} begins at byte ${begin}, but the one before ends at ${at}`);
    at = end;
  }
  if (at !== length)
    throw broken(`its arrays end at byte ${at}, but it has ${length} bytes; is it cut short?`);
}

function take({ name, stored, shape, begin }: Described, body: DataView): NdArray {
  const { bytes, dtype, get } = stored;
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const value = get(body, begin + i * bytes);
    if (dtype === 'int32' && value !== (value | 0))
      throw broken(`array ${JSON.stringify(name)} holds ${value}, which does not fit into int32`);
    data[i] = value;
  }
  return { data, shape, dtype };
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  const entries = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : undefined;
  if (!entries?.every(([, value]) => typeof value === 'string'))
    throw broken('its __metadata__ is not a map of text');
  return Object.fromEntries(entries);
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16: the upper half of a float32. */
function brainToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

const scratch = new DataView(new ArrayBuffer(4));

const broken = (what: string) => misuse(`this safetensors file cannot be read: ${what}`);
