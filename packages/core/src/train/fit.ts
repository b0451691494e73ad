import { Arena } from '../compile/arena.js';
import { placeState } from '../minimize/place.js';
import { STATUS, type Status } from '../minimize/status.js';
import type { Model } from '../nn/model.js';
import { checkTransform, type Transform } from '../optim/transform.js';
import { isArrayInput, type NdArray } from '../tensor/array.js';
import { DownslopeError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { flatten } from '../tensor/tree.js';
import type { Results } from '../tensor/values.js';
import { type Dataset, firstNonFinite, placeDataset, windowOf } from './dataset.js';
import { lossOver } from './evaluate.js';
import { breathe, type EpochEvent, type FitRun, Run, type StepsEvent } from './events.js';
import { type Named, penaltyOf } from './objective.js';
import { checkCall, type FitOptions, hostFor, settingsOf } from './options.js';
import { problemOf } from './problem.js';
import { type Report, Stepper } from './stepper.js';
import { weightsOf } from './weights.js';
import { byName, matching, objectiveOf, placeLeaves, trainedOf } from './workplace.js';

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
  /** The epoch that `params` are from; 0 for the initial weights. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly history: readonly EpochEvent[];
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
  const placed = attempt(() => placeProblem(model, options));
  return new Run(async (emit, stopped) => {
    const problem = placed();
    try {
      return await descend<P>(problem, emit, () => stopped() || !!options.signal?.aborted);
    } finally {
      problem.arena.crew?.close();
    }
  });
}

/** Everything laid into memory while the caller waits, who may then do with the arrays as they please. */
function placeProblem<P, X, Y>(model: Model<P, X>, options: FitOptions<X, Y, P>) {
  checkCall('fit', model, options);
  const clock = stopwatch();
  const arena = new Arena(hostFor(options), options.threads ?? 'auto');
  const rows = (data: unknown, name: string) => placeDataset(data, name, arena, options.dtype ?? 'float32');
  const train = rows(options.train, 'train');
  const settings = settingsOf(options, train.rows);
  const validation = options.validation && rows(options.validation, 'validation');
  const initial = flatten(model.init(settings), isArrayInput);
  const tree = placeLeaves(
    options.params ? matching(options.params, initial) : initial,
    arena,
    settings.dtype,
  );
  const objective = objectiveOf(model, options.loss, tree, settings.l2);
  return { clock, arena, settings, train, validation, tree, objective, optimizer: options.optimizer };
}

async function descend<P>(
  {
    clock,
    arena,
    settings,
    train,
    validation,
    tree,
    objective,
    optimizer: asked,
  }: ReturnType<typeof placeProblem>,
  emit: (event: StepsEvent | EpochEvent) => void,
  stopped: () => boolean,
): Promise<FitResult<P>> {
  const params = byName(tree);
  const optimizer = optimizerOf(asked, () => problemOf(objective, train, params, arena));
  const batch = train.regions.leaves.map((region) => windowOf(region, 0, settings.batchSize));
  const trained = trainedOf(params, objective, { ...train.regions, leaves: batch });
  const state = placeState(optimizer, trained, arena);
  const memory = { arena, params, trained, state };
  const stepper = new Stepper(objective, optimizer, train, memory, settings);
  const weights = weightsOf(optimizer, memory);
  const validate = validation && lossOver(objective, validation, weights.regions, arena);

  const history: EpochEvent[] = [];
  weights.refresh();
  // The initial weights are looked at too: a run that only gets worse keeps them.
  let best = { epoch: 0, loss: finiteOr(validate?.(), Number.POSITIVE_INFINITY), weights: weights.read() };
  let status: Status = 'maxSteps';
  let startNorm: number | undefined;
  let epoch = 0;

  training: while (epoch < settings.epochs) {
    const reports: Report[] = [];
    for (const report of stepper.epoch(epoch)) {
      reports.push(report);
      emit({ kind: 'steps', ...report });
      if (report.broken) status = 'nonFinite';
      else if (stopped()) status = 'aborted';
      else if (clock.seconds() >= settings.seconds) status = 'timeLimit';
      if (status !== 'maxSteps') break training;
      if (clock.turnIsOver()) await breathe();
    }
    epoch++;
    const last = reports.at(-1)!;
    startNorm ??= reports[0]!.gradNorm[0]!;
    const gradNorm = last.gradNorm.at(-1)!;
    const converged = settings.gradTol > 0 && gradNorm <= settings.gradTol * startNorm;
    const looks = epoch % settings.evaluateEvery === 0 || epoch === settings.epochs || converged;
    weights.refresh();
    const validationLoss = looks ? validate?.() : undefined;
    stepper.metric = validate ? (validationLoss ?? Number.NaN) : meanOf(reports);
    const event: EpochEvent = {
      kind: 'epoch',
      epoch,
      steps: stepper.steps,
      loss: meanOf(reports),
      ...(validationLoss === undefined ? {} : { validationLoss }),
      gradNorm,
      lr: last.lr.at(-1)!,
      seconds: clock.seconds(),
    };
    history.push(event);
    emit(event);
    if (validationLoss !== undefined && validationLoss < best.loss)
      best = { epoch, loss: validationLoss, weights: weights.read() };
    if (converged) status = 'gradTol';
    else if (validationLoss !== undefined && epoch - best.epoch >= settings.patience) status = 'earlyStopped';
    if (status !== 'maxSteps') break;
  }

  weights.refresh();
  const chosen = best.loss < Number.POSITIVE_INFINITY;
  if (chosen) weights.write(best.weights);
  const kept = weights.read();
  const loss = lossOver(objective, train, weights.regions, arena)();
  return {
    status,
    message: status === 'nonFinite' ? `${STATUS[status]}${reason(train, arena)}` : STATUS[status],
    params: tree.rebuild(kept) as Results<P>,
    loss,
    objective: loss + penaltyOf(settings.l2, params.rebuild(kept) as Named<NdArray>),
    ...(chosen ? { validationLoss: best.loss } : {}),
    bestEpoch: chosen ? best.epoch : epoch,
    epochs: epoch,
    steps: stepper.steps,
    seconds: clock.seconds(),
    history,
  };
}

const finiteOr = (value: number | undefined, otherwise: number): number =>
  value !== undefined && Number.isFinite(value) ? value : otherwise;

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

function optimizerOf(
  given: FitOptions['optimizer'],
  problem: () => Parameters<Exclude<typeof given, Transform>>[0],
): Transform {
  if (typeof given !== 'function') return given;
  const known = problem();
  try {
    const made = given(known);
    checkTransform('optimizer', made);
    return made;
  } catch (error) {
    // An optimizer that was not called takes the problem for its options.
    if (
      error instanceof DownslopeError &&
      error.message.startsWith(`${given.name}: there is no option smoothness`)
    )
      checkTransform('optimizer', given);
    throw error;
  }
}

function meanOf(reports: readonly Report[]): number {
  let sum = 0;
  let steps = 0;
  for (const { loss } of reports) {
    for (const value of loss) sum += value;
    steps += loss.length;
  }
  return sum / steps;
}

/** Time since now, and whether it is time to let others have their turn. */
function stopwatch() {
  const start = performance.now();
  let turn = start;
  return {
    seconds: () => (performance.now() - start) / 1000,
    turnIsOver: () => {
      const now = performance.now();
      if (now - turn < 16) return false;
      turn = now;
      return true;
    },
  };
}
