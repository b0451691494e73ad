import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import { defineLoss, type Loss } from './loss.js';

/**
 * Cross-entropy of K classes from K logits: −ln softmax(z)ₖ for class k, or −Σ pₖ·ln softmax(z)ₖ for a row of
 * probabilities p; in nats.
 *
 * Predictions are [rows, K]; targets are class numbers 0 … K − 1 as [rows] (or [rows, 1]), or probabilities (one-hot
 * too) as [rows, K]. Gradient in z: softmax(z) − p. Curvature: ½. Exact for logits of any size. A class that is not
 * one of 0 … K − 1 makes its row NaN.
 *
 * @throws while tracing, when there are fewer than two logits, or the targets have neither shape
 * @example
 * ```ts
 * import { compile, crossEntropy } from '@downslope/core';
 * const loss = compile(crossEntropy);
 * console.log(loss([[0, 0], [1000, 0]], [1, 0]).data); // ln 2, 0
 * console.log(loss([[0, 0]], [[0.5, 0.5]]).data); // ln 2
 * ```
 *
 * D. Böhning: "Multinomial logistic regression algorithm", 1992 (the curvature).
 */
export const crossEntropy: Loss = defineLoss(
  {
    name: 'crossEntropy',
    targetType: 'class',
    curvature: 0.5,
    response: (prediction) => prediction.softmax(),
  },
  (prediction, target) => {
    const [rows, classes = 1] = prediction.shape;
    if (prediction.rank !== 2 || classes < 2)
      throw new ShapeError(
        `crossEntropy: predictions must be [rows, classes] with two classes or more, got [${prediction.shape}]; for one logit use binaryCrossEntropy`,
      );
    const logs = prediction.logSoftmax();
    const shape = String(target.shape);
    if (shape === `${rows},${classes}`) return target.cast(prediction.dtype).mul(logs).sum(1).neg();
    if (shape === `${rows}` || shape === `${rows},1`) return ofClass(logs, target.reshape([-1]));
    throw new ShapeError(
      `crossEntropy: for predictions [${prediction.shape}] targets must be classes [${rows}] or probabilities [${prediction.shape}], got [${target.shape}]`,
    );
  },
);

function ofClass(logs: Tensor, target: Tensor): Tensor {
  const classes = logs.shape[1]!;
  const k = target.cast('int32'); // of NaN 0, of a fraction its whole part
  const picked = k.oneHot(classes, 'bool').where(logs, 0).sum(1).neg();
  return k.eq(target).and(k.ge(0)).and(k.lt(classes)).where(picked, Number.NaN);
}
