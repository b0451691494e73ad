import { checkNames } from '../data/names.js';
import type { Status } from '../minimize/status.js';
import { anObject, atLeast0, check, count, number } from '../tensor/checks.js';
import type { EpochEvent } from './events.js';
import type { Progress } from './progress.js';

/**
 * When a run ends besides its epochs, in `minimize`'s words. Tolerances are looked at when an epoch ends, and have to be
 * met by so many epochs in a row as `window` says.
 */
export interface StopOptions {
  /** ‖∇‖ ≤ gradTol · ‖∇ at the first step‖, of the epoch's last batch: meant for full batches. */
  readonly gradTol?: number;
  /** The mean training loss L of the epoch changes by no more than `absolute`, or `relative` · max(|L|, |L before|, 1). */
  readonly lossTol?: { readonly relative?: number; readonly absolute?: number };
  /** The epoch's last step moves the parameters by ‖Δx‖ ≤ stepTol · max(1, ‖x‖). */
  readonly stepTol?: number;
  /** For so many epochs in a row (default 1). */
  readonly window?: number;
  /** The validation loss is so low; without validation rows, the training loss of an epoch. */
  readonly target?: number;
  /** After so many steps in all, also within an epoch. */
  readonly steps?: number;
  /** After so many seconds, also within an epoch. Pauses do not count. */
  readonly seconds?: number;
}

export interface StopSettings {
  readonly gradTol: number;
  readonly lossTol: { readonly relative: number; readonly absolute: number } | undefined;
  readonly stepTol: number;
  readonly window: number;
  readonly target: number;
  readonly steps: number;
  readonly seconds: number;
}

export function stopSettings(stop: StopOptions = {}): StopSettings {
  check('stop', stop, anObject('{ seconds: 60 }'));
  checkNames('fit', stop, ['gradTol', 'lossTol', 'stepTol', 'window', 'target', 'steps', 'seconds'], 'stop.');
  const { gradTol = 0, lossTol, stepTol = 0, window = 1 } = stop;
  const { target = Number.NEGATIVE_INFINITY, steps = Number.POSITIVE_INFINITY } = stop;
  check('stop.lossTol', lossTol ?? {}, {
    what: 'an object that says which change is meant, as in { relative: 1e-6 }',
    holds: (value) => typeof value === 'object',
  });
  checkNames('fit', lossTol ?? {}, ['relative', 'absolute'], 'stop.lossTol.');
  const { relative = 0, absolute = 0 } = lossTol ?? {};
  return {
    gradTol: check('stop.gradTol', gradTol, atLeast0),
    lossTol: lossTol && {
      relative: check('stop.lossTol.relative', relative, atLeast0),
      absolute: check('stop.lossTol.absolute', absolute, atLeast0),
    },
    stepTol: check('stop.stepTol', stepTol, atLeast0),
    window: check('stop.window', window, count),
    target: target === Number.NEGATIVE_INFINITY ? target : check('stop.target', target, finite),
    steps: steps === Number.POSITIVE_INFINITY ? steps : check('stop.steps', steps, count),
    seconds: check('stop.seconds', stop.seconds ?? Number.POSITIVE_INFINITY, atLeast0),
  };
}

const finite = number('a number', () => true);

/** For how many epochs in a row each tolerance was met. */
export interface Held {
  readonly gradTol: number;
  readonly lossTol: number;
  readonly stepTol: number;
}

/**
 * Counts on when an epoch ends.
 *
 * @param step length of the epoch's last step and of the parameters, where they were measured
 */
export function hold(
  { held, startNorm, history }: Pick<Progress, 'held' | 'startNorm' | 'history'>,
  { loss, gradNorm }: Pick<EpochEvent, 'loss' | 'gradNorm'>,
  step: { readonly moved: number; readonly size: number } | undefined,
  { gradTol, lossTol, stepTol }: StopSettings,
): Held {
  const before = history.at(-1)?.loss ?? Number.POSITIVE_INFINITY;
  const scale = Math.max(Math.abs(loss), Math.abs(before), 1);
  const flat =
    lossTol !== undefined &&
    before < Number.POSITIVE_INFINITY &&
    Math.abs(before - loss) <= Math.max(lossTol.absolute, lossTol.relative * scale);
  const still = stepTol > 0 && step !== undefined && step.moved <= stepTol * Math.max(1, step.size);
  return {
    gradTol: gradTol > 0 && gradNorm <= gradTol * startNorm ? held.gradTol + 1 : 0,
    lossTol: flat ? held.lossTol + 1 : 0,
    stepTol: still ? held.stepTol + 1 : 0,
  };
}

/** The tolerance that was met for long enough. */
export const isMet = (held: Held, { window }: StopSettings): keyof Held | undefined =>
  (['gradTol', 'lossTol', 'stepTol'] as const).find((rule) => held[rule] >= window);

/** The tolerance or target that a run has reached. */
export function reached(
  { held, history }: Progress,
  stops: StopSettings,
  validates: boolean,
): Status | undefined {
  const met = isMet(held, stops);
  if (met) return met;
  const last = history.at(-1);
  const loss = validates ? last?.validationLoss : last?.loss;
  return loss !== undefined && loss <= stops.target ? 'target' : undefined;
}
