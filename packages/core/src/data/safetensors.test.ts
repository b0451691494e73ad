import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, type NdArray } from '../tensor/array.js';
import type { DType } from '../tensor/dtype.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

// Both files were written by the Python package safetensors 0.8.0, `safetensors.numpy.save`, with
// metadata {'format': 'np'}: w float32 [[1.5, -2], [3, 4]], b float64 [0.1], n int32 [7, -8, 9], m bool [T, F, T];
const FOUR = fromBase64(
  'AAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJiIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sInciOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzgsMjRdfSwibiI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzI0LDM2XX0sIm0iOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbMzYsMzldfX0gICAgmpmZmZmZuT8AAMA/AAAAwAAAQEAAAIBABwAAAPj///8JAAAAAQAB',
);
// … and besides h float16 [1, -0.5, 65504, 6e-8, inf], l int64 [5, -6], u uint8 [200], e float32 of shape [0, 3],
// s float32 2.5 of shape [].
const NINE = fromBase64(
  'GAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJsIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMCwxNl19LCJiIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjRdfSwiZSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbMjQsMjRdfSwicyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMjQsMjhdfSwidyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpbMjgsNDRdfSwibiI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzQ0LDU2XX0sImgiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzVdLCJkYXRhX29mZnNldHMiOls1Niw2Nl19LCJ1Ijp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls2Niw2N119LCJtIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzY3LDcwXX19ICAgICAgIAUAAAAAAAAA+v////////+amZmZmZm5PwAAIEAAAMA/AAAAwAAAQEAAAIBABwAAAPj///8JAAAAADwAuP97AQAAfMgBAAE=',
);
const ARRAYS: Record<string, NdArray> = {
  m: array([true, false, true]),
  w: array(Float32Array.of(1.5, -2, 3, 4), { shape: [2, 2] }),
  n: array(Int32Array.of(7, -8, 9)),
  b: array(Float64Array.of(0.1)),
};

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A file with the given header and so many bytes of data. */
function fileOf(header: unknown, length = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

describe('writeSafetensors', () => {
  it('writes the same bytes as the reference implementation', () => {
    expect(writeSafetensors(ARRAYS, { format: 'np' })).toEqual(FOUR);
  });

  it('refuses the name that the format keeps for itself', () => {
    expect(() => writeSafetensors({ __metadata__: array([1]) })).toThrow('cannot be the name');
  });
});

describe('readSafetensors', () => {
  it('reads what the reference implementation wrote', () => {
    const { tensors, metadata } = readSafetensors(NINE);
    expect(metadata).toEqual({ format: 'np' });
    expect(tensors).toMatchObject(ARRAYS);
    expect(tensors.h).toEqual({
      data: Float32Array.of(1, -0.5, 65504, 2 ** -24, Infinity),
      shape: [5],
      dtype: 'float32',
    });
    expect(tensors.l).toEqual({ data: Int32Array.of(5, -6), shape: [2], dtype: 'int32' });
    expect(tensors.u).toEqual({ data: Int32Array.of(200), shape: [1], dtype: 'int32' });
    expect(tensors.e).toEqual({ data: new Float32Array(0), shape: [0, 3], dtype: 'float32' });
    expect(tensors.s).toEqual({ data: Float32Array.of(2.5), shape: [], dtype: 'float32' });
  });

  it('reads from the middle of a buffer, at any alignment', () => {
    const longer = new Uint8Array(FOUR.length + 3);
    longer.set(FOUR, 3);
    expect(readSafetensors(longer.subarray(3)).tensors).toEqual(ARRAYS);
  });

  it('reads bfloat16', () => {
    const file = fileOf({ x: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } }, 4);
    file.set([0x80, 0x3f, 0x49, 0xc0], file.length - 4); // 0x3f80, 0xc049
    expect(readSafetensors(file).tensors.x!.data).toEqual(Float32Array.of(1, -3.140625));
  });

  it('gives back what was written, bit by bit', () => {
    const tensor = fc
      .record({
        dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
        values: fc.array(fc.double(), { maxLength: 6 }),
      })
      .map(({ dtype, values }) => array(Float64Array.from(values), { dtype }));
    const name = fc.string().filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(
        fc.dictionary(name, tensor),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const read = readSafetensors(writeSafetensors(tensors, metadata));
          expect(read.metadata).toEqual({ ...metadata });
          expect(Object.entries(read.tensors).sort()).toEqual(Object.entries(tensors).sort());
        },
      ),
    );
  });
});

describe('readSafetensors refuses', () => {
  const x = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  it.each([
    ['nothing', new Uint8Array(0), 'it has 0 bytes, fewer than the 8'],
    ['another kind of file', new TextEncoder().encode('PK and so on and on'), 'longer than 100 MB'],
    ['a header cut short', FOUR.subarray(0, 100), 'only 92 follow; is it cut short?'],
    ['data cut short', FOUR.subarray(0, -1), 'is it cut short?'],
    ['trailing bytes', fileOf({ x }, 5), 'its arrays end at byte 4, but it has 5 bytes'],
    ['a header that is not JSON', fileOf('{x'), 'its header is not JSON'],
    ['a header that is a list', fileOf('[]'), 'its header is not a JSON object'],
    ['no description', fileOf({ x: null }), 'array "x" has dtype undefined'],
    [
      'an unknown dtype',
      fileOf({ x: { ...x, dtype: 'C64' } }, 4),
      'array "x" has dtype "C64"; known are F64,',
    ],
    ['a dtype from the prototype', fileOf({ x: { ...x, dtype: 'toString' } }, 4), 'dtype "toString"'],
    ['a negative extent', fileOf({ x: { ...x, shape: [-1] } }, 4), 'shape [-1], not a list of counts'],
    ['an extent too large', fileOf({ x: { ...x, shape: [2 ** 50, 2 ** 50] } }, 4), 'needs'],
    ['offsets that turn back', fileOf({ x: { ...x, data_offsets: [4, 0] } }, 4), 'not [begin, end]'],
    ['offsets that do not fit the shape', fileOf({ x: { ...x, shape: [2] } }, 4), 'needs 8 bytes, got 4'],
    [
      'arrays that overlap',
      fileOf({ x, y: x }, 4),
      'array "y" begins at byte 0, but the one before ends at 4',
    ],
    [
      'gaps',
      fileOf({ x: { ...x, data_offsets: [4, 8] } }, 8),
      'begins at byte 4, but the one before ends at 0',
    ],
    ['metadata that is not text', fileOf({ __metadata__: { n: 1 } }), '__metadata__ is not a map of text'],
  ])('%s', (_, file, message) => {
    expect(() => readSafetensors(file)).toThrow(message);
  });

  it('an I64 that does not fit', () => {
    const file = fileOf({ x: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8);
    file[file.length - 4] = 1; // 2³²
    expect(() => readSafetensors(file)).toThrow('array "x" holds 4294967296, which does not fit into int32');
  });
});
