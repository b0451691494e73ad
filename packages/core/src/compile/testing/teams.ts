import { expect } from 'vitest';
import type { NdArray } from '../../tensor/array.js';
import { type Graph, print } from '../../tensor/graph.js';
import { Arena } from '../arena.js';
import type { Host } from '../host.js';
import { nodeWorkers } from './node-workers.js';
import { type Engine, runCompiled } from './run-compiled.js';

/** An arena whose threads are all there, and share whatever can be cut into chunks of this cost. */
export async function teamOf(threads: number, grain: number, host: Host = {}): Promise<Arena> {
  const arena = new Arena({ workers: nodeWorkers(), ...host }, threads, grain);
  if (arena.crew) await arena.crew.assembled();
  return arena;
}

/** One thread and teams of two and three, that cut work alike. */
export async function teams(grain: number, host?: Host): Promise<Arena[]> {
  return Promise.all([1, 2, 3].map((threads) => teamOf(threads, grain, host)));
}

/** Runs the graph by each team in turn: the bits must be those of the first. */
export function expectSameBits(
  graph: Graph,
  values: readonly NdArray[],
  arenas: readonly Arena[],
  renewed: Engine['renewed'] = {},
  fed: Engine['fed'] = {},
): void {
  const [first, ...others] = arenas.map((arena) =>
    runCompiled(graph, values, { arena: () => arena, renewed, fed }),
  );
  for (const other of others)
    other.forEach(({ data }, i) => {
      const at = data.findIndex((value, j) => !Object.is(value, first![i]!.data[j]));
      expect(
        at < 0
          ? undefined
          : `output ${i}[${at}] is ${data[at]}, not ${first![i]!.data[at]}, of\n${print(graph)}`,
      ).toBeUndefined();
    });
}
