import type { Arena } from '../compile/arena.js';
import { plural } from '../data/names.js';
import { STATUS, type Status } from '../minimize/status.js';
import type { Model } from '../nn/model.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Results } from '../tensor/values.js';
import { growthAt } from './batches.js';
import { checkpointsOf } from './checkpoints.js';
import { clipped } from './clipping.js';
import type { Control } from './control.js';
import { type Dataset, firstNonFinite } from './dataset.js';
import { closeEpoch, lookAt, verdict } from './epoch.js';
import { lossOver } from './evaluate.js';
import type { EpochEvent, FitProgress, FitRun, StepEvent } from './events.js';
import { listener } from './listener.js';
import { penaltyOf } from './objective.js';
import type { FitOptions, Settings } from './options.js';
import { type FoundSettings, firstLook, settled } from './rate/settle.js';
import { recover } from './recover.js';
import { Run } from './run.js';
import type { Report } from './stepper.js';
import { type Placed, placeProblem, type Work, workOn } from './work.js';

/** How a run went, and what it found. A run that reaches no optimum is a result too, not an error. */
export interface FitResult<P = unknown> {
  readonly status: Status;
  /** The status in words. */
  readonly message: string;
  /** The weights with the lowest validation loss, the initial ones included; without validation rows, the last. */
  readonly params: Results<P>;
  /** Mean training loss at `params`, without the penalty. */
  readonly loss: number;
  /** `loss` and the penalty. */
  readonly objective: number;
  readonly validationLoss?: number;
  /** The metrics at `params`, as the epoch they are from gave them. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The epoch that `params` are from; 0 for the initial weights. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly history: readonly EpochEvent[];
  /** What was found out before the first step: with `lr: 'auto'` or `batchSize: 'auto'`. */
  readonly found?: FoundSettings;
}

/**
 * Trains a model by gradient descent. The whole step (gather of the batch, prediction, loss, gradient, penalty, update)
 * is compiled into one program; many steps run in one call.
 *
 * The objective is mean loss + (l2/2)·Σw² over the weights, biases excepted. With validation rows the weights with the
 * lowest validation loss are kept.
 *
 * @param model `init` makes parameters, `apply` makes predictions from them and `x`
 * @param options data, loss, optimizer and how long; see {@link FitOptions}
 * @returns a {@link Run}: `await run.result`, or `for await (const event of run)`; it does not fail because no optimum
 *   was reached: `status` says why it ended
 * @throws (through `result`) when options or shapes do not fit
 * @example
 * ```ts
 * import { adam, fit, linear, squared } from '@downslope/core';
 * const x = [[0], [1], [2], [3]];
 * const y = [[1], [3], [5], [7]];
 * const model = linear({ inputs: 1, outputs: 1 });
 * const { params } = await fit(model, { train: { x, y }, loss: squared, optimizer: adam({ lr: 0.1 }), epochs: 500 }).result;
 * console.log(params.w.data[0], params.b.data[0]); // close to 2 and 1
 * ```
 */
export function fit<P, X = Tensor, Y = Tensor>(model: Model<P, X>, options: FitOptions<X, Y, P>): FitRun<P> {
  return new Run(fitting(model, options));
}

/** What {@link fit} does, to be steered by a run of its own or another. */
export function fitting<P, X = Tensor, Y = Tensor>(model: Model<P, X>, options: FitOptions<X, Y, P>) {
  const placed = attempt(() => placeProblem(model, options));
  return async (emit: (event: FitProgress) => void, control: Control): Promise<FitResult<P>> => {
    const problem = placed();
    try {
      return await descend<P>(await settled(problem, emit), emit, control);
    } finally {
      problem.arena.crew?.close();
    }
  };
}

async function descend<P>(
  problem: Placed,
  emit: (event: FitProgress) => void,
  control: Control,
): Promise<FitResult<P>> {
  const { clock, settings, train, validation, optimizer } = problem;
  if (typeof optimizer !== 'function') control.knows(Object.keys(clipped(optimizer, settings.clip).hyper));
  const work = await workOn(problem);
  const { at, stepper } = work;
  const checkpoints = checkpointsOf(problem, work, emit, control);
  const { listen, stopped } = listener(problem, work, emit, control);
  const { stops, epochs } = settings;
  let status = verdict(at, settings, validation !== undefined);
  while (status === 'maxSteps' && at.epoch < epochs && at.steps < stops.steps) {
    const heard = listen();
    if (heard) await heard;
    const report = stepper.take(at, Math.min(checkpoints.room, stops.steps - at.steps));
    if (report.first === 1) firstLook(problem, report.loss[0], at.best.weights, emit);
    if (report.loss.length > 0) emit(stepEvent(report));
    if (report.broken && !recover(problem, work, emit)) status = 'nonFinite';
    if (at.row === train.rows) {
      emit(await closeEpoch(problem, work));
      const growth = growthAt(settings, at);
      if (growth && at.epoch < epochs) emit(growth);
    }
    if (status === 'maxSteps') status = verdict(at, settings, validation !== undefined);
    if (status === 'maxSteps' && stopped()) status = 'aborted';
    if (status === 'maxSteps' && at.seconds + clock.seconds() >= stops.seconds) status = 'timeLimit';
    await checkpoints.look();
  }
  await checkpoints.end();
  const skipped = skippedSteps(problem, work);
  if (skipped) emit(skipped);
  if (at.seenAt < at.steps) await lookAt(problem, work, at.lossSum / at.lossCount);
  return resultOf(problem, work, status);
}

const stepEvent = ({ first, loss, gradNorm, lr }: Report): StepEvent => ({
  kind: 'step',
  first,
  loss,
  gradNorm,
  lr,
});

/** Where gradients are scaled for float16: how many steps came to nothing. */
function skippedSteps({ arena }: Placed, { at, optimizer, state }: Work): FitProgress | undefined {
  const region = optimizer.lossScale && state.leaves[state.names.indexOf('skipped')];
  const count = region ? arena.view(region)[0]! : 0;
  if (count === 0) return undefined;
  const message =
    `${plural(count, 'step')} of ${at.steps} skipped, as gradients overflowed float16; the loss was scaled down each time` +
    (count > at.steps / 10
      ? ". That many say that numbers are too large: a smaller rate, or precision 'full'"
      : '');
  return { kind: 'finding', rule: 'precision', message, step: at.steps };
}

async function resultOf<P>(
  { clock, arena, settings, train, tree, objective, found }: Placed,
  { at, params, weights }: Work,
  status: Status,
): Promise<FitResult<P>> {
  weights.refresh();
  const chosen = at.watched.best < Number.POSITIVE_INFINITY;
  if (chosen) weights.write(at.best.weights);
  const metrics = chosen ? at.best.metrics : at.history.at(-1)?.metrics;
  const kept = weights.read();
  const loss = await clock.through(lossOver(objective, train, weights.regions, arena)());
  return {
    status,
    message: messageOf(status, settings, () => reason(train, arena)),
    params: tree.rebuild(params.names.map((name) => kept[name]!)) as Results<P>,
    loss,
    objective: loss + penaltyOf(settings.l2, kept),
    ...(at.best.loss < Number.POSITIVE_INFINITY && { validationLoss: at.best.loss }),
    ...(metrics && { metrics }),
    bestEpoch: chosen ? at.best.epoch : at.epoch,
    epochs: at.epoch,
    steps: at.steps,
    seconds: at.seconds + clock.seconds(),
    history: at.history,
    ...(found && { found }),
  };
}

function messageOf(status: Status, { watch }: Settings, reason: () => string): string {
  if (status === 'nonFinite') return STATUS[status] + reason();
  if (status !== 'earlyStopped' || (watch.metric === 'validationLoss' && watch.restoreBest))
    return STATUS[status];
  const what =
    { validationLoss: 'the validation loss', loss: 'the training loss' }[watch.metric] ?? watch.metric;
  return `${what} stopped improving; the ${watch.restoreBest ? 'best' : 'last'} weights are kept`;
}

/** Does `work` now, and hands out its result or its error when asked. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Why a run may have met something not finite: the data, if it is there. */
function reason(train: Dataset, arena: Arena): string {
  const found = firstNonFinite(train, 'train', arena);
  return found === undefined ? '' : `; ${found}`;
}
