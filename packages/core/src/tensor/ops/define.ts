import { type DType, isFloat } from '../dtype.js';
import type { Elementwise, Params, Spec } from '../record.js';
import { sameShape } from '../shape.js';

/** Which element types an op takes. */
export const float = (dtype: DType): boolean => isFloat(dtype);
export const number = (dtype: DType): boolean => dtype !== 'bool';
export const bool = (dtype: DType): boolean => dtype === 'bool';
export const everything = (): boolean => true;

/** The whole numbers of a parameter: one, or a list of `count` where that is given. */
export function wholes(
  params: Params,
  name: string,
  least: number,
  fail: (why: string) => never,
  count?: number,
): readonly number[] {
  const given = params[name] as number | readonly number[];
  const values = [given].flat();
  if (!values.every((value) => Number.isSafeInteger(value) && value >= least))
    fail(`${name} must be made of whole numbers ≥ ${least}, got ${JSON.stringify(given)}`);
  if (count !== undefined && values.length !== count)
    fail(`${name} must have an entry for each of ${count} axes, got ${JSON.stringify(given)}`);
  return values;
}

export const describe = ({ dtype, shape }: Spec): string => `${dtype}[${shape.join(', ')}]`;

interface Definition extends Omit<Elementwise, 'kind' | 'infer'> {
  /** Element types of the inputs (default: numbers). */
  readonly accepts?: (dtype: DType) => boolean;
  /** Element type of the output (default: that of the first input). */
  readonly gives?: (inputs: readonly Spec[], params: Params) => DType;
}

/** An elementwise record: inputs share one shape and one element type, both of which the output has by default. */
export function elementwise({ accepts = number, gives, ...record }: Definition): Elementwise {
  return {
    ...record,
    kind: 'elementwise',
    infer(inputs, params, fail) {
      const first = inputs[0]!;
      for (const input of inputs) {
        if (!accepts(input.dtype)) fail(`cannot take ${input.dtype}`);
        if (input.dtype !== first.dtype) fail(`mixes ${first.dtype} and ${input.dtype}`);
        if (!sameShape(input.shape, first.shape)) fail(`shapes [${first.shape}] and [${input.shape}] differ`);
      }
      return { shape: first.shape, dtype: gives?.(inputs, params) ?? first.dtype };
    },
  };
}
