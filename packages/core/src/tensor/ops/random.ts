import type { FloatType } from '../dtype.js';
import { nameWords, philox } from '../philox.js';
import type { Random } from '../record.js';
import { wholes } from './define.js';

/**
 * Uniform on [0, 1): multiples of 2⁻²⁴ in float32, a word for each; of 2⁻⁵³ in float64, two words for each. The words
 * are those of Philox 4x32-10 with the seed as key and (block, step, 64 bits of the name) as counter: the very
 * numbers that `random(seed, name, step)` draws one after another.
 */
export const uniform: Random = {
  kind: 'random',
  doc: 'random numbers, uniform on [0, 1): a function of seed, step, name and place',
  infer([seed, step], params, fail) {
    for (const [name, { shape, dtype }] of Object.entries({ seed: seed!, step: step! }))
      if (shape.length > 0 || dtype !== 'float64')
        fail(`the ${name} must be a float64 scalar, got ${dtype}[${shape}]`);
    return { shape: wholes(params, 'shape', 0, fail), dtype: params.dtype as FloatType };
  },
  reference([seed, step], { name }, out, { dtype }) {
    const words = new Uint32Array(4);
    const [name0, name1] = nameWords(name as string);
    const [key0, key1] = [seed![0]!, Math.floor(seed![0]! / 2 ** 32)];
    const perBlock = dtype === 'float32' ? 4 : 2;
    for (let i = 0; i < out.length; i++) {
      const at = i % perBlock;
      if (at === 0) philox(words, key0, key1, i / perBlock, step![0]!, name0, name1);
      out[i] =
        dtype === 'float32'
          ? (words[at]! >>> 8) / 2 ** 24
          : ((words[2 * at]! >>> 5) * 2 ** 26 + (words[2 * at + 1]! >>> 6)) / 2 ** 53;
    }
  },
  derivative: { none: 'random numbers depend on no value' },
};
