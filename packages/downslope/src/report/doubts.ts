import type { Scores, TableResult } from '@downslope/core';
import { PART_NAMES, presentParts } from './parts.js';

/** What speaks against using a model as it is. */
export function doubtsOf({ status, metrics }: TableResult): string[] {
  const [part, scores] = presentParts<Scores>(metrics).at(-1)!;
  const { baseline } = metrics;
  const lossOf = (each: Scores) => ('rmse' in each ? each.rmse : each.logLoss);
  return [
    ...(status === 'nonFinite' ? ['the training broke down; try a smaller --lr'] : []),
    ...(lossOf(scores) < lossOf(baseline)
      ? []
      : [`on the ${PART_NAMES[part]} rows the model is no better than the baseline`]),
  ];
}
