import { labelSmoothing } from '../../nn/losses/label-smoothing.js';
import type { Loss } from '../../nn/losses/loss.js';
import { chain } from '../../optim/chain.js';
import { isNdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import { sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { flatten } from '../../tensor/tree.js';
import type { Control } from '../control.js';
import type { EpochEvent } from '../events.js';
import { type FitResult, fit, fitting } from '../fit.js';
import type { Problem } from '../problem.js';
import type { Keeping } from './checkpoint.js';
import type { TableEpoch, TableProgress, Trained } from './events.js';
import { loopFor } from './loop.js';
import { type Essence, responder } from './model.js';
import { isClasses, lossFor, lossUnit, type Network, networkModel, outputCount } from './network.js';
import type { ModelName, TableSettings } from './options.js';
import { penaltyOf } from './penalty.js';
import type { Data, Prepared } from './prepare.js';
import { recipeFor } from './recipe.js';
import type { Parts } from './scores.js';
import { frozenIn } from './start.js';

/** What the training of a model needs to know. */
export interface Job extends Pick<Prepared, 'encoder' | 'target' | 'width' | 'start'> {
  readonly data: Parts<Data>;
  readonly settings: TableSettings;
  readonly keeping: Keeping;
  readonly emit: (event: TableProgress) => void;
  readonly control: Control;
}

/** A trained model, and how it came about. */
export interface Outcome {
  readonly trained: Trained;
  readonly essence: Essence;
  /** From encoded features to answers. */
  readonly respond: ReturnType<typeof responder>;
  readonly history: readonly TableEpoch[];
}

/** Trains one kind of model on encoded rows. */
export async function trainModel(name: ModelName, job: Job): Promise<Outcome> {
  const { data, settings, keeping, target, encoder, width, start, emit, control } = job;
  const { dtype, seed, numerics, precision, threads, host, signal } = settings;
  const fresh: Network =
    name === 'linear' ? { kind: 'linear' } : { kind: 'mlp', hidden: [...settings.hidden] };
  const network = start?.network ?? fresh;
  const model = networkModel(network, width, target);
  const loss = smoothed(lossFor(target), settings);
  const rows = data.train.x.shape[0]!;
  const outputs = outputCount(target);
  const facts = { model: name, rows, width, outputs, classes: isClasses(target), curvature: loss.curvature! };
  const { make, lr, optimizer, batch, batchByNoise, epochs, patience, gradTol, penalties } = recipeFor(
    facts,
    settings,
    keeping.epochs !== undefined,
  );
  const initial = start?.params ?? model.init({ seed, dtype });
  const parameters = countOf(initial);
  const taken = (settings.accumulate ?? 1) * (batch === 'full' ? rows : batch);
  const frozen = frozenIn(initial, Math.ceil(rows / taken), settings);
  emit({ kind: 'model', model: name, parameters, optimizer, batch: batchByNoise ? 'auto' : batch, epochs });

  const options = {
    train: data.train,
    validation: data.validation,
    loss,
    params: start?.params,
    optimizer: frozen ? (problem: Problem) => chain(make(problem), frozen) : make,
    ...loopFor(settings, target, { batch: batchByNoise ? 'auto' : batch, patience, gradTol }),
    lr,
    epochs,
    seed,
    dtype,
    numerics,
    precision,
    threads,
    host,
    signal,
  };
  // A run that goes on has its penalty.
  const settled = keeping.of(name).resume?.terms.settings.l2 as number | undefined;
  const choice = settled !== undefined ? [settled] : data.validation ? penalties : penalties.slice(0, 1);
  const solve = (l2: number) => fit<unknown, Tensor, Tensor>(model, { ...options, l2 }).result;
  const { l2, message } =
    choice.length > 1 && !control.stopped
      ? await penaltyOf(choice, solve)
      : { l2: choice[0]!, message: undefined };
  if (message) emit({ kind: 'finding', rule: 'l2', message, model: name, step: 0 });
  const training = fitting<unknown, Tensor, Tensor>(model, { ...options, l2, ...keeping.of(name) });
  const unit = lossUnit(target);
  const epochOf = (event: EpochEvent): TableEpoch => inOwnUnits(event, name, epochs, unit);
  const result = await training((event) => {
    if (event.kind === 'finding' || event.kind === 'checkpoint') emit({ ...event, model: name });
    if (event.kind === 'epoch') emit(epochOf(event));
  }, control);
  const trained = summaryOf(result, name, unit);
  emit({ kind: 'trained', ...trained });
  const essence = { target, encoder, network, dtype, params: result.params };
  return { trained, essence, respond: responder(essence), history: result.history.map(epochOf) };
}

function smoothed(loss: Loss, { labelSmoothing: epsilon = 0 }: TableSettings): Loss {
  if (epsilon > 0 && loss.targetType !== 'class')
    throw misuse('labelSmoothing: it is for classes, and the target is a quantity; leave it out');
  return epsilon > 0 ? labelSmoothing(loss, epsilon) : loss;
}

function countOf(params: unknown): number {
  return flatten(params, isNdArray).leaves.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Training sees a standardised target; people see theirs. */
function inOwnUnits(event: EpochEvent, model: ModelName, epochs: number, unit: number): TableEpoch {
  const { validationLoss } = event;
  return {
    ...event,
    model,
    epochs,
    loss: unit * event.loss,
    ...(validationLoss === undefined ? {} : { validationLoss: unit * validationLoss }),
  };
}

function summaryOf(result: FitResult, model: ModelName, unit: number): Trained {
  const { status, message, loss, objective, validationLoss, bestEpoch, epochs, steps, seconds } = result;
  return {
    model,
    status,
    message,
    loss: unit * loss,
    objective: unit * objective,
    ...(validationLoss === undefined ? {} : { validationLoss: unit * validationLoss }),
    bestEpoch,
    epochs,
    steps,
    seconds,
    ...(result.found?.lr !== undefined && { lr: result.found.lr }),
  };
}
