import {
  type ArrayInput,
  activations,
  adamW,
  array,
  chain,
  clipByGlobalNorm,
  conv,
  crossEntropy,
  dense,
  gpt,
  type Model,
  maxPool,
  type NdArray,
  sequential,
  sgd,
  type Tensor,
  type Tree,
} from '../../../packages/core/dist/index.js';
import { isNdArray } from '../../../packages/core/dist/tensor/array.js';
import { flatten } from '../../../packages/core/dist/tensor/tree.js';
import { imageData, imageWeights, order, textData, textWeights } from '../data.js';
import type { Of } from '../workload.js';
import type { Problem } from './problems.js';

export function cnn(task: Of<'cnn'>): Problem {
  const { rows, batch, lr, momentum, channels } = task;
  const [first, second] = channels;
  const { x, y } = imageData(task);
  const window = { kernel: [3, 3], padding: 'same' } as const;
  const model = sequential(
    conv({ inputs: 1, outputs: first, ...window }),
    activations.relu,
    (x) => maxPool(x, 2),
    conv({ inputs: first, outputs: second, ...window }),
    activations.relu,
    (x) => maxPool(x, 2),
    (x) => x.reshape([-1, 49 * second]),
    dense({ inputs: 49 * second, outputs: 10 }),
  );
  return {
    model: model as unknown as Model,
    params: withWeights(model, imageWeights(task)),
    train: { x: array(x, { shape: [rows, 1, 28, 28] }), y },
    loss: crossEntropy,
    optimizer: sgd({ lr, momentum }),
    dtype: 'float32',
    batch,
    shuffle: true,
    order: order(task),
  };
}

export function characters(task: Of<'gpt'>): Problem {
  const { rows, context, vocabulary, batch, lr, weightDecay, clip } = task;
  const { x, y } = textData(task);
  const model = gpt(task);
  return {
    model: model as unknown as Model,
    params: withWeights(model, textWeights(task)),
    train: { x: array(x, { shape: [rows, context] }), y: array(y, { shape: [rows, context] }) },
    loss: (logits: Tensor, y: Tensor) => crossEntropy(logits.reshape([-1, vocabulary]), y.reshape([-1])),
    optimizer: chain(clipByGlobalNorm(clip), adamW({ lr, weightDecay })),
    dtype: 'float32',
    batch,
    shuffle: true,
    order: order(task),
  };
}

/** A model's own initial parameters with these values for its weights, in order; biases and scales as they are. */
function withWeights(model: Pick<Model, 'init'>, weights: readonly Float32Array[]): Tree<ArrayInput> {
  const own = flatten(model.init({ seed: 0, dtype: 'float32' }), isNdArray);
  const left = [...weights];
  const leaves = own.leaves.map((leaf, i): NdArray => {
    if (own.names[i]!.split('.').at(-1) !== 'w') return leaf;
    const data = left.shift();
    if (data?.length !== leaf.data.length) throw new Error(`${own.names[i]} has other weights`);
    return { ...leaf, data };
  });
  return own.rebuild(leaves) as Tree<ArrayInput>;
}
