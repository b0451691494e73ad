import type { EpochEvent } from '@downslope/core';
import { short } from '../../format.js';
import type { Chart, ModelCurves } from '../data.js';
import { keptOf } from './thin.js';

/** Stretches of a chart that are told apart; columns that share a chart share them. */
const BUCKETS = 600;
/** Parameters whose update ratio is drawn: those of the first and last layers, where there are more. */
const MOST_PARAMETERS = 8;

/** An epoch of `fit` or `trainTable`, with what not every run records. */
export type Epoch = EpochEvent & {
  readonly clipped?: number;
  readonly updateRatio?: Readonly<Record<string, number>>;
};

type Kind = Chart['series'][number]['kind'];

interface Plan {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly log: boolean;
  readonly series: readonly { name: string; kind: Kind; of: (event: Epoch) => number | undefined }[];
  /** One that stays as it is needs no picture. */
  readonly constant?: (value: number) => string;
}

/** The charts of one model's training. A run that was recorded without a quantity has no chart of it. */
export function chartsOf(
  history: readonly Epoch[],
  best?: number,
): Pick<ModelCurves, 'charts' | 'constants'> {
  const charts: Chart[] = [];
  const constants: string[] = [];
  for (const plan of plansFor(history)) {
    const columns = plan.series.map(({ of }) =>
      Float64Array.from(history, (event) => of(event) ?? Number.NaN),
    );
    const present = columns.flatMap((column) => column.find(Number.isFinite) ?? []);
    if (present.length === 0) continue;
    const value = present[0]!;
    if (plan.constant && columns.every((column) => column.every((each) => each === value)))
      constants.push(plan.constant(value));
    else charts.push(chartOf(plan, history, columns, best));
  }
  return { charts, constants };
}

function plansFor(history: readonly Epoch[]): Plan[] {
  const ratios = someOf(Object.keys(history.findLast(({ updateRatio }) => updateRatio)?.updateRatio ?? {}));
  return [
    {
      id: 'loss',
      title: 'Loss',
      unit: 'loss',
      log: true,
      series: [
        { name: 'training', kind: 'training', of: ({ loss }) => loss },
        { name: 'validation', kind: 'validation', of: ({ validationLoss }) => validationLoss },
      ],
    },
    {
      id: 'rate',
      title: 'Learning rate',
      unit: 'learning rate',
      log: false,
      series: [{ name: 'learning rate', kind: 'other', of: ({ lr }) => lr }],
      constant: (lr) => `learning rate ${short(lr)} throughout`,
    },
    {
      id: 'gradient',
      title: 'Gradient norm',
      unit: 'norm',
      log: true,
      series: [{ name: 'gradient norm', kind: 'other', of: ({ gradNorm }) => gradNorm }],
    },
    {
      id: 'ratio',
      title: 'Update ratio by parameter',
      unit: 'ratio',
      log: true,
      series: ratios.map((name) => ({ name, kind: 'other', of: ({ updateRatio }) => updateRatio?.[name] })),
    },
    {
      id: 'clipped',
      title: 'Clipped steps',
      unit: 'share of steps',
      log: false,
      series: [{ name: 'share of steps clipped', kind: 'other', of: ({ clipped }) => clipped }],
      constant: (share) => (share === 0 ? 'no step was clipped' : `${short(100 * share)}% of steps clipped`),
    },
  ];
}

const someOf = (names: readonly string[]): readonly string[] =>
  names.length <= MOST_PARAMETERS
    ? names
    : [...names.slice(0, MOST_PARAMETERS / 2), ...names.slice(-MOST_PARAMETERS / 2)];

function chartOf(
  { id, title, unit, log, series }: Plan,
  history: readonly Epoch[],
  columns: readonly Float64Array[],
  best: number | undefined,
): Chart {
  const kept = keptOf(columns, Math.ceil(BUCKETS / columns.length));
  const present = series.map((each, i) => ({ ...each, column: columns[i]! }));
  return {
    id,
    title,
    unit,
    log,
    x: kept.map((at) => history[at]!.epoch),
    series: present
      .filter(({ column }) => column.some(Number.isFinite))
      .map(({ name, kind, column }) => ({ name, kind, values: kept.map((at) => rounded(column[at]!)) })),
    ...(id === 'loss' && best !== undefined ? { mark: { at: best, name: 'weights kept' } } : {}),
  };
}

/** By six digits, which no screen tells from all of them; a gap where there is no number. */
const rounded = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
