import { type Arena, bytesOf, bytesOfAll, type Region } from '../compile/arena.js';
import { planOf } from '../compile/memory-plan.js';
import { assemble } from '../compile/program.js';
import type { Stream } from '../compile/step-loop.js';
import type { Graph } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import { type Dataset, windowOf } from './dataset.js';
import { type Metrics, NO_METRICS } from './metrics.js';
import { type Batch, meanLoss, meanOverRows, type Named, type Objective } from './objective.js';
import { Pace } from './pace.js';

/** Rows taken at a time, and numbers worked out for them: what is computed on the way stays small. */
const MOST_ROWS = 4096;
const MOST_NUMBERS = 2 ** 26;

/** Work that goes on between turns, in which others may have theirs. */
export type Turns<T> = Generator<undefined, T>;

/** What work comes to when nobody else has a turn. */
export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** How good predictions are. */
export interface Scores {
  /** Mean loss, without the penalty. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Gives the mean loss over all rows of `data`, without the penalty, at what `params` then hold. */
export function lossOver(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  arena: Arena,
): () => Turns<number> {
  const scores = scoresOver(objective, data, params, arena);
  return function* () {
    return (yield* scores()).loss;
  };
}

/** Gives loss and metrics over all rows of `data` at what `params` then hold. */
export function scoresOver(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  arena: Arena,
  metrics: Metrics = NO_METRICS,
): () => Turns<Scores> {
  const graphOf = (rows: readonly Region[]) => tracedScores(objective, metrics, data, rows, params);
  const block = blockFor(graphOf, data);
  const blocks = Math.floor(data.rows / block);
  const rest = data.rows - blocks * block;
  const names = ['loss', ...Object.keys(metrics.traced)];
  const asked = Object.keys(metrics.plain).length > 0;
  const predictions = asked ? predictionsIn(graphOf(data.regions.leaves), arena) : undefined;
  const parts: { run(from: number, to: number): void; means: Stream; turns: number; weight: number }[] = [];
  const add = (turns: number, rows: number, from: number): void => {
    const slots = data.regions.leaves.map(({ shape, dtype }) =>
      arena.allocate([rows, ...shape.slice(1)], dtype),
    );
    const means = {
      slot: arena.allocate([names.length], 'float64'),
      ring: arena.allocate([turns, names.length], 'float64'),
    };
    const kept = predictions && {
      slot: arena.allocate([rows, ...predictions.shape.slice(1)], predictions.dtype),
      ring: windowOf(predictions, from, turns * rows),
    };
    const program = assemble(graphOf(slots), arena, {
      inputs: [...params.leaves, ...slots],
      outputs: [
        ...names.map((_, i) => ({
          address: means.slot.address + 8 * i,
          shape: [],
          dtype: 'float64' as const,
        })),
        ...(kept ? [kept.slot] : []),
      ],
      fed: slots.map((slot, i) => ({ slot, ring: windowOf(data.regions.leaves[i]!, from, turns * rows) })),
      kept: kept ? [means, kept] : [means],
    });
    parts.push({ run: program.run, means, turns, weight: rows });
  };
  if (blocks > 0) add(blocks, block, 0);
  if (rest > 0) add(1, rest, blocks * block);
  const pace = new Pace(blocks);
  return function* () {
    const sums = new Float64Array(names.length);
    for (const { run, means, turns, weight } of parts) {
      for (let from = 0; from < turns; ) {
        const to = Math.min(turns, from + pace.turns);
        pace.time(() => run(from, to));
        from = to;
        yield;
      }
      arena.view(means.ring).forEach((mean, i) => {
        sums[i % names.length]! += mean * weight;
      });
    }
    const [loss, ...traced] = Array.from(sums, (sum) => sum / data.rows);
    return {
      loss: loss!,
      metrics: {
        ...Object.fromEntries(traced.map((value, i) => [names[i + 1]!, value])),
        ...(predictions && plainScores(metrics, arena.read(predictions), targetsOf(data, arena))),
      },
    };
  };
}

/** Room for the predictions of all rows, which are a graph's last output. */
function predictionsIn({ outputs }: Graph, arena: Arena): Region {
  const { shape, dtype } = outputs.at(-1)!;
  return arena.allocate(shape, dtype);
}

/** Targets as flat arrays, in the form that the user gave them in. */
function targetsOf({ regions }: Dataset, arena: Arena): unknown {
  return (regions.rebuild(regions.leaves.map((region) => arena.read(region))) as { y: unknown }).y;
}

const plainScores = ({ plain }: Metrics, predictions: unknown, y: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(plain).map(([name, metric]) => [name, metric(predictions, y)]));

const blockFor = (graphOf: (rows: readonly Region[]) => Graph, data: Dataset): number =>
  Math.min(MOST_ROWS, Math.ceil(MOST_NUMBERS / numbersPerRow(graphOf, data)));

/** Bytes for the blocks of rows that {@link lossOver} takes, and of its scratch memory. */
export function scoresNeed(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
): { readonly slots: number; readonly scratch: number } {
  const graphOf = (rows: readonly Region[]) => tracedScores(objective, NO_METRICS, data, rows, params);
  const block = Math.min(data.rows, blockFor(graphOf, data));
  const windows = data.regions.leaves.map((region) => windowOf(region, 0, block));
  return {
    slots: bytesOfAll(windows) * (1 + (data.rows % block) / block),
    scratch: planOf(graphOf(windows)).bytes,
  };
}

/** Numbers that are worked out for a row on the way to its loss. */
export const numbersOnTheWay = (objective: Objective, data: Dataset, params: Flat<Region>): number =>
  numbersPerRow((rows) => tracedScores(objective, NO_METRICS, data, rows, params), data);

/** How many more numbers a graph for two rows makes than one for a row. */
function numbersPerRow(graphOf: (rows: readonly Region[]) => Graph, data: Dataset): number {
  const numbers = (rows: number): number => {
    const { nodes } = graphOf(data.regions.leaves.map((region) => windowOf(region, 0, rows)));
    return nodes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  };
  return numbers(2) - numbers(1);
}

/** Mean loss, means of the metrics, and the predictions if a plain metric asks for them. */
function tracedScores(
  objective: Objective,
  { traced, plain }: Metrics,
  data: Dataset,
  rows: readonly Region[],
  params: Flat<Region>,
): Graph {
  const scores = (params: Named<Tensor>, batch: Batch): Tensor[] => {
    const prediction = objective.predict(params, batch.x);
    const means = Object.entries(traced).map(([name, metric]) =>
      meanOverRows(metric(prediction, batch.y), batch.weight, `metrics.${name}`).cast('float64'),
    );
    const loss = meanLoss(objective, params, batch).cast('float64');
    return [loss, ...means, ...(Object.keys(plain).length > 0 ? [prediction] : [])];
  };
  return trace(scores as (...args: never[]) => unknown, [params, { ...data.regions, leaves: rows }]).graph;
}

/** Copies arrays from one set of places to another, as after `evalParams`. */
export function copyRegions(arena: Arena, from: readonly Region[], to: readonly Region[]): void {
  const bytes = new Uint8Array(arena.memory.buffer);
  from.forEach((region, i) => {
    bytes.copyWithin(to[i]!.address, region.address, region.address + bytesOf(region));
  });
}
