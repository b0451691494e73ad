import {
  type ArrayInput,
  adam,
  adamW,
  array,
  binaryCrossEntropy,
  crossEntropy,
  type FitOptions,
  linear,
  type Model,
  mlp,
  sgd,
  squared,
  type Tensor,
  type Tree,
  zeros,
} from '../../../packages/core/dist/index.js';
import {
  factorData,
  factorTables,
  logisticData,
  mlpData,
  mlpWeights,
  order,
  ROSENBROCK_START,
} from '../data.js';
import type { Of, TrainingTask } from '../workload.js';
import { characters, cnn } from './networks.js';

/** A training task as `fit` takes it. */
export interface Problem {
  readonly model: Model;
  readonly params: Tree<ArrayInput>;
  readonly train: { readonly x: unknown; readonly y: ArrayInput };
  readonly loss: (prediction: Tensor, y: Tensor) => Tensor;
  readonly optimizer: Exclude<FitOptions['optimizer'], (...args: never[]) => unknown>;
  readonly dtype: 'float32' | 'float64';
  readonly batch: number;
  /** Rows in the order in which batches take them; none when every step takes all. */
  readonly order?: Int32Array;
  /** Whether `fit` is to shuffle the rows, as it does when not told otherwise. */
  readonly shuffle: boolean;
}

export function problemOf(task: TrainingTask): Problem {
  switch (task.kind) {
    case 'rosenbrock':
      return rosenbrock(task);
    case 'logistic':
      return logistic(task);
    case 'mlp':
      return perceptron(task);
    case 'factors':
      return factors(task);
    case 'cnn':
      return cnn(task);
    case 'gpt':
      return characters(task);
  }
}

/** No data: one row that nobody reads. */
function rosenbrock({ lr }: Of<'rosenbrock'>): Problem {
  const model: Model<{ x: Tensor; y: Tensor }> = {
    init: () => ({ x: array(ROSENBROCK_START[0]), y: array(ROSENBROCK_START[1]) }),
    apply: ({ x, y }) => x.neg().add(1).square().add(y.sub(x.square()).square().mul(100)),
  };
  return {
    model: model as Model,
    params: { x: array(ROSENBROCK_START[0]), y: array(ROSENBROCK_START[1]) },
    train: { x: [0], y: [0] },
    loss: (value) => value,
    optimizer: adam({ lr }),
    dtype: 'float64',
    batch: 1,
    shuffle: false,
  };
}

function logistic(task: Of<'logistic'>): Problem {
  const { rows, features, batch, lr } = task;
  const { x, y } = logisticData(task);
  return {
    model: linear({ inputs: features, outputs: 1 }) as Model,
    params: { w: zeros([features, 1]), b: zeros([1]) },
    train: { x: array(x, { shape: [rows, features] }), y },
    loss: binaryCrossEntropy,
    optimizer: sgd({ lr }),
    dtype: 'float32',
    batch,
    shuffle: !task.sequential,
    ...(batch < rows && { order: order(task) }),
  };
}

function perceptron(task: Of<'mlp'>): Problem {
  const { widths, rows, batch, lr } = task;
  const { x, y } = mlpData(task);
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!];
  const layers = mlpWeights(task).map((w, i, all) => [
    i === all.length - 1 ? 'output' : `hidden${i}`,
    { w: array(w, { shape: [widths[i]!, widths[i + 1]!] }), b: zeros([widths[i + 1]!]) },
  ]);
  return {
    model: mlp({ inputs, hidden: widths.slice(1, -1), outputs }) as Model,
    params: Object.fromEntries(layers),
    train: { x: array(x, { shape: [rows, inputs] }), y },
    loss: task.loss === 'squared' ? squared : crossEntropy,
    optimizer: task.optimizer === 'adam' ? adam({ lr }) : adamW({ lr }),
    dtype: 'float32',
    batch,
    shuffle: true,
    ...(batch < rows && { order: order(task) }),
  };
}

function factors(task: Of<'factors'>): Problem {
  const { users, items, rank, batch, lr } = task;
  const { user, item, rating } = factorData(task);
  const [u, v] = factorTables(task);
  const model: Model<{ u: Tensor; v: Tensor }, { user: Tensor; item: Tensor }> = {
    init: () => ({ u: zeros([users, rank]), v: zeros([items, rank]) }),
    apply: ({ u, v }, { user, item }) => u.gather(user).mul(v.gather(item)).sum(1),
  };
  return {
    model: model as unknown as Model,
    params: { u: array(u, { shape: [users, rank] }), v: array(v, { shape: [items, rank] }) },
    train: { x: { user, item }, y: rating },
    loss: (prediction, rating) => prediction.sub(rating).square(),
    optimizer: sgd({ lr }),
    dtype: 'float32',
    batch,
    shuffle: true,
    order: order(task),
  };
}
