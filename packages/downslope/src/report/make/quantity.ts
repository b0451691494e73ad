import type { Predictions } from '@downslope/core';
import { bin, extent, thresholdFreedmanDiaconis } from 'd3-array';
import type { QuantityView } from '../data.js';
import { gathered, spread } from './rows.js';

/** Points that a picture shows. */
const MOST_POINTS = 2000;
const BARS = { least: 8, most: 40 };

/** Predictions of a quantity as pictures need them. */
export function quantityView(predictions: Predictions): QuantityView {
  const { rows, actual, predicted } = gathered(predictions, spread(predictions.rows.length, MOST_POINTS));
  return {
    points: {
      row: Array.from(rows, (row) => row + 1),
      actual: Array.from(actual, rounded),
      predicted: Array.from(predicted, rounded),
    },
    residuals: residualsOf(predictions),
  };
}

function residualsOf({ actual, predicted }: Predictions): QuantityView['residuals'] {
  const residuals = Float64Array.from(actual, (value, row) => value - predicted[row]!);
  const [low = 0, high = 0] = extent(residuals);
  const bars = Math.min(BARS.most, Math.max(BARS.least, thresholdFreedmanDiaconis(residuals, low, high)));
  const bins = bin().thresholds(bars)(residuals);
  return {
    edges: [...bins.map(({ x0 = 0 }) => x0), bins.at(-1)?.x1 ?? 0],
    counts: bins.map(({ length }) => length),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));
