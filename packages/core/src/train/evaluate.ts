import { type Arena, bytesOf, type Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import type { Graph } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import { type Dataset, windowOf } from './dataset.js';
import { type Batch, meanLoss, type Named, type Objective } from './objective.js';
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

/** Gives the mean loss over all rows of `data`, without the penalty, at what `params` then hold. */
export function lossOver(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  arena: Arena,
): () => Turns<number> {
  const block = Math.min(MOST_ROWS, Math.ceil(MOST_NUMBERS / numbersPerRow(objective, data, params)));
  const blocks = Math.floor(data.rows / block);
  const rest = data.rows - blocks * block;
  const parts: { run(from: number, to: number): void; losses: Region; weight: number }[] = [];
  if (blocks > 0) {
    const slots = data.regions.leaves.map(({ shape, dtype }) =>
      arena.allocate([block, ...shape.slice(1)], dtype),
    );
    const loss = { slot: arena.allocate([], 'float64'), ring: arena.allocate([blocks], 'float64') };
    const fed = slots.map((slot, i) => ({ slot, ring: data.regions.leaves[i]! }));
    const program = assemble(tracedLoss(objective, data, slots, params), arena, {
      inputs: [...params.leaves, ...slots],
      outputs: [loss.slot],
      fed,
      kept: [loss],
    });
    parts.push({ run: program.run, losses: loss.ring, weight: block });
  }
  if (rest > 0) {
    const window = data.regions.leaves.map((region) => windowOf(region, blocks * block, rest));
    const losses = arena.allocate([1], 'float64');
    const program = assemble(tracedLoss(objective, data, window, params), arena, {
      inputs: [...params.leaves, ...window],
      outputs: [{ ...losses, shape: [] }],
    });
    parts.push({ run: program.run, losses, weight: rest });
  }
  const pace = new Pace(blocks);
  return function* () {
    let total = 0;
    for (const { run, losses, weight } of parts) {
      for (let from = 0; from < losses.shape[0]!; ) {
        const to = Math.min(losses.shape[0]!, from + pace.turns);
        pace.time(() => run(from, to));
        from = to;
        yield;
      }
      for (const loss of arena.view(losses)) total += loss * weight;
    }
    return total / data.rows;
  };
}

/** How many more numbers a graph for two rows makes than one for a row. */
function numbersPerRow(objective: Objective, data: Dataset, params: Flat<Region>): number {
  const numbers = (rows: number): number => {
    const windows = data.regions.leaves.map((region) => windowOf(region, 0, rows));
    const { nodes } = tracedLoss(objective, data, windows, params);
    return nodes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  };
  return numbers(2) - numbers(1);
}

function tracedLoss(
  objective: Objective,
  data: Dataset,
  rows: readonly Region[],
  params: Flat<Region>,
): Graph {
  const loss = (params: Named<Tensor>, batch: Batch): Tensor =>
    meanLoss(objective, params, batch).cast('float64');
  return trace(loss as (...args: never[]) => unknown, [params, { ...data.regions, leaves: rows }]).graph;
}

/** Copies arrays from one set of places to another, as after `evalParams`. */
export function copyRegions(arena: Arena, from: readonly Region[], to: readonly Region[]): void {
  const bytes = new Uint8Array(arena.memory.buffer);
  from.forEach((region, i) => {
    bytes.copyWithin(to[i]!.address, region.address, region.address + bytesOf(region));
  });
}
