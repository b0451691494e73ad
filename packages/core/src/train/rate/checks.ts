import type { Arena, Region } from '../../compile/arena.js';
import { interpret } from '../../compile/interpret.js';
import { moments } from '../../data/stats.js';
import { adam } from '../../optim/optimizers/adam.js';
import type { NdArray } from '../../tensor/array.js';
import { isFloat } from '../../tensor/dtype.js';
import { sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { type Dataset, windowOf } from '../dataset.js';
import { atOnce, lossOver } from '../evaluate.js';
import { type Batch, meanLoss, type Named, type Objective } from '../objective.js';
import { trainedOf } from '../workplace.js';
import { sampleOf } from './sample.js';
import { type Trainee, Trials } from './trials.js';

/** What is worth knowing before training, and which check says so. */
export interface Doubt {
  readonly rule: 'features' | 'target' | 'firstLoss' | 'memory';
  readonly message: string;
}

/** Rows that are looked at. */
const LOOK = 1000;
/** Sizes of what a network learns well from: means and deviations up to here, columns alike within a factor. */
const UNIT = { large: 10, small: 0.01, apart: 100 };

/** Features, and a target that is a quantity, whose sizes make any rate too large for one and too small for another. */
export function scaleDoubts({ regions, rows }: Dataset, targetIsNumber: boolean, arena: Arena): Doubt[] {
  const doubts: Doubt[] = [];
  regions.leaves.forEach((region, i) => {
    const name = regions.names[i]!;
    const part = name.split('.')[0];
    if (!isFloat(region.dtype) || region.shape.length > 2) return;
    if (part === 'x') {
      const found = featureDoubt(columnsOf(region, rows, arena));
      if (found)
        doubts.push({ rule: 'features', message: `${found} Standardise them: (x − mean)/deviation.` });
    }
    if (part === 'y' && targetIsNumber) {
      const [{ mean, std } = { mean: 0, std: 0 }] = columnsOf(region, rows, arena);
      if (Math.max(Math.abs(mean), std) > UNIT.large)
        doubts.push({
          rule: 'target',
          message: `the target has mean ${brief(mean)} and deviation ${brief(std)}: a network begins near 0 and moves by small steps. Standardise it: (y − mean)/deviation.`,
        });
    }
  });
  return doubts;
}

function featureDoubt(
  columns: readonly { readonly mean: number; readonly std: number }[],
): string | undefined {
  const moving = columns.filter(({ std }) => std > 0);
  if (moving.length === 0) return undefined;
  const deviations = moving.map(({ std }) => std);
  const [least, most] = [Math.min(...deviations), Math.max(...deviations)];
  const far = moving.find(({ mean, std }) => Math.abs(mean) > UNIT.large && Math.abs(mean) > 3 * std);
  if (most > UNIT.large && most > UNIT.apart * least)
    return `features differ in size: deviations from ${brief(least)} to ${brief(most)}, so that no rate suits all.`;
  if (far) return `a feature lies far from 0: mean ${brief(far.mean)}, deviation ${brief(far.std)}.`;
  if (most > UNIT.large) return `features are large: deviations up to ${brief(most)}.`;
  if (most < UNIT.small) return `features are small: deviations up to ${brief(most)}.`;
  return undefined;
}

function columnsOf(region: Region, rows: number, arena: Arena): { mean: number; std: number }[] {
  const values = arena.view(region);
  const width = sizeOf(region.shape.slice(1));
  const step = Math.ceil(rows / LOOK);
  const looked = Math.ceil(rows / step);
  const places = new Int32Array(looked);
  for (let i = 0; i < looked; i++) places[i] = i * step * width;
  return Array.from({ length: width }, (_, column) => moments(values.subarray(column), places));
}

/** First loss as a multiple of chance from which it is worth a word. */
const FAR_FROM_CHANCE = 2;

/** Whether a loss is far above that of one answer for all rows. */
export const isFar = (loss: number, chance: number): boolean => chance > 0 && loss > FAR_FROM_CHANCE * chance;

/** Whether training begins far worse than saying the same of each row. */
export function firstLossDoubt(first: number, chance: number): Doubt | undefined {
  if (!isFar(first, chance)) return undefined;
  return {
    rule: 'firstLoss',
    message: `the loss begins at ${brief(first)}, where one answer for all rows has ${brief(chance)}: the starting weights, or the features, are too large.`,
  };
}

/**
 * The mean loss of the better of two answers that do not look at the features: zeros (ln K for K classes alike), or the mean of
 * the targets (their variance).
 */
export function chanceOf(objective: Objective, data: Dataset, params: Named<Region>, arena: Arena): number {
  const { rows } = data;
  const window = data.regions.leaves.map((region) => windowOf(region, 0, rows));
  let shape: readonly number[] = [];
  trace(
    ((at: Named<Tensor>, { x }: Batch) => {
      const prediction = objective.predict(at, x);
      shape = prediction.shape;
      return prediction;
    }) as (...args: never[]) => unknown,
    [flatOf(params), { ...data.regions, leaves: window }],
  );
  const dtype = Object.values(params)[0]!.dtype;
  const answers: Float64Array[] = [new Float64Array(sizeOf(shape))];
  const target = window[data.regions.names.indexOf('y')];
  if (target && isFloat(target.dtype) && sizeOf(target.shape) === sizeOf(shape))
    answers.push(repeatedMeans(arena.read(target), rows));
  const values = window.map((region) => ({ ...region, data: arena.read(region) }));
  const losses = answers.map((answer) => {
    const constant: Objective = { ...objective, predict: (named) => named.answer! };
    const loss = (named: Named<Tensor>, batch: Batch) => meanLoss(constant, named, batch);
    const prediction: NdArray = { data: answer, shape, dtype };
    const { graph } = trace(loss as (...args: never[]) => unknown, [
      flatOf({ answer: prediction }),
      { ...data.regions, leaves: values },
    ]);
    return Number(interpret(graph, [prediction, ...values])[0]!.data[0]);
  });
  return Math.min(...losses);
}

const flatOf = <Leaf>(record: Named<Leaf>) => {
  const names = Object.keys(record);
  return {
    names,
    leaves: Object.values(record),
    rebuild: (others: readonly unknown[]) =>
      Object.fromEntries(names.map((name, i) => [name, others[i]])) as never,
  };
};

function repeatedMeans(values: ArrayLike<number>, rows: number): Float64Array {
  const width = values.length / rows;
  const means = new Float64Array(width);
  for (let i = 0; i < values.length; i++) means[i % width]! += values[i]! / rows;
  return Float64Array.from({ length: values.length }, (_, i) => means[i % width]!);
}

/** Rows to be learned by heart, steps to do it in, and the share of the first loss that has to go. */
const MEMORY = { rows: 16, steps: 300, share: 0.5 };

/** Whether a few rows can be learned by heart: what cannot do that has too few weights, a penalty too strong, or a fault. */
export async function memoryDoubt(
  trainee: Trainee,
  weights: readonly NdArray[],
  pause: () => Promise<void> | undefined,
): Promise<Doubt | undefined> {
  const { arena, objective, data, params } = trainee;
  const trained = trainedOf(params, objective, data.regions).leaves;
  const numbers = trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const rows = Math.min(MEMORY.rows, Math.floor(numbers / 8), data.rows);
  if (rows < 2) return undefined;
  const few = sampleOf(data, rows, arena);
  const lr = 0.01;
  const trials = new Trials({ ...trainee, data: few, batchSize: rows }, () => adam({ lr }), pause);
  const measure = lossOver(objective, few, params, arena);
  const chance = chanceOf(
    objective,
    few,
    Object.fromEntries(params.names.map((name, i) => [name, params.leaves[i]!])),
    arena,
  );
  await trials.run({ start: weights, seed: 0, steps: MEMORY.steps, rate: () => lr });
  const last = atOnce(measure());
  if (!(chance > 0) || last < MEMORY.share * chance) return undefined;
  return {
    rule: 'memory',
    message: `${rows} rows cannot be learned by heart: after ${MEMORY.steps} steps on them the loss is ${brief(last)}, and one answer for all has ${brief(chance)}. Look at features and targets (do they belong together?), l2 and the width of the model.`,
  };
}

const brief = (value: number): string => String(Number(value.toPrecision(3)));
