// npm run bench -- scaling     how the time of a step grows: docs/scaling.md and its plots
import { loadavg } from 'node:os';
import type { Host } from '../../../packages/core/dist/index.js';
import { machine, putFigures, save } from '../document.js';
import { machineFor } from '../ours/host.js';
import { markdown, microseconds } from '../table.js';
import { type BatchSize, batchSizes, TARGET } from './batch-sizes.js';
import { lastCache } from './cache.js';
import { FAMILIES, type Family, timesOf } from './families.js';
import { type Law, logLog, type Point, powerLaw } from './plot.js';

/** Measures everything and writes it down. */
export async function scaling(): Promise<void> {
  const load = loadavg()[0]!;
  const [portable, native] = [await machineFor('portable', 1), await machineFor('native', 1)];
  const { host, versions } = (native ?? portable)!;
  const parts: string[] = [];
  for (const family of FAMILIES) parts.push(await grown(family, host));
  const sizes = await batchSizes([1, 4, 16, 64, 256, 1024, 4096], host);
  const means = versions['its machine code'] ?? 'WebAssembly';
  const head = `Machine: ${machine()}; node ${process.version}; ${means}; load at the start ${load.toFixed(1)}.`;
  putFigures('scaling.md', [head, ...parts, tradeOff(sizes)].join('\n\n'));
}

async function grown(family: Family, host: Host): Promise<string> {
  const { name, title, quantity } = family;
  const points = await timesOf(family, host);
  const law = powerLaw(points.slice(-Math.ceil(points.length / 2)));
  const slope = `slope ${law.slope.toFixed(2)} from ${law.from.toLocaleString('en')} on`;
  const slopes = [slope, ...inMemory(family, points), `${powerLaw(points).slope.toFixed(2)} over all`].join(
    ', ',
  );
  console.error(`${name}: ${slopes}`);
  save(`scaling-${name}.svg`, logLog(title, quantity, 'microseconds a step', [{ name: slope, points, law }]));
  const table = [
    [quantity, ...points.map(([size]) => size.toLocaleString('en'))],
    ['µs a step', ...points.map(([, time]) => microseconds(time))],
    ['of the line', ...points.map((point) => `${offLine(point, law).toFixed(2)}×`)],
  ];
  return `### ${title}\n\n![${title}: microseconds a step by ${quantity}](scaling-${name}.svg)\n\n${slopes[0]!.toUpperCase()}${slopes.slice(1)}.\n\n${markdown(table)}`;
}

/** The slope over the points whose arrays are larger than the last cache, so that they lie in memory. */
function inMemory({ bytes }: Family, points: readonly Point[]): string[] {
  const cache = lastCache();
  if (!bytes || !cache) return [];
  const large = points.filter(([size]) => bytes(size) > cache);
  if (large.length < 2) return [];
  const { slope, from } = powerLaw(large);
  return [`${slope.toFixed(2)} from ${from.toLocaleString('en')} on, where arrays lie in memory`];
}

/** A time as a multiple of what the law says. */
const offLine = ([x, y]: Point, { slope, factor }: Law): number => y / (factor * x ** slope);

function tradeOff(sizes: readonly BatchSize[]): string {
  const series = (name: string, value: (size: BatchSize) => number) => ({
    name,
    points: sizes.map((size): Point => [size.batch, value(size)]),
  });
  const seconds = ({ steps, microseconds }: BatchSize): number => (steps * microseconds) / 1e6;
  const rate = ({ batch, microseconds }: BatchSize): number => (1e6 * batch) / microseconds;
  const title = 'Handwritten digits: batch size, steps and time';
  save(
    'scaling-batch-size.svg',
    logLog(title, 'rows in a batch', `until ${100 * TARGET}% of digits are read`, [
      series('steps', ({ steps }) => steps),
      series('milliseconds', (size) => 1000 * seconds(size)),
      series('thousands of rows a second', (size) => rate(size) / 1000),
    ]),
  );
  const table = [
    ['batch', 'best learning rate', 'steps', 'µs a step', 'rows a second', 'seconds in all'],
    ...sizes.map((size) => [
      String(size.batch),
      String(size.lr),
      size.steps.toLocaleString('en'),
      microseconds(size.microseconds),
      Number(rate(size).toPrecision(3)).toLocaleString('en'),
      seconds(size).toPrecision(3),
    ]),
  ];
  return `### ${title}\n\n![${title}](scaling-batch-size.svg)\n\n${markdown(table)}`;
}
