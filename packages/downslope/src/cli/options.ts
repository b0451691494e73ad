import { type Every, nearest } from '@downslope/core';
import { z } from 'zod';
import { misuse } from '../misuse.js';
import { flag } from './flag.js';

/** Text from the command line, read as `parse` does; what it must be otherwise, in words. */
const read = <T>(what: string, parse: (text: string) => T | undefined) =>
  z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${what}` });
    return z.NEVER;
  });

const numberIn = (text: string, holds: (value: number) => boolean): number | undefined => {
  const value = text === '' ? Number.NaN : Number(text);
  return holds(value) ? value : undefined;
};

const isCount = (value: number) => Number.isSafeInteger(value) && value > 0;

const positiveInteger = read('a positive integer', (text) => numberIn(text, isCount));
const wholeNumber = read('a whole number from 0 on', (text) =>
  numberIn(text, (v) => Number.isSafeInteger(v) && v >= 0),
);
const positive = read('a number above 0', (text) => numberIn(text, (v) => v > 0 && v < Infinity));

const notNegative = read('a number from 0 on', (text) => numberIn(text, (v) => v >= 0 && v < Infinity));
const anyNumber = read('a number', (text) => numberIn(text, Number.isFinite));
const between = read('a number between 0 and 1', (text) => numberIn(text, (v) => v > 0 && v < 1));
const momentum = read('a number from 0 up to 1', (text) => numberIn(text, (v) => v >= 0 && v < 1));

/** `0.01`, or a ratio such as `1/1461`. */
const penalty = read('a number from 0 on, or a ratio such as 1/1461', (text) => {
  const [over = '', under, ...more] = text.split('/');
  const top = numberIn(over.trim(), (v) => v >= 0 && v < Infinity);
  const bottom = under === undefined ? 1 : numberIn(under.trim(), (v) => v > 0 && v < Infinity);
  return top === undefined || bottom === undefined || more.length > 0 ? undefined : top / bottom;
});

/** Names between commas; one that holds a comma stands in double quotes, doubled within as in CSV. */
const names = read('names between commas', (text) => {
  const parts = [...text.matchAll(/\s*"((?:[^"]|"")*)"\s*(?=,|$)|[^,]+/g)];
  const found = parts.map(([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole.trim());
  const given = found.filter((name) => name !== '');
  return given.length > 0 ? given : undefined;
});

/** `balanced`, or a weight for each class: `yes=5,"a, b"=0.5`. */
const classWeights = read('balanced, or a weight for each class, such as yes=5,no=1', (text) => {
  if (text === 'balanced') return text;
  const pairs = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]+?))\s*=\s*([^,=]+?)\s*(?:,|$)/g)];
  const covered = pairs.reduce((length, [whole]) => length + whole.length, 0) === text.length;
  const weights = pairs.map(([, quoted, plain, weight]) => [
    quoted?.replaceAll('""', '"') ?? plain!,
    numberIn(weight!, (v) => v >= 0 && v < Infinity),
  ]);
  if (!covered || weights.length === 0 || weights.some(([, weight]) => weight === undefined))
    return undefined;
  return Object.fromEntries(weights) as Record<string, number>;
});

/** `500steps`, `2epochs`, `30s` or `5min`. */
const interval = read(
  'a number of steps, epochs or time, such as 500steps, 2epochs, 30s or 5min',
  (text): Every | undefined => {
    const [, digits = '', unit = ''] = /^([\d.]+) *([a-z]+)$/i.exec(text) ?? [];
    if (/^steps?$/i.test(unit)) return ifSome(numberIn(digits, isCount), (steps) => ({ steps }));
    if (/^epochs?$/i.test(unit)) return ifSome(numberIn(digits, isCount), (epochs) => ({ epochs }));
    const second = /^s(ec(ond)?s?)?$/i.test(unit) ? 1 : /^m(in(ute)?s?)?$/i.test(unit) ? 60 : Number.NaN;
    return ifSome(
      numberIn(digits, (v) => v * second > 0),
      (time) => ({ seconds: time * second }),
    );
  },
);

const ifSome = <T, R>(value: T | undefined, then: (value: T) => R): R | undefined =>
  value === undefined ? undefined : then(value);

const layers = read('widths between commas, such as 64,64', (text) => {
  const widths = text.split(',').map((width) => numberIn(width.trim(), isCount));
  return widths.every((width) => width !== undefined) ? (widths as number[]) : undefined;
});

const batch = read('a positive integer, full or auto', (text) =>
  text === 'full' || text === 'auto' ? text : numberIn(text, isCount),
);

const rate = read('a number above 0, or auto', (text) =>
  text === 'auto' ? text : numberIn(text, (v) => v > 0 && v < Infinity),
);

const threads = read('a positive integer or auto', (text) =>
  text === 'auto' ? text : numberIn(text, isCount),
);

/** A share of the rows, or the path of a file. */
const shareOrFile = read('a share of the rows from 0 up to 1, such as 0.15, or a file', (text) => {
  if (text === '') return undefined;
  return Number.isNaN(Number(text)) ? text : numberIn(text, (v) => v >= 0 && v < 1);
});

const oneOf = <const T extends string>(...values: readonly T[]) => {
  const list = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return read(list, (text) => values.find((value) => value === text));
};

const text = read('a name', (given) => (given === '' ? undefined : given));

/** The options of `train` as the command line gives them, and as they are read. */
export const trainSchema = z.object({
  target: text.optional(),
  sql: text.optional(),
  features: names.optional(),
  exclude: names.optional(),
  task: oneOf('regression', 'binary', 'multiclass').optional(),
  validation: shareOrFile.optional(),
  test: shareOrFile.optional(),
  folds: read('a whole number from 2 on', (text) => numberIn(text, (v) => isCount(v) && v > 1)).optional(),
  splitColumn: text.optional(),
  group: text.optional(),
  time: text.optional(),
  weightColumn: text.optional(),
  classWeights: classWeights.optional(),
  missing: oneOf('impute', 'drop').optional(),
  dates: oneOf('days', 'year').optional(),
  model: oneOf('auto', 'linear', 'mlp').optional(),
  hidden: layers.optional(),
  from: text.optional(),
  freeze: names.optional(),
  unfreezeAfter: positiveInteger.optional(),
  optimizer: text.optional(),
  lr: rate.optional(),
  schedule: text.optional(),
  batch: batch.optional(),
  epochs: positiveInteger.optional(),
  l2: penalty.optional(),
  labelSmoothing: momentum.optional(),
  shuffle: oneOf('epoch', 'once', 'no', 'replacement').optional(),
  accumulate: positiveInteger.optional(),
  growBatch: positiveInteger.optional(),
  scaleRate: oneOf('linear', 'sqrt').optional(),
  warmup: positiveInteger.optional(),
  reduceOnPlateau: between.optional(),
  plateauPatience: positiveInteger.optional(),
  clip: positive.optional(),
  clipValue: positive.optional(),
  average: oneOf('ema', 'swa').optional(),
  nonFinite: oneOf('stop', 'lower-rate', 'clip').optional(),
  patience: wholeNumber.optional(),
  earlyStoppingMetric: text.optional(),
  earlyStoppingWindow: positiveInteger.optional(),
  minDelta: notNegative.optional(),
  stopTarget: anyNumber.optional(),
  stopGradTol: notNegative.optional(),
  stopLossTol: notNegative.optional(),
  stopStepTol: notNegative.optional(),
  stopWindow: positiveInteger.optional(),
  stopSteps: positiveInteger.optional(),
  stopSeconds: notNegative.optional(),
  seed: wholeNumber.optional(),
  dtype: oneOf('float32', 'float64').optional(),
  numerics: oneOf('fast', 'portable').optional(),
  precision: oneOf('full', 'mixed').optional(),
  threads: threads.optional(),
  out: text.optional(),
  tensorboard: z.boolean().optional(),
  resume: text.optional(),
  checkpointEvery: interval.optional(),
  keep: positiveInteger.optional(),
  json: z.boolean().optional(),
});

export type TrainFlags = z.infer<typeof trainSchema>;

/** The options of `find-lr`. */
export const findLrSchema = trainSchema
  .pick({
    ...{ target: true, sql: true, features: true, exclude: true, task: true, hidden: true, optimizer: true },
    ...{ batch: true, l2: true, seed: true, json: true },
  })
  .extend({
    model: oneOf('linear', 'mlp').optional(),
    seeds: positiveInteger.optional(),
    steps: positiveInteger.optional(),
    trialSteps: positiveInteger.optional(),
    svg: text.optional(),
  });

/** The options of `predict`. */
export const predictSchema = z.object({
  sql: text.optional(),
  keep: names.optional(),
  out: text.optional(),
  json: z.boolean().optional(),
});

/** The options of `runs`. */
export const runsSchema = z.object({ sql: text.optional(), json: z.boolean().optional() });

/** The options of `compare`. */
export const compareSchema = z.object({ out: text.optional(), json: z.boolean().optional() });

/** The options of `minimize`. */
export const minimizeSchema = z.object({
  start: text.optional(),
  bounds: text.optional(),
  maximize: z.boolean().optional(),
  method: text.optional(),
  lr: positive.optional(),
  momentum: momentum.optional(),
  set: z.array(z.string()).optional(),
  steps: positiveInteger.optional(),
  tol: notNegative.optional(),
  race: z.boolean().optional(),
  analyze: z.boolean().optional(),
  svg: text.optional(),
  json: z.boolean().optional(),
  list: z.boolean().optional(),
});

export type MinimizeFlags = z.infer<typeof minimizeSchema>;

/**
 * Checks what the command line gave.
 *
 * @throws in the user's spelling: `--batch must be a positive integer, full or auto, got 0.5`
 */
export function checked<S extends z.ZodObject>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): z.infer<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const option = String(issue.path[0]);
  const got = String(given[option]);
  const near = nearest(
    got,
    /^must be [\w, ]+$/.test(issue.message) ? issue.message.slice(8).split(/, | or /) : [],
  );
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw misuse(`${flag(option)} ${issue.message}, got ${got === '' ? 'nothing' : got}${hint}`);
}
