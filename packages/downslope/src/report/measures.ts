import type { ClassScores, QuantityScores, Scores } from '@downslope/core';
import { decimals, significant } from '../format.js';

export type Measure = keyof QuantityScores | Exclude<keyof ClassScores, 'confusion'>;

interface MeasureFacts {
  readonly name: string;
  /** In the data's units by significant digits, else by four decimals. */
  readonly write: (value: number) => string;
  /** Whether more of it is better. */
  readonly rises: boolean;
  /** What it says, in a few words. */
  readonly about: string;
}

/** Measures as people call them and write them. */
export const MEASURES: Readonly<Record<Measure, MeasureFacts>> = {
  rmse: { name: 'RMSE', write: significant, rises: false, about: 'root of the mean squared error' },
  mae: { name: 'MAE', write: significant, rises: false, about: 'mean absolute error' },
  r2: { name: 'R²', write: decimals, rises: true, about: 'share of the variance explained' },
  accuracy: { name: 'accuracy', write: decimals, rises: true, about: 'share of rows that are right' },
  logLoss: {
    name: 'log loss',
    write: decimals,
    rises: false,
    about: 'how wrong the probabilities are, in nats',
  },
  auc: { name: 'AUC', write: decimals, rises: true, about: 'how well rows are put in order' },
  macroF1: {
    name: 'macro-F1',
    write: decimals,
    rises: true,
    about: 'precision and recall, each class alike',
  },
};

/** A score's value of a measure; `undefined` where it has none. */
export const scoreOf = (scores: Scores, measure: Measure): number | undefined =>
  (scores as Partial<Record<Measure, number>>)[measure];

/** The measures that one of the scores has. */
export const measuresOf = (scores: readonly Scores[]): Measure[] =>
  (Object.keys(MEASURES) as Measure[]).filter((measure) =>
    scores.some((each) => scoreOf(each, measure) !== undefined),
  );
