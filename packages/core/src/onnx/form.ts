import type { Twin } from './twin.js';
import type { Writer } from './writer.js';

/**
 * How an op is written in ONNX: adds operations on the named inputs, and gives the name of the result (of several, the
 * names). Where no form is possible, `none` says why.
 */
export type Form =
  | ((w: Writer, inputs: readonly string[], twin: Twin) => string | readonly string[])
  | { readonly none: string };

/** One operator that means the same. */
export const plain =
  (op: string): Form =>
  (w, inputs) =>
    w.add(op, inputs);
