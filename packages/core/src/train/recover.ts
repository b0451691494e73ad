import { firstNonFinite } from './dataset.js';
import type { FindingEvent } from './events.js';
import type { Settings } from './options.js';
import type { Progress } from './progress.js';
import type { Placed, Work } from './work.js';

/** How often a run goes back and on at most. */
const MOST = 16;

/**
 * Goes on after something was not finite, as it was asked for: the step that led there is taken again, and is shorter. Where
 * that same step fails again, its own weights are too far off already: the run goes on from those of its best epoch.
 *
 * @returns false where there is no way on
 */
export function recover(
  { settings, train, arena }: Placed,
  { at, stepper }: Work,
  emit: (event: FindingEvent) => void,
): boolean {
  if (settings.nonFinite === 'stop' || at.recoveries === MOST) return false;
  if (firstNonFinite(train, 'train', arena) !== undefined) return false;
  at.recoveries++;
  const again = at.brokenAt === at.steps;
  at.brokenAt = at.steps;
  const change = settings.nonFinite === 'lowerRate' ? lowerRate(at) : clipShorter(at, settings);
  if (again) stepper.restart(at.anchor!.good);
  const way = again ? 'the run goes on from the weights of its best epoch' : 'it is taken again';
  const message = `step ${at.steps + 1} made the loss or the weights not finite${again ? ' again' : ''}; ${way} ${change}`;
  emit({ kind: 'finding', rule: 'nonFinite', message, step: at.steps });
  return true;
}

function lowerRate(at: Progress): string {
  at.rateScale /= 2;
  return `at ${at.rateScale} of the learning rate; a rate that low from the start would be safer`;
}

function clipShorter(at: Progress, { clip }: Settings): string {
  const now = at.hyper.maxNorm ?? clip.norm!;
  const maxNorm = Number.isFinite(now) ? now / 2 : at.startNorm > 0 ? at.startNorm : 1;
  at.hyper = { ...at.hyper, maxNorm };
  return `with gradients cut to length ${maxNorm.toPrecision(3)}; clip: { norm } would do so from the start`;
}
