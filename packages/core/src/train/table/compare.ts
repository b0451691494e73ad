import type { Comparison, Trained } from './events.js';

/** The better of two models by validation loss; the first where they are equal or there is nothing to compare by. */
export function betterOf(models: readonly Trained[]): Trained {
  return models.reduce((best, each) => (lossOf(each) < lossOf(best) ? each : best));
}

/** By how much the better of two models is better. */
export function comparisonOf(models: readonly Trained[]): Comparison | undefined {
  const kept = betterOf(models);
  const other = models.find((each) => each !== kept);
  if (!other || kept.validationLoss === undefined) return undefined;
  const lowerBy = other.validationLoss === undefined ? 1 : 1 - kept.validationLoss / other.validationLoss;
  return { kept: kept.model, models, lowerBy, message: messageOf(kept, other, lowerBy) };
}

const lossOf = ({ validationLoss = Number.POSITIVE_INFINITY }: Trained): number => validationLoss;

function messageOf(kept: Trained, other: Trained, lowerBy: number): string {
  const loss = ({ validationLoss }: Trained) => Number(validationLoss!.toPrecision(4));
  if (other.validationLoss === undefined)
    return `kept the ${kept.model} model: the ${other.model} model has no validation loss (${other.message})`;
  if (lowerBy === 0) return `kept the ${kept.model} model: both have the validation loss ${loss(kept)}`;
  return (
    `kept the ${kept.model} model: its validation loss is ${loss(kept)}, ` +
    `${percent(lowerBy)} below that of the ${other.model} model, ${loss(other)}`
  );
}

/** Two digits, but four next to 100%: 4.1%, 20%, 99.95%. */
const percent = (share: number): string => `${Number((100 * share).toPrecision(share > 0.99 ? 4 : 2))}%`;
