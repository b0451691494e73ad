import type { ClassCode, TargetCode } from '../../data/target-code.js';
import { binaryCrossEntropy, crossEntropy, type Loss, squared } from '../../nn/losses/index.js';
import type { Model } from '../../nn/model.js';
import { linear } from '../../nn/models/linear.js';
import { mlp } from '../../nn/models/mlp.js';

/** What kind of network a table's model has. Plain data. */
export type Network =
  | { readonly kind: 'linear' }
  | { readonly kind: 'mlp'; readonly hidden: readonly number[] };

/** The network as a model: a function from its parameters and encoded features. */
export function networkModel(network: Network, inputs: number, target: TargetCode): Model {
  const outputs = outputCount(target);
  return (
    network.kind === 'linear' ? linear({ inputs, outputs }) : mlp({ inputs, outputs, hidden: network.hidden })
  ) as Model;
}

/** One number for a quantity, one logit for two classes, one for each of more. */
export const outputCount = (target: TargetCode): number =>
  target.task === 'multiclass' ? target.classes.length : 1;

/** What is minimised for each task. */
export const lossFor = ({ task }: TargetCode): Loss =>
  ({ regression: squared, binary: binaryCrossEntropy, multiclass: crossEntropy })[task];

/** How many units of a loss in the target's own units one unit of the loss in training is. */
export const lossUnit = (target: TargetCode): number => (target.task === 'regression' ? target.std ** 2 : 1);

export const isClasses = (target: TargetCode): target is ClassCode => target.task !== 'regression';
