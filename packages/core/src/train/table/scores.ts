import {
  accuracy,
  auc,
  confusionMatrix,
  likeliest,
  logLoss,
  macroF1,
  mae,
  r2,
  rmse,
} from '../../nn/metrics.js';

/** One of something for each part of the rows; a part without rows has none. */
export interface Parts<T> {
  readonly train: T;
  readonly validation?: T;
  readonly test?: T;
}

/** The same of each part that there is. */
export function mapParts<A, B>(parts: Parts<A>, change: (part: A, name: keyof Parts<A>) => B): Parts<B> {
  const { train, validation, test } = parts;
  return {
    train: change(train, 'train'),
    ...(validation === undefined ? {} : { validation: change(validation, 'validation') }),
    ...(test === undefined ? {} : { test: change(test, 'test') }),
  };
}

/** How far predictions of a quantity are off, in the target's units. */
export interface QuantityScores {
  readonly rmse: number;
  readonly mae: number;
  /** 1 is perfect, 0 is no better than the mean of the part. */
  readonly r2: number;
}

/** How good predictions of classes are. */
export interface ClassScores {
  readonly accuracy: number;
  /** In nats. */
  readonly logLoss: number;
  /** Of two classes, where both occur. */
  readonly auc?: number;
  readonly macroF1: number;
  /** `confusion[actual][predicted]`: how many rows. */
  readonly confusion: readonly (readonly number[])[];
}

export type Scores = QuantityScores | ClassScores;

type Numbers = ArrayLike<number>;

/** Scores of predicted numbers. */
export const quantityScores = (predictions: Numbers, truth: Numbers): QuantityScores => ({
  rmse: rmse(predictions, truth),
  mae: mae(predictions, truth),
  r2: r2(predictions, truth),
});

/**
 * Scores of probabilities.
 *
 * @param probabilities `[rows, classes]`, or of two classes `[rows]`: that of the second
 * @param truth the number of each row's class
 */
export function classScores(probabilities: Numbers, truth: Numbers, classes: number): ClassScores {
  const single = probabilities.length === truth.length;
  const predicted = single ? secondClass(probabilities) : likeliest(probabilities, classes);
  const confusion = confusionMatrix(predicted, truth, classes);
  const area = single ? auc(probabilities, truth) : Number.NaN;
  return {
    accuracy: accuracy(predicted, truth),
    logLoss: logLoss(probabilities, truth),
    ...(Number.isNaN(area) ? {} : { auc: area }),
    macroF1: macroF1(confusion),
    confusion,
  };
}

/** 1 where the second of two classes is the likelier. */
function secondClass(probabilities: Numbers): Int32Array {
  const predicted = new Int32Array(probabilities.length);
  for (let row = 0; row < predicted.length; row++) predicted[row] = probabilities[row]! > 0.5 ? 1 : 0;
  return predicted;
}
