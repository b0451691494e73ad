import { checkNames } from '../data/names.js';
import { type Check, check, count, number } from '../tensor/checks.js';
import { isFloat } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import { sizeOf } from '../tensor/shape.js';
import { differences } from './backend.js';
import type { Control } from './control.js';
import type { CheckpointEvent, FindingEvent } from './events.js';
import { healthOf } from './health.js';
import { restore, snapshotOf, termsOf } from './snapshot.js';
import type { Placed, Work } from './work.js';

/** Where checkpoints go, and how often one is taken. */
export interface CheckpointOptions<S> {
  /**
   * Keeps a checkpoint; the run waits until it is done. What it throws becomes a finding, and the run goes on: the
   * checkpoints before are what there is.
   */
  save(snapshot: S): void | Promise<void>;
  /**
   * Default: as often as pays. With C seconds that a checkpoint was seen to take, and a failure every M = 4 hours, every
   * √(2·C·M) seconds; and never so often that checkpoints take more than 1% of the run. The end is always a checkpoint.
   */
  readonly every?: Every;
}

export type Every = { readonly steps: number } | { readonly epochs: number } | { readonly seconds: number };

/** Seconds from one failure to the next that are reckoned with: a machine that somebody needs, a job that is pre-empted. */
const FAILURE = 4 * 3600;
/** The share of a run that checkpoints may take. */
const SHARE = 0.01;
/** What a checkpoint may take before any was seen: seconds for files, and for each byte. */
const GUESS = { files: 0.02, byte: 1e-8 };

const INTERVALS: Readonly<Record<string, Check>> = {
  steps: count,
  epochs: count,
  seconds: number('a number above 0', (value) => value > 0),
};

/** @throws when there is no function to save, or an interval that is none */
export function checkCheckpoint(given: CheckpointOptions<never> | undefined): void {
  if (given === undefined) return;
  checkNames('fit', given, ['save', 'every'], 'checkpoint.');
  const { save, every } = given;
  if (typeof save !== 'function')
    throw misuse(`checkpoint.save must be a function that keeps a snapshot, got ${called(save)}`);
  if (every === undefined) return;
  const [interval, ...more] = typeof every === 'object' && every ? Object.entries(every) : [];
  const wanted = interval && INTERVALS[interval[0]];
  if (!wanted || more.length > 0)
    throw misuse(
      `checkpoint.every must be { steps }, { epochs } or { seconds }, got ${JSON.stringify(every)}`,
    );
  check(`checkpoint.every.${interval[0]}`, interval[1], wanted);
}

/** What a run does about its checkpoints. */
export interface Checkpoints {
  /** Steps that may be taken until the next one is due. */
  readonly room: number;
  /** Takes one where it is due, or was asked for. */
  look(): Promise<void>;
  /** Takes one of the end, unless it would be the last one again. */
  end(): Promise<void>;
}

/** The checkpoints of a run before its first step; one that is resumed is put where its checkpoint was. */
export function checkpointsOf(
  placed: Placed,
  work: Work,
  emit: (event: CheckpointEvent | FindingEvent) => void,
  control: Control,
): Checkpoints {
  const { checkpoint, resume, clock } = placed;
  const { at } = work;
  const find = (rule: string, message: string): void =>
    emit({ kind: 'finding', rule, message, step: at.steps });
  const terms = checkpoint || resume ? termsOf(placed, work) : undefined;
  if (resume) {
    restore(resume, terms!, placed, work);
    const differ = differences(placed.backend(), resume.backend);
    if (differ.length > 0)
      find('backend', `the last bits may be others than of a run without a break: ${differ.join('; ')}`);
  }
  if (!checkpoint) return withoutPlace(control, find);

  const due = dueBy(checkpoint.every, at, clock.seconds, bytesOf(work));
  const refuseIll = refusal(placed, work);
  let last = resume ? mark(at) : '';
  let failed = '';
  const save = async (): Promise<void> => {
    const begin = clock.seconds();
    const { epoch, steps, seconds } = at;
    try {
      refuseIll();
      await checkpoint.save(snapshotOf(placed, work, terms!));
      failed = '';
      emit({ kind: 'checkpoint', epoch, steps, took: clock.seconds() - begin, seconds: seconds + begin });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Once, and not at each try, as where a disk is full.
      if (message !== failed) find('checkpoint', `no checkpoint was kept, and the run goes on: ${message}`);
      failed = message;
    }
    due.took(clock.seconds() - begin);
    last = mark(at);
  };
  return {
    get room() {
      return due.room();
    },
    async look() {
      if (!control.checkpoint && !due.now()) return;
      control.checkpoint = false;
      await save();
    },
    async end() {
      if (failed !== '' || mark(at) !== last) await save();
    },
  };
}

/**
 * A run stops before a parameter is not finite, but an optimizer's state may overflow behind its back. Numbers of their own, such
 * as a best loss, may be infinite on purpose.
 */
function refusal({ arena }: Placed, { state }: Work): () => void {
  const arrays = state.leaves.filter(({ shape, dtype }) => isFloat(dtype) && sizeOf(shape) > 1);
  let isHealthy: (() => boolean) | undefined;
  return () => {
    isHealthy ??= healthOf(arrays, arena);
    if (isHealthy()) return;
    const ill = arrays.find((region) => arena.read(region).some((value) => !Number.isFinite(value)))!;
    const name = state.names[state.leaves.indexOf(ill)];
    throw misuse(`the optimizer's ${name} is not finite any more; a smaller rate, or clipping, may help`);
  };
}

const mark = ({ epoch, steps }: Work['at']): string => `${epoch} ${steps}`;

/** A run whose checkpoints nobody keeps. */
function withoutPlace(control: Control, find: (rule: string, message: string) => void): Checkpoints {
  return {
    room: Number.POSITIVE_INFINITY,
    async look() {
      if (!control.checkpoint) return;
      control.checkpoint = false;
      find('checkpoint', 'there is no place for a checkpoint; give checkpoint: { save }');
    },
    async end() {},
  };
}

const bytesOf = ({ params, state }: Work): number =>
  [...params.leaves, ...params.leaves, ...state.leaves].reduce(
    (sum, { shape, dtype }) => sum + shape.reduce((product, n) => product * n, dtype === 'float64' ? 8 : 4),
    0,
  );

/** When checkpoints are due, as asked or as pays. */
function dueBy(
  every: Every | undefined,
  at: Pick<Work['at'], 'steps' | 'epoch'>,
  seconds: () => number,
  bytes: number,
) {
  let last = { ...at, seconds: seconds() };
  let cost = GUESS.files + GUESS.byte * bytes;
  let spent = 0;
  return {
    room: (): number =>
      every && 'steps' in every ? every.steps - (at.steps % every.steps) : Number.POSITIVE_INFINITY,
    now(): boolean {
      if (!every) return pays(seconds(), seconds() - last.seconds, cost, spent);
      if ('seconds' in every) return seconds() - last.seconds >= every.seconds;
      if ('steps' in every) return at.steps > last.steps && at.steps % every.steps === 0;
      return at.epoch > last.epoch && at.epoch % every.epochs === 0;
    },
    took(time: number): void {
      spent += time;
      cost = Math.max(time, cost / 2);
      last = { ...at, seconds: seconds() };
    },
  };
}

/**
 * Whether another checkpoint pays: Young's interval √(2·cost·failure) is over, and all of them together take at most 1%.
 *
 * @see J. W. Young, A first order approximation to the optimum checkpoint interval, CACM 17 (1974) 530
 */
export const pays = (seconds: number, since: number, cost: number, spent: number): boolean =>
  since >= Math.sqrt(2 * cost * FAILURE) && spent + cost <= SHARE * seconds;
