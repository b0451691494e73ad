import type { NdArray } from '../array.js';
import { allocate } from '../dtype.js';
import { sizeOf } from '../shape.js';
import type { Sample } from './op-samples.js';

/** Inputs drawn from a sample's domains: spread over each interval without pattern, the same every time. */
export function sampleInputs({ inputs }: Sample): NdArray[] {
  return inputs.map(({ shape, dtype, domain: { low, high, integers, diagonal = 0 } }, input) => {
    const [rows = 1, columns = 1] = shape.slice(-2);
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      const unit = ((i + 1) * 0.6180339887498949 + input * 0.37) % 1;
      data[i] = integers ? Math.floor(low + unit * (high - low + 1)) : low + unit * (high - low);
      if (Math.floor(i / columns) % rows === i % columns) data[i]! += diagonal;
    }
    return { data, shape, dtype };
  });
}
