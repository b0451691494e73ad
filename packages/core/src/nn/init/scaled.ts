import { random } from '../../data/random.js';
import { onDemand } from '../../tensor/array.js';
import { check, oneOf } from '../../tensor/checks.js';
import { allocate } from '../../tensor/dtype.js';
import { sizeOf } from '../../tensor/shape.js';
import { type Fans, fansOf, type Initializer } from './initializer.js';

export interface ScaledOptions {
  /** Default normal. Either way the standard deviation is the same; uniform has no outliers. */
  readonly distribution?: 'normal' | 'uniform';
  /** Multiplies the standard deviation (default 1). */
  readonly gain?: number;
}

/**
 * He's initial weights, for layers that ReLU and its kin follow: mean 0, variance 2/fanIn.
 *
 * ReLU halves the mean square of what passes, so the factor 2 keeps it from shrinking layer by layer.
 *
 * @param options `distribution`, `gain`
 * @throws (the initialiser) when the shape has fewer than two axes
 * @example
 * ```ts
 * import { initializers } from '@downslope/core';
 * const w = initializers.he()([784, 256], { seed: 1, name: 'hidden0.w' });
 * console.log(w.shape, w.dtype); // [784, 256] float32
 * ```
 *
 * K. He et al.: "Delving deep into rectifiers", 2015.
 */
export const he = (options?: ScaledOptions): Initializer => scaled('he', ({ fanIn }) => 2 / fanIn, options);

/**
 * Glorot's (Xavier's) initial weights, for tanh and sigmoid: mean 0, variance 2/(fanIn + fanOut), a compromise between
 * keeping the size of values forwards and of gradients backwards.
 *
 * X. Glorot, Y. Bengio: "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export const glorot = (options?: ScaledOptions): Initializer =>
  scaled('glorot', ({ fanIn, fanOut }) => 2 / (fanIn + fanOut), options);

/**
 * LeCun's initial weights, for linear layers and SELU: mean 0, variance 1/fanIn, so that outputs vary as inputs do.
 *
 * Y. LeCun et al.: "Efficient BackProp", 1998.
 */
export const lecun = (options?: ScaledOptions): Initializer =>
  scaled('lecun', ({ fanIn }) => 1 / fanIn, options);

function scaled(
  initializer: string,
  variance: (fans: Fans) => number,
  { distribution = 'normal', gain = 1 }: ScaledOptions = {},
): Initializer {
  check(`${initializer}: distribution`, distribution, oneOf('normal', 'uniform'));
  return (shape, { seed, name, dtype = 'float32' }) => {
    const deviation = gain * Math.sqrt(variance(fansOf(initializer, shape)));
    const numbers = random(seed, name);
    return onDemand(shape, dtype, () => {
      const data = allocate(dtype, sizeOf(shape));
      if (distribution === 'normal') return numbers.normals(data, deviation);
      const limit = Math.sqrt(3) * deviation; // uniform on ±a has variance a²/3
      for (let i = 0; i < data.length; i++) data[i] = limit * (2 * numbers.uniform() - 1);
      return data;
    });
  };
}
