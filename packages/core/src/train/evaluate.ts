import { type Arena, bytesOf, type Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import { type Dataset, rowsOf } from './dataset.js';
import { type Batch, meanLoss, type Named, type Objective } from './objective.js';

/** Rows taken at a time, so that what is computed on the way stays small. */
const BLOCK = 4096;

/** A function that gives the mean loss over all rows of `data`, without the penalty, at what `params` then hold. */
export function lossOver(
  objective: Objective,
  data: Dataset,
  params: Flat<Region>,
  arena: Arena,
): () => number {
  const blocks = Math.floor(data.rows / BLOCK);
  const rest = data.rows - blocks * BLOCK;
  const parts: { run(): void; losses: Region; weight: number }[] = [];
  if (blocks > 0) {
    const slots = data.regions.leaves.map(({ shape, dtype }) =>
      arena.allocate([BLOCK, ...shape.slice(1)], dtype),
    );
    const loss = { slot: arena.allocate([], 'float64'), ring: arena.allocate([blocks], 'float64') };
    const fed = slots.map((slot, i) => ({ slot, ring: data.regions.leaves[i]! }));
    const program = lossProgram(objective, data, slots, params, arena, loss.slot, { fed, kept: [loss] });
    parts.push({ run: () => program.run(0, blocks), losses: loss.ring, weight: BLOCK });
  }
  if (rest > 0) {
    const window = data.regions.leaves.map((region) => rowsOf(region, blocks * BLOCK, rest));
    const losses = arena.allocate([1], 'float64');
    const program = lossProgram(objective, data, window, params, arena, { ...losses, shape: [] }, {});
    parts.push({ run: () => program.run(), losses, weight: rest });
  }
  return () => {
    let total = 0;
    for (const { run, losses, weight } of parts) {
      run();
      for (const loss of arena.view(losses)) total += loss * weight;
    }
    return total / data.rows;
  };
}

function lossProgram(
  objective: Objective,
  data: Dataset,
  rows: readonly Region[],
  params: Flat<Region>,
  arena: Arena,
  out: Region,
  streams: Pick<Parameters<typeof assemble>[2], 'fed' | 'kept'>,
): Program {
  const loss = (params: Named<Tensor>, batch: Batch): Tensor =>
    meanLoss(objective, params, batch).cast('float64');
  const { graph } = trace(loss as (...args: never[]) => unknown, [params, { ...data.regions, leaves: rows }]);
  return assemble(graph, arena, { inputs: [...params.leaves, ...rows], outputs: [out], ...streams });
}

/** Copies arrays from one set of places to another, as after `evalParams`. */
export function copyRegions(arena: Arena, from: readonly Region[], to: readonly Region[]): void {
  const bytes = new Uint8Array(arena.memory.buffer);
  from.forEach((region, i) => {
    bytes.copyWithin(to[i]!.address, region.address, region.address + bytesOf(region));
  });
}
