import { firstNonFinite } from './dataset.js';
import type { FindingEvent } from './events.js';
import type { Placed, Work } from './work.js';

/** How often a run goes back and on at most. */
const MOST = 10;

/**
 * Goes on after something was not finite, as it was asked for: the step that led there is taken again, and is shorter.
 *
 * @returns false where there is no way on
 */
export function recover(
  { settings, train, arena }: Placed,
  { at }: Work,
  emit: (event: FindingEvent) => void,
): boolean {
  const { nonFinite } = settings;
  if (nonFinite === 'stop' || at.recoveries === MOST) return false;
  if (firstNonFinite(train, 'train', arena) !== undefined) return false;
  at.recoveries++;
  let change: string;
  if (nonFinite === 'lowerRate') {
    at.rateScale /= 2;
    change = `at ${at.rateScale} of the learning rate; a rate that low from the start would be safer`;
  } else {
    const now = at.hyper.maxNorm ?? settings.clip.norm!;
    const maxNorm = Number.isFinite(now) ? now / 2 : at.startNorm > 0 ? at.startNorm : 1;
    at.hyper = { ...at.hyper, maxNorm };
    change = `with gradients cut to length ${maxNorm.toPrecision(3)}; clip: { norm } would do so from the start`;
  }
  const message = `step ${at.steps + 1} made the loss or the weights not finite; it is taken again ${change}`;
  emit({ kind: 'finding', rule: 'nonFinite', message, step: at.steps });
  return true;
}
