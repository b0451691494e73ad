import { type DType, isFloat } from '../dtype.js';
import type { Domain, Elementwise, Params, Sample, Spec } from '../record.js';
import { type Shape, sameShape } from '../shape.js';

/** Input intervals for the checks. */
export const any: Domain = { low: -2, high: 2 };
/** Clear of zero, for functions with a kink or pole there. */
export const away: Domain = { low: 0.3, high: 2 };

/** Which element types an op takes. */
export const float = (dtype: DType): boolean => isFloat(dtype);
export const number = (dtype: DType): boolean => dtype !== 'bool';
export const bool = (dtype: DType): boolean => dtype === 'bool';
export const everything = (): boolean => true;

const SHAPE: Shape = [2, 5];

/** One sample in each float type, with an interval for each input. */
export const floats = (...domains: readonly Domain[]): Sample[] =>
  (['float32', 'float64'] as const).map((dtype) => ({
    inputs: domains.map((domain) => ({ shape: SHAPE, dtype, domain })),
  }));

export const integerSamples = (count: number): Sample[] => [
  { inputs: Array.from({ length: count }, () => integers(SHAPE, -9, 9)) },
];

export const integers = (shape: Shape, low: number, high: number): Sample['inputs'][number] => ({
  shape,
  dtype: 'int32',
  domain: { low, high, integers: true },
});

export const bits = (shape: Shape = SHAPE): Sample['inputs'][number] => ({
  shape,
  dtype: 'bool',
  domain: { low: 0, high: 1, integers: true },
});

export const reals = (
  shape: Shape,
  dtype: DType = 'float64',
  domain: Domain = any,
): Sample['inputs'][number] => ({
  shape,
  dtype,
  domain,
});

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
