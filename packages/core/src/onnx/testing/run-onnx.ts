import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import type { NdArray } from '../../tensor/array.js';
import { allocate, type DType } from '../../tensor/dtype.js';

/** What a model takes and gives: arrays, and texts. */
export type Value = NdArray | { readonly texts: readonly string[]; readonly shape: readonly number[] };

/** Loads an ONNX file into ONNX Runtime (WebAssembly, one thread). */
export async function onnxSession(file: Uint8Array) {
  const session = await InferenceSession.create(file, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>> => {
      const given = Object.entries(feeds).map(([name, value]) => [name, toOrt(value)]);
      const results = await session.run(Object.fromEntries(given));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    release: () => session.release(),
  };
}

function toOrt(value: Value): OrtTensor {
  if ('texts' in value) return new OrtTensor('string', [...value.texts], value.shape);
  const { data, dtype, shape } = value;
  return dtype === 'bool'
    ? new OrtTensor('bool', Uint8Array.from(data), shape)
    : new OrtTensor(dtype, data as Float32Array, shape);
}

function fromOrt({ data, dims, type }: OrtTensor): Value {
  if (type === 'string') return { texts: data as string[], shape: dims };
  const dtype = type as DType;
  const values = allocate(dtype, data.length);
  values.set(data as Float32Array);
  return { data: values, shape: dims, dtype };
}
