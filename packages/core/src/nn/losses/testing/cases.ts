import { absolute } from '../absolute.js';
import { binaryCrossEntropy } from '../binary-cross-entropy.js';
import { crossEntropy } from '../cross-entropy.js';
import { hinge } from '../hinge.js';
import { huber } from '../huber.js';
import { labelSmoothing } from '../label-smoothing.js';
import type { Loss } from '../loss.js';
import { poisson } from '../poisson.js';
import { quantile } from '../quantile.js';
import { squared } from '../squared.js';

const Z = [[-3], [-0.4], [0], [0.7], [2.5]];
const Y = [-2, 0.3, 0, 0, 4];
const BITS = [0, 1, 1, 0, 1];
const LOGITS = [
  [0.5, -1, 2],
  [3, 0, -3],
  [0, 0, 0],
];

export interface LossCase {
  readonly loss: Loss;
  readonly prediction: number[][];
  readonly target: number[] | number[][];
  /** The loss of each row, and its gradient in the predictions. */
  readonly values: number[];
  readonly slopes: number[];
}

/**
 * torch 2.13 in float64: `torch.nn.functional`'s mse_loss, l1_loss, huber_loss(delta=0.75),
 * poisson_nll_loss(log_input=True, full=False), binary_cross_entropy_with_logits and cross_entropy, each with
 * reduction='none' (label_smoothing=0.1, or targets 0.8·y + 0.1); clamp(1 − s·z, min=0) and maximum(0.8·e, −0.2·e) for hinge and quantile; gradients by autograd.
 */
export const CASES: Record<string, LossCase> = {
  squared: {
    loss: squared,
    prediction: Z,
    target: Y,
    values: [1, 0.48999999999999994, 0, 0.48999999999999994, 2.25],
    slopes: [-2, -1.4, 0, 1.4, -3],
  },
  absolute: {
    loss: absolute,
    prediction: Z,
    target: Y,
    values: [1, 0.7, 0, 0.7, 1.5],
    slopes: [-1, -1, 0, 1, -1],
  },
  huber: {
    loss: huber({ delta: 0.75 }),
    prediction: Z,
    target: Y,
    values: [0.46875, 0.24499999999999997, 0, 0.24499999999999997, 0.84375],
    slopes: [-0.75, -0.7, 0, 0.7, -0.75],
  },
  quantile: {
    loss: quantile({ tau: 0.8 }),
    prediction: Z,
    target: Y,
    values: [0.8, 0.5599999999999999, 0, 0.13999999999999999, 1.2000000000000002],
    slopes: [-0.8, -0.8, -0.30000000000000004, 0.2, -0.8],
  },
  poisson: {
    loss: poisson,
    prediction: Z,
    target: [0, 1, 2, 0, 5],
    values: [0.049787068367863944, 1.0703200460356395, 1, 2.0137527074704766, -0.31750603929652677],
    slopes: [0.049787068367863944, -0.3296799539643607, -1, 2.0137527074704766, 7.182493960703473],
  },
  hinge: {
    loss: hinge,
    prediction: Z,
    target: BITS,
    values: [0, 1.4, 1, 1.7, 0],
    slopes: [0, -1, -1, 1, 0],
  },
  'binaryCrossEntropy of classes': {
    loss: binaryCrossEntropy,
    prediction: Z,
    target: BITS,
    values: [0.048587351573742055, 0.9130152523999526, Math.LN2, 1.103186048885458, 0.07888973429254963],
    slopes: [0.04742587317756678, -0.598687660112452, -0.5, 0.6681877721681662, -0.07585818002124345],
  },
  'binaryCrossEntropy of probabilities': {
    loss: binaryCrossEntropy,
    prediction: Z,
    target: [0.1, 0.25, 0.5, 0.8, 1],
    values: [0.3485873515737419, 0.6130152523999526, Math.LN2, 0.5431860488854579, 0.07888973429254963],
    slopes: [-0.052574126822433224, 0.151312339887548, 0, -0.13181222783183388, -0.07585818002124345],
  },
  'crossEntropy of classes': {
    loss: crossEntropy,
    prediction: LOGITS,
    target: [1, 0, 2],
    values: [3.241311296657157, 0.05094576352299828, 1.0986122886681098],
    slopes: [
      0.1752903921400367, -0.9608874267293126, 0.7855970345892759, -0.04966978830262059, 0.04731415522182405,
      0.0023556330807966807, 0.3333333333333333, 0.3333333333333333, -0.6666666666666667,
    ],
  },
  'binaryCrossEntropy of smoothed classes': {
    loss: labelSmoothing(binaryCrossEntropy, 0.2),
    prediction: Z,
    target: BITS,
    values: [0.3485873515737419, 0.8730152523999526, Math.LN2, 1.0331860488854578, 0.3288897342925496],
    slopes: [-0.052574126822433224, -0.498687660112452, -0.4, 0.5681877721681662, 0.02414181997875653],
  },
  'crossEntropy of smoothed classes': {
    loss: labelSmoothing(crossEntropy),
    prediction: LOGITS,
    target: [2, 1, 0],
    values: [0.391311296657157, 3.050945763522998, 1.0986122886681098],
    slopes: [
      0.14195705880670337, 0.0057792399373541165, -0.14773629874405747, 0.9169968783640461,
      -0.8860191781115093, -0.03097770025253665, -0.6000000000000001, 0.3, 0.3,
    ],
  },
  'crossEntropy of probabilities': {
    loss: crossEntropy,
    prediction: LOGITS,
    target: [
      [0.2, 0.3, 0.5],
      [1, 0, 0],
      [0.6, 0.4, 0],
    ],
    values: [1.441311296657157, 0.05094576352299828, 1.0986122886681098],
    slopes: [
      -0.024709607859963317, -0.26088742672931253, 0.2855970345892759, -0.04966978830262059,
      0.04731415522182405, 0.0023556330807966807, -0.26666666666666666, -0.06666666666666671,
      0.3333333333333333,
    ],
  },
};
