import type { FoundTableRate, Reading } from '@downslope/core';
import { counted, duration, short, significant } from '../../format.js';
import { shellWord } from '../../report/shell.js';
import type { Scene } from '../minimize/scene.js';
import { aligned, block, type Style } from '../style.js';

/** What each reading is called, its letter in the picture, and what it is. */
const READINGS: Readonly<Record<Reading, { sign: string; name: string; what: string }>> = {
  valley: { sign: 'v', name: 'valley', what: 'half-way through the longest fall' },
  steep: { sign: 's', name: 'steep', what: 'where the loss falls fastest' },
  minimum: { sign: 'm', name: 'minimum/10', what: 'a tenth of the rate at the least loss' },
  slide: { sign: 'l', name: 'slide', what: 'before the loss rises for good' },
};
const CHOSEN = '●';

const rate = (lr: number): string => significant(lr, 3);

/** What was searched, and how. */
export function searchLines(found: FoundTableRate, style: Style): string[] {
  const { model, optimizer, batchSize, rows, curve, steps, seconds } = found;
  const batch = batchSize === rows ? 'full batches' : `batches of ${batchSize}`;
  const sweeps = counted(curve.sweeps.length, 'sweep');
  const trials = counted(found.trials.length, 'rate');
  return block(
    'search',
    [
      `${model}, ${optimizer}, ${batch}`,
      `${sweeps} over the rates, then ${trials} tried: ${counted(steps, 'step')} in ${duration(seconds)}`,
    ],
    style,
  );
}

/** The median curve, log of the rate against the loss, with the readings on it. */
export function rateScene({ curve, suggestions, lr, model, optimizer }: FoundTableRate): Scene {
  const log = (value: number): number => Math.log10(value);
  const spots = [...curve.rates].map((each, i) => [log(each), curve.loss[i]!] as const);
  const lossAt = (at: number): number => {
    const i = spots.findIndex(([x]) => x >= log(at));
    return spots[i < 0 ? spots.length - 1 : i]![1];
  };
  const losses = [...curve.loss];
  const least = Math.min(...losses);
  // What explodes at the end would press the rest flat.
  const most = Math.min(Math.max(...losses), least + 1.5 * (losses[0]! - least || 1));
  const pad = (most - least) / 12 || 1;
  const marks = (Object.entries(suggestions) as [Reading, { lr: number }][]).map(([reading, { lr: at }]) => ({
    at: [log(at), lossAt(at)] as const,
    sign: READINGS[reading].sign,
    name: READINGS[reading].name,
  }));
  return {
    title: `The loss of ${model} against the learning rate of ${optimizer}`,
    x: { name: 'rate', low: spots[0]![0], high: spots.at(-1)![0], log: true },
    y: { name: 'loss', low: least - pad, high: most + pad },
    contours: [],
    curve: spots,
    path: [],
    marks: [...marks, { at: [log(lr), lossAt(lr)], sign: CHOSEN, name: 'chosen' }],
  };
}

/** The readings, what came of them, and what to do next. */
export function foundRateLines(found: FoundTableRate, command: string, style: Style): string[] {
  const { suggestions, trials, interval, stability, lr, message } = found;
  const rising = (Object.keys(READINGS) as Reading[]).sort((a, b) => suggestions[a].lr - suggestions[b].lr);
  const rows = rising.map((reading) => {
    const { lr: at, low, high } = suggestions[reading];
    const { loss } = trials.find(({ from }) => from.includes(reading))!;
    return [
      READINGS[reading].sign,
      READINGS[reading].name,
      rate(at),
      `${rate(low)} to ${rate(high)}`,
      Number.isFinite(loss) ? significant(loss) : 'exploded',
      READINGS[reading].what,
    ];
  });
  const head = ['', '', 'rate', 'by sweep', 'loss after', ''];
  return [
    '',
    ...aligned([head, ...rows]).map((line, i) => (i === 0 ? style.dim(line) : line)),
    '',
    ...block('range', [`the loss goes down from ${rate(interval.low)} to ${rate(interval.high)}`], style),
    ...(stability
      ? block(
          'limit',
          [`λmax ${short(stability.lambdaMax)}, 2/λmax ${rate(stability.limit)}: ${stability.message}`],
          style,
        )
      : []),
    ...block('chosen', [`${style.bold(style.green(rate(lr)))} ${CHOSEN} ${message}`], style),
    ...block('next', [style.cyan(command)], style),
    '',
  ];
}

/** The options that `train` takes as they were given. */
const SAME = ['features', 'exclude', 'task', 'sql', 'hidden', 'optimizer', 'batch', 'l2', 'seed'] as const;

/** The command that trains with the rate. */
export function commandFor(
  { lr, model, optimizer, batchSize, rows }: FoundTableRate,
  given: Readonly<Record<string, unknown>>,
  source: string | undefined,
): string {
  const started = process.env.npm_command === undefined ? 'downslope' : 'npx downslope';
  const options = SAME.filter((name) => given[name] !== undefined).map(
    (name) => `--${name} ${shellWord(String(given[name]))}`,
  );
  const batch = given.batch === undefined ? [`--batch ${batchSize === rows ? 'full' : batchSize}`] : [];
  const made = given.optimizer === undefined ? [`--optimizer ${optimizer}`] : [];
  return [
    `${started} train`,
    ...(source === undefined ? [] : [shellWord(source)]),
    `--target ${shellWord(String(given.target))}`,
    `--model ${model}`,
    ...options,
    ...made,
    ...batch,
    `--lr ${Number(lr.toPrecision(3))}`,
  ].join(' ');
}

/** The object that `--json` prints. */
export function summaryOf(found: FoundTableRate, command: string): object {
  const { curve, ...rest } = found;
  const sweeps = curve.sweeps.map(({ seed, raw, smooth }) => ({ seed, raw: [...raw], smooth: [...smooth] }));
  return { ...rest, curve: { rates: [...curve.rates], loss: [...curve.loss], sweeps }, command };
}
