import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * The loss of each row, from predictions [rows, outputs] and the rows' targets: a tensor of shape [rows]. A loss of
 * one's own is any such function.
 */
export type LossFunction = (prediction: Tensor, target: Tensor) => Tensor;

/**
 * A loss of this library: a {@link LossFunction} that says what it is for.
 *
 * It gives one number **for each row**; training takes the mean. Where a row has several outputs their losses are
 * added up. Targets are as [rows, outputs], or [rows] for one output; numbers in them may be of any element type.
 */
export interface Loss extends Traits {
  (prediction: Tensor, target: Tensor): Tensor;
}

interface Traits {
  readonly name: string;
  /** What targets are: quantities, or classes numbered from 0. */
  readonly targetType: 'number' | 'class';
  /**
   * The largest eigenvalue that the Hessian of a row's loss in its predictions can have anywhere; left out where there
   * is no such bound, or a kink. For a linear model the mean loss then has the smoothness
   * L ≤ curvature · λmax(XᵀX/n), and gradient descent at the rate 1/L cannot overshoot.
   */
  readonly curvature?: number;
  /** What predictions say in the target's own terms: a quantity, or probabilities of classes (hinge: the margin). */
  response(prediction: Tensor): Tensor;
}

export interface Definition extends Omit<Traits, 'response'> {
  /** Left out: the prediction is what it says. */
  readonly response?: Traits['response'];
}

/** A loss from its traits and a function that works out the losses of rows. */
export function defineLoss({ name, ...traits }: Definition, perRow: LossFunction): Loss {
  const call: LossFunction = (prediction, target) => perRow(prediction, target);
  Object.defineProperty(call, 'name', { value: name });
  return Object.assign(call as Loss, { response: (prediction: Tensor) => prediction, ...traits });
}

/**
 * A loss that is a sum over a row's outputs, each compared with its own target.
 *
 * @param perOutput the loss of each output, from predictions and targets of one shape and element type
 */
export function outputwise(definition: Definition, perOutput: LossFunction): Loss {
  return defineLoss(definition, (prediction, target) => {
    const losses = perOutput(prediction, aligned(definition.name, prediction, target));
    return losses.sum(losses.shape.slice(1).map((_, i) => i + 1));
  });
}

/** Without this, [rows, 1] and [rows] would be broadcast to [rows, rows]. */
function aligned(name: string, prediction: Tensor, target: Tensor): Tensor {
  if (prediction.rank === 0 || String(essence(prediction)) !== String(essence(target)))
    throw new ShapeError(
      `${name}: expected a target for each prediction, got predictions [${prediction.shape}] and targets [${target.shape}]`,
    );
  return target.cast(prediction.dtype).reshape(prediction.shape);
}

/** The rows, and all other extents but those of 1. */
const essence = ({ shape }: Tensor): number[] => shape.filter((extent, axis) => axis === 0 || extent !== 1);
