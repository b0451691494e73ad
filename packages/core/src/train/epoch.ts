import type { Status } from '../minimize/status.js';
import type { EpochEvent } from './events.js';
import { isDue, type Settings } from './options.js';
import type { Progress } from './progress.js';
import type { Placed, Work } from './work.js';

/** The epoch's end: a look at the validation rows, where one is due, and what is remembered of it. */
export async function closeEpoch(
  { clock, settings }: Placed,
  { at, stepper, weights, validate }: Work,
): Promise<EpochEvent> {
  const epoch = ++at.epoch;
  const loss = at.lossSum / at.lossCount;
  const due = isDue(epoch, settings);
  const looks = validate && (due || converged(at, settings));
  weights.refresh();
  const validationLoss = looks ? await clock.through(validate()) : undefined;
  if (validationLoss !== undefined && validationLoss < at.best.loss)
    at.best = { epoch, loss: validationLoss, weights: weights.read() };
  const event: EpochEvent = {
    kind: 'epoch',
    epoch,
    steps: at.steps,
    loss,
    ...(validationLoss === undefined ? {} : { validationLoss }),
    gradNorm: at.gradNorm,
    ...(due ? { updateRatio: stepper.updateRatio() } : {}),
    lr: at.lr,
    seconds: at.seconds + clock.seconds(),
  };
  at.history.push(event);
  Object.assign(at, { row: 0, lossSum: 0, lossCount: 0 });
  at.metric = validate ? (validationLoss ?? Number.NaN) : loss;
  return event;
}

/** Why a run ends after the epochs that are done; `maxSteps` while it goes on. */
export function verdict(at: Progress, settings: Settings): Status {
  const last = at.history.at(-1);
  if (last === undefined) return 'maxSteps';
  if (converged({ ...last, startNorm: at.startNorm }, settings)) return 'gradTol';
  const looked = last.validationLoss !== undefined;
  return looked && at.epoch - at.best.epoch >= settings.patience ? 'earlyStopped' : 'maxSteps';
}

const converged = (
  { gradNorm, startNorm }: Pick<Progress, 'gradNorm' | 'startNorm'>,
  { gradTol }: Settings,
): boolean => gradTol > 0 && gradNorm <= gradTol * startNorm;
