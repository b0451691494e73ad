import type { Status } from '../minimize/status.js';
import { clips } from './clipping.js';
import { isStale, watch } from './early-stopping.js';
import type { Scores } from './evaluate.js';
import type { EpochEvent } from './events.js';
import { isDue, isMeasured, type Settings } from './options.js';
import type { Progress } from './progress.js';
import { hold, isMet, reached } from './stops.js';
import type { Placed, Work } from './work.js';

/** The epoch's end: a look at the validation rows, where one is due, and what is remembered of it. */
export async function closeEpoch(placed: Placed, work: Work): Promise<EpochEvent> {
  const { clock, settings } = placed;
  const { at, stepper, evaluate } = work;
  const epoch = ++at.epoch;
  const loss = at.lossSum / at.lossCount;
  const step = isMeasured(epoch, settings) ? stepper.lastStep() : undefined;
  // A step that mixed precision skipped tells nothing of how near an optimum is.
  const skipped = settings.precision === 'mixed' && at.gradNorm === 0;
  if (!skipped) at.held = hold(at, { loss, gradNorm: at.gradNorm }, step, settings.stops);
  const due = isDue(epoch, settings);
  const scores = due || isMet(at.held, settings.stops) ? await lookAt(placed, work, loss) : {};
  const event: EpochEvent = {
    kind: 'epoch',
    epoch,
    steps: at.steps,
    loss,
    ...scores,
    gradNorm: at.gradNorm,
    ...(clips(settings.clip) && { clipped: at.clipped / at.lossCount }),
    ...(due && step && { updateRatio: step.ratio }),
    lr: at.lr,
    seconds: at.seconds + clock.seconds(),
  };
  at.history.push(event);
  if (at.anchor) at.anchor = anchorAfter(at.anchor, loss, stepper.weights());
  Object.assign(at, { row: 0, lossSum: 0, lossCount: 0, clipped: 0 });
  at.metric = evaluate.validation ? (event.validationLoss ?? Number.NaN) : loss;
  return event;
}

function anchorAfter(
  { loss: least, good, start }: NonNullable<Progress['anchor']>,
  loss: number,
  now: Progress['best']['weights'],
): Progress['anchor'] {
  return loss < least ? { loss, good: start, start: now } : { loss: least, good, start: now };
}

type Seen = Pick<EpochEvent, 'validationLoss' | 'metrics' | 'trainLoss' | 'trainMetrics'>;

/**
 * Looks at how good the weights are, and keeps them if they are the best so far.
 *
 * @param loss mean training loss of the epoch
 */
export async function lookAt(
  { clock, settings: { watch: watched } }: Placed,
  { at, weights, evaluate }: Work,
  loss: number,
): Promise<Seen> {
  weights.refresh();
  const { validation, train } = evaluate;
  const scores = validation && (await clock.through(validation()));
  const own = train && (await clock.through(train()));
  const seen = seenOf(scores, own);
  at.seenAt = at.steps;
  const value = { validationLoss: scores?.loss, loss, ...(scores ?? own)?.metrics }[watched.metric];
  if (value === undefined) return seen;
  const before = at.watched.best;
  at.watched = watch(at.watched, at.epoch, value, watched);
  if (at.watched.best < before || (!watched.restoreBest && before < Number.POSITIVE_INFINITY))
    at.best = {
      epoch: at.epoch,
      loss: scores?.loss ?? Number.POSITIVE_INFINITY,
      metrics: seen.metrics,
      weights: weights.read(),
    };
  return seen;
}

/** What events tell of scores: what is finite. */
function seenOf(validation: Scores | undefined, train: Scores | undefined): Seen {
  const finite = (scores: Record<string, number> = {}): Record<string, number> | undefined => {
    const found = Object.entries(scores).filter(([, value]) => Number.isFinite(value));
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  };
  return Object.fromEntries(
    Object.entries({
      validationLoss: finite(validation && { loss: validation.loss })?.loss,
      metrics: finite((validation ?? train)?.metrics),
      trainLoss: finite(train && { loss: train.loss })?.loss,
      trainMetrics: finite(validation && train?.metrics),
    }).filter(([, value]) => value !== undefined),
  );
}

/** Why a run ends after what is done; `maxSteps` while it goes on. */
export function verdict(at: Progress, { watch, stops }: Settings, validates: boolean): Status {
  if (at.row > 0) return 'maxSteps';
  return (
    reached(at, stops, validates) ?? (isStale(at.watched, at.epoch, watch) ? 'earlyStopped' : 'maxSteps')
  );
}
