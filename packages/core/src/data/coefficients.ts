import type { NdArray } from '../tensor/array.js';
import { internal } from '../tensor/errors.js';
import type { Encoder } from './encode.js';
import { encodedNames } from './encode.js';
import { inverse } from './numeric-code.js';
import type { TargetCode } from './target-code.js';

/** A linear model in the units of the data. */
export interface Coefficients {
  /** What is added up: the target itself, or the log-odds of the second class, or a score for each class. */
  readonly outputs: readonly string[];
  /** One for each output. */
  readonly intercept: readonly number[];
  /** How much each output changes with one unit of a column; one weight for each output. */
  readonly terms: readonly { readonly name: string; readonly weights: readonly number[] }[];
}

/**
 * Takes a linear model from standardised features, and in regression a standardised target, to the data's units.
 *
 * With z = (x − μ)/σ and (y − μy)/σy = Σ w·z + b:   y = Σ (σy·w/σ)·x + (μy + σy·b − Σ σy·w·μ/σ).
 * Classes have no μy and σy. Columns of 0 and 1 (levels, "is missing") have μ = 0, σ = 1.
 *
 * @param weights `[columns, outputs]`
 * @param bias `[outputs]`
 */
export function coefficients(
  encoder: Encoder,
  target: TargetCode,
  weights: NdArray,
  bias: NdArray,
): Coefficients {
  const names = encodedNames(encoder);
  const outputs = outputsOf(target);
  if (weights.data.length !== names.length * outputs.length || bias.data.length !== outputs.length)
    throw internal(`weights [${weights.shape}] and bias [${bias.shape}] for ${names.length} columns`);
  const { mean, std } = target.task === 'regression' ? target : { mean: 0, std: 1 };
  const scales = scalesOf(encoder);
  const terms = names.map((name, column) => {
    const per = std * scales[column]!.scale;
    return { name, weights: outputs.map((_, k) => per * weights.data[column * outputs.length + k]!) };
  });
  const intercept = outputs.map((_, k) =>
    terms.reduce(
      (sum, term, column) => sum - term.weights[k]! * scales[column]!.mean,
      mean + std * bias.data[k]!,
    ),
  );
  return { outputs, intercept, terms };
}

/** One logit tells two classes apart: it is the log-odds of the second. */
export const outputsOf = (target: TargetCode): readonly string[] => {
  if (target.task === 'regression') return [target.name];
  return target.task === 'binary' ? target.classes.slice(1) : target.classes;
};

function scalesOf(encoder: Encoder): { mean: number; scale: number }[] {
  const plain = { mean: 0, scale: 1 };
  return encoder.features.flatMap((code) => {
    const marks = code.indicator ? [plain] : [];
    if (code.kind !== 'text') return [{ mean: code.mean, scale: inverse(code.std) }, ...marks];
    return [...code.levels.map(() => plain), ...(code.pooled > 0 ? [plain] : []), ...marks];
  });
}
