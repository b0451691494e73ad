import { basename } from 'node:path';
import type { Inspection, Task } from '@downslope/core';
import { judgedOn, type PastEvent, type PastRun } from '../../files/past-runs.js';
import { counted } from '../../format.js';
import type { Chart } from '../data.js';
import { type Measure, measuresOf } from '../measures.js';
import { bestOf, scoreOfRun, statusOf } from '../past.js';
import type { Epoch } from './curves.js';
import { keptOf } from './thin.js';

/** Runs beside each other. Plain data: a terminal and a page show it. */
export interface ComparedRuns {
  readonly runs: readonly ComparedRun[];
  /** Those that one of the runs has. */
  readonly measures: readonly { readonly measure: Measure; readonly best: number | undefined }[];
  /** A value for each run, empty where it has none. */
  readonly differing: readonly Setting[];
  readonly same: readonly Setting[];
  /** A line for each run, of the first that there are lines for. */
  readonly charts: readonly Chart[];
  /** What speaks against comparing them. */
  readonly notes: readonly string[];
}

export interface ComparedRun {
  /** As short as tells them apart. */
  readonly name: string;
  readonly path: string;
  readonly task: Task | undefined;
  readonly status: string;
  readonly seconds: number | undefined;
  readonly scores: Readonly<Partial<Record<Measure, number>>>;
}

export interface Setting {
  readonly name: string;
  readonly values: readonly string[];
}

/** A page has so many colours and dashes. */
const MOST_LINES = 8;

/** Lays runs beside each other, the first as the one that others differ from. */
export function comparedRuns(runs: readonly PastRun[]): ComparedRuns {
  const judged = runs.flatMap(({ end }) => (end && judgedOn(end)?.scores) ?? []);
  const measures = measuresOf(judged).map((measure) => ({
    measure,
    best: bestOf(
      measure,
      runs.map((run) => scoreOfRun(run, measure)),
    ),
  }));
  const settings = settingsOf(runs);
  const names = namesOf(runs);
  return {
    runs: runs.map((run, i) => ({
      name: names[i]!,
      path: run.path,
      task: run.end?.task,
      status: statusOf(run),
      seconds: run.end?.seconds,
      scores: Object.fromEntries(measures.map(({ measure }) => [measure, scoreOfRun(run, measure)])),
    })),
    measures,
    differing: settings.filter(({ values }) => new Set(values).size > 1),
    same: settings.filter(({ values }) => new Set(values).size === 1),
    charts: chartsOf(runs.slice(0, MOST_LINES), names),
    notes: notesOn(runs),
  };
}

/** The last parts of the paths, or whole paths where two of them are alike. */
function namesOf(runs: readonly PastRun[]): string[] {
  const names = runs.map(({ name }) => name);
  return new Set(names).size === names.length ? names : runs.map(({ path }) => path);
}

function notesOn(runs: readonly PastRun[]): string[] {
  const kinds = (of: (run: PastRun) => string | undefined) =>
    new Set(runs.flatMap((run) => of(run) ?? [])).size;
  const parts = kinds(({ end }) => end && judgedOn(end)?.part);
  return [
    ...(kinds(({ target }) => target) > 1
      ? ['The runs have different targets: scores and losses do not compare.']
      : []),
    ...(kinds(({ table }) => table && basename(table)) > 1 ? ['The runs are of different tables.'] : []),
    ...(parts > 1
      ? ['Some runs are judged by test rows, others by rows that they chose by or learned from.']
      : []),
    ...(kinds(({ version }) => version) > 1
      ? ['The runs were made by different versions of Downslope.']
      : []),
    ...(runs.length > MOST_LINES
      ? [`Curves are those of the first ${MOST_LINES} of ${counted(runs.length, 'run')}.`]
      : []),
  ];
}

/** Where things go, not what is done. */
const NOT_SETTINGS = ['out', 'json', 'tensorboard', 'resume', 'keep', 'checkpointEvery', 'kind', 'model'];

/** What each run was made with: options as typed, and what they came to for the model that was kept. */
function settingsOf(runs: readonly PastRun[]): Setting[] {
  const all = runs.map((run): Record<string, unknown> => {
    const { model } = keptOrLast(run);
    const facts = run.events.find((event) => event.kind === 'model' && event.model === model);
    const asked = { table: run.table && basename(run.table), ...run.options };
    const found = { model, features: featuresOf(run), downslope: run.version };
    const kept = Object.entries({ ...asked, ...facts }).filter(([name]) => !NOT_SETTINGS.includes(name));
    return { ...Object.fromEntries(kept), ...found };
  });
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  return names
    .map((name) => ({ name, values: all.map((settings) => written(settings[name])) }))
    .filter(({ values }) => values.some((value) => value !== ''));
}

function featuresOf({ events }: PastRun): string[] | undefined {
  const inspected = events.find(({ kind }) => kind === 'inspected') as { inspection: Inspection } | undefined;
  return inspected?.inspection.columns.flatMap(({ name, role }) => (role === 'feature' ? name : []));
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The model that was kept; of an unfinished run the one that was trained last. */
function keptOrLast({ end, events }: PastRun): { model: string | undefined; epochs: Epoch[] } {
  const isEpoch = (event: PastEvent) => event.kind === 'epoch';
  const model = end?.model ?? (events.findLast(isEpoch)?.model as string | undefined);
  const epochs = events.filter((event) => isEpoch(event) && event.model === model);
  return { model, epochs: epochs as unknown as Epoch[] };
}

const PLANS: readonly (Pick<Chart, 'id' | 'title' | 'unit' | 'log'> & {
  of: (epoch: Epoch) => number | undefined;
})[] = [
  {
    id: 'loss',
    title: 'Validation loss',
    unit: 'loss',
    log: true,
    of: ({ validationLoss }) => validationLoss,
  },
  { id: 'training', title: 'Training loss', unit: 'loss', log: true, of: ({ loss }) => loss },
  { id: 'gradient', title: 'Gradient norm', unit: 'norm', log: true, of: ({ gradNorm }) => gradNorm },
  { id: 'rate', title: 'Learning rate', unit: 'learning rate', log: false, of: ({ lr }) => lr },
];

/** Stretches of a line that are told apart. */
const BUCKETS = 200;

function chartsOf(runs: readonly PastRun[], names: readonly string[]): Chart[] {
  const histories = runs.map((run) => keptOrLast(run).epochs);
  return PLANS.flatMap(({ of, ...plan }) => {
    const lines = histories.map((history) => lineOf(history, of));
    const x = [...new Set(lines.flatMap((line) => [...line.keys()]))].sort((a, b) => a - b);
    const series = lines.flatMap((line, i) => {
      const values = x.map((epoch) => line.get(epoch) ?? null);
      return line.size > 0 ? { name: names[i]!, kind: 'other' as const, values } : [];
    });
    return series.length > 0 ? { ...plan, x, series } : [];
  });
}

/** Values by epoch, as many as a picture shows, by six digits. */
function lineOf(history: readonly Epoch[], of: (epoch: Epoch) => number | undefined): Map<number, number> {
  const known = history.filter((event) => Number.isFinite(of(event)));
  const column = Float64Array.from(known, (event) => of(event)!);
  return new Map(
    keptOf([column], BUCKETS).map((at) => [known[at]!.epoch, Number(column[at]!.toPrecision(6))]),
  );
}
