import { called, misuse } from '../tensor/errors.js';

/**
 * How much rows count so that classes count as asked: weights for `fit`'s `train.weight`.
 *
 * `'balanced'`: n/(K·nₖ) for a row of class k, with nₖ of the n rows, and K classes that occur. All classes then weigh the
 * same in all, however rare, and rows 1 in the mean. Probabilities are then those of a world in which classes are alike
 * frequent: good to find the rare ones, too high as chances.
 *
 * @param classes the class of each row, numbered from 0
 * @param weights `'balanced'` (default), or a weight for each class
 * @throws when a row's class has no weight, or a weight is below 0
 * @example
 * ```ts
 * import { classWeights } from '@downslope/core';
 * console.log(classWeights([0, 0, 0, 1])); // ⅔, ⅔, ⅔, 2
 * console.log(classWeights([0, 0, 0, 1], [1, 5])); // 1, 1, 1, 5
 * ```
 *
 * G. King, L. Zeng: "Logistic regression in rare events data", 2001.
 */
export function classWeights(
  classes: ArrayLike<number>,
  weights: 'balanced' | readonly number[] = 'balanced',
): Float64Array {
  if (weights !== 'balanced' && !Array.isArray(weights))
    throw misuse(
      `classWeights: weights must be 'balanced' or a number for each class, got ${called(weights)}`,
    );
  const ofClass = weights === 'balanced' ? balanced(classes) : weights;
  return Float64Array.from(classes, (k, row) => {
    const weight = ofClass[k];
    if (weight !== undefined && weight >= 0 && weight < Infinity) return weight;
    throw misuse(
      weight === undefined
        ? `classWeights: row ${row} has the class ${k}, and weights are given for ${ofClass.length} classes, from 0`
        : `classWeights: the weight of class ${k} must be a number from 0 on, got ${weight}`,
    );
  });
}

function balanced(classes: ArrayLike<number>): number[] {
  const counts: number[] = [];
  for (const k of Array.from(classes)) counts[k] = (counts[k] ?? 0) + 1;
  const occurring = counts.filter((count) => count > 0).length;
  return Array.from(counts, (count) => classes.length / (occurring * (count ?? 0)));
}
