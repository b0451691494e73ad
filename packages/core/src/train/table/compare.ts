import { moments } from '../../data/stats.js';
import { allRows } from '../../data/table.js';
import type { Comparison, Trained } from './events.js';

/**
 * How far apart chance can make two mean losses over the same rows: a third of the standard error of the
 * difference. A whole one would keep the worse of the two too often (see the ten tables in docs/reliability.md); none would
 * too often prefer a network that was lucky in one of its epochs. One row alone tells nothing.
 *
 * After the one-standard-error rule of L. Breiman et al.: "Classification and regression trees", 1984.
 */
export function noiseBetween(losses: Float64Array, others: Float64Array): number {
  const { count, std } = moments(
    losses.map((loss, row) => loss - others[row]!),
    allRows(losses.length),
  );
  return count > 1 ? std / (3 * Math.sqrt(count - 1)) : Infinity;
}

/** The first model, or a later one whose validation loss is lower by more than the noise. */
export function betterOf(models: readonly Trained[], noise: number): Trained {
  return models.reduce((best, each) => (lossOf(each) < lossOf(best) - noise ? each : best));
}

/** Which of two models is kept, and by how much it is better. */
export function comparisonOf(models: readonly Trained[], noise: number): Comparison | undefined {
  const kept = betterOf(models, noise);
  const other = models.find((each) => each !== kept);
  if (!other) return undefined;
  const lowerBy = lowerByOf(kept, other);
  return { kept: kept.model, models, lowerBy, noise, message: messageOf(kept, other, lowerBy) };
}

/** One that has no validation loss, as its training broke down, is worse than any that has. */
function lowerByOf({ validationLoss }: Trained, other: Trained): number {
  if (validationLoss === undefined) return 0;
  return other.validationLoss === undefined ? 1 : 1 - validationLoss / other.validationLoss;
}

const lossOf = ({ validationLoss = Number.POSITIVE_INFINITY }: Trained): number => validationLoss;

function messageOf(kept: Trained, other: Trained, lowerBy: number): string {
  const loss = ({ validationLoss }: Trained) => Number(validationLoss!.toPrecision(4));
  if (kept.validationLoss === undefined)
    return `kept the ${kept.model} model: neither has a validation loss (${kept.message})`;
  if (other.validationLoss === undefined)
    return `kept the ${kept.model} model: the ${other.model} model has no validation loss (${other.message})`;
  if (lowerBy === 0) return `kept the ${kept.model} model: both have the validation loss ${loss(kept)}`;
  if (lowerBy < 0)
    return (
      `kept the ${kept.model} model: its validation loss is ${loss(kept)}, and that of the ${other.model} model, ` +
      `${loss(other)}, is lower by no more than chance can make it`
    );
  return (
    `kept the ${kept.model} model: its validation loss is ${loss(kept)}, ` +
    `${percent(lowerBy)} below that of the ${other.model} model, ${loss(other)}`
  );
}

/** Two digits, but four next to 100%: 4.1%, 20%, 99.95%. */
const percent = (share: number): string => `${Number((100 * share).toPrecision(share > 0.99 ? 4 : 2))}%`;
