import { crc32c } from '../data/crc32c.js';
import { fieldsOf } from '../data/protobuf.js';
import type { NdArray } from '../tensor/array.js';
import { allocate, type DType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { sizeOf } from '../tensor/shape.js';
import { ELEMENTS, GRAPH_FIELD, NOTE_FIELD } from './proto.js';

/** What is read of an ONNX file: the notes of whoever wrote it, and the arrays in it. */
export interface OnnxContents {
  readonly notes: Readonly<Record<string, string>>;
  /** Of float32 and float64, in their order. */
  readonly arrays: readonly NdArray[];
  readonly checksum: number;
}

/** Reads a file that we wrote. Throws when it is no ONNX file, or cut short. */
export function readOnnx(file: Uint8Array): OnnxContents {
  try {
    let graph: Uint8Array | undefined;
    const notes: Record<string, string> = {};
    for (const { field, value } of fieldsOf(file)) {
      if (field === GRAPH_FIELD) graph = value as Uint8Array;
      if (field !== NOTE_FIELD) continue;
      const [key, note] = [...fieldsOf(value as Uint8Array)].map((each) => textOf(each.value));
      notes[key!] = note!;
    }
    if (graph === undefined) throw new RangeError('no graph');
    return { notes, arrays: [...arraysOf(graph)], checksum: crc32c(graph) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      throw misuse('this is no ONNX file, or one that is cut short');
    throw error;
  }
}

const CONSTANT_FIELD = 5;

function* arraysOf(graph: Uint8Array): Generator<NdArray> {
  for (const { field, value } of fieldsOf(graph)) {
    if (field !== CONSTANT_FIELD) continue;
    const fields = [...fieldsOf(value as Uint8Array)];
    const dtype = (['float32', 'float64'] as const).find((each) => ELEMENTS[each] === valueIn(fields, 2));
    if (dtype === undefined) continue;
    const shape = fields.flatMap((each) => (each.field === 1 ? Number(each.value) : []));
    yield { data: numbersOf(valueIn(fields, 9) as Uint8Array, dtype, sizeOf(shape)), shape, dtype };
  }
}

const valueIn = (fields: readonly { field: number; value: unknown }[], field: number): unknown =>
  fields.find((each) => each.field === field)?.value;

/** A copy, whose start is a multiple of the element's size. */
function numbersOf(raw: Uint8Array, dtype: DType, length: number) {
  const data = allocate(dtype, length);
  new Uint8Array(data.buffer).set(raw);
  return data;
}

const textOf = (value: number | Uint8Array): string => new TextDecoder().decode(value as Uint8Array);
