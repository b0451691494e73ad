import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import { type Graph, print } from '../tensor/graph.js';
import { Arena } from './arena.js';
import { assemble } from './program.js';
import type { stepLoop } from './step-loop.js';
import { randomProgram, randomPrograms, realize, tableProgram } from './testing/random-graphs.js';
import type { Extent, Task } from './threads/tasks.js';

// Barriers are put where tasks say that they read what others write. Here a program does one task at a time, by a number in
// memory: once as it is, and once where nothing is there that other tasks write, but for what it says that it reads.

const tasks: Task[] = [];
let turn = 0;

vi.mock('./step-loop.js', async (original) => {
  const real = await original<{ stepLoop: typeof stepLoop }>();
  const inTurn = (task: Task): Task => {
    const number = tasks.push(task) - 1;
    return {
      ...task,
      write(f, share) {
        f.i32(0).memory('i32.load', turn).i32(number).op('i32.eq');
        f.if(() => task.write(f, share));
      },
    };
  };
  return {
    ...real,
    stepLoop: (...[module, once, step, ...rest]: Parameters<typeof stepLoop>) =>
      real.stepLoop(module, once.map(inTurn), step.map(inTurn), ...rest),
  };
});

/** NaN, no row's number, and nothing that a program makes by itself. */
const POISON = 0xff;

/** Runs a program task by task; what the first does that it does not say, in words. */
function undeclared(
  graph: Graph,
  values: readonly NdArray[],
  renewed: Readonly<Record<number, number>>,
  grain?: number,
): string | undefined {
  const arena = new Arena({}, 1, grain);
  const number = arena.allocate([], 'int32');
  turn = number.address;
  tasks.length = 0;
  const inputs = graph.inputs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const outputs = graph.outputs.map(
    ({ shape, dtype }, i) => inputs[renewed[i] ?? -1] ?? arena.allocate(shape, dtype),
  );
  const program = assemble(graph, arena, { inputs, outputs });
  inputs.forEach((region, i) => {
    arena.write(region, values[i]!.data);
  });
  const memory = new Uint8Array(arena.memory.buffer);
  const poison = new Uint8Array(memory.length).fill(POISON);
  const put = (extents: readonly Extent[], from: Uint8Array): void => {
    for (const { address, bytes } of extents) memory.set(from.subarray(address, address + bytes), address);
  };
  const written = tasks.flatMap(({ writes }) => writes);
  for (const [i, { reads, writes }] of tasks.entries()) {
    arena.write(number, Int32Array.of(i));
    const before = memory.slice();
    program.run();
    const after = memory.slice();
    put(writes, before);
    if (Buffer.compare(memory, before) !== 0) return `task ${i} writes what it does not say`;
    put(written, poison);
    put([...reads, ...writes], before);
    program.run();
    const made = memory.slice();
    put(writes, after);
    if (Buffer.compare(memory, made) !== 0) return `task ${i} reads what it does not say`;
    memory.set(after);
  }
  return undefined;
}

it.each([
  ['of all kinds', randomProgram],
  ['of rows by indices', tableProgram],
])(
  'tasks read and write no more than they say, in random programs %s',
  (_, programs) => {
    const property = fc.property(programs, fc.constantFrom(undefined, 8), (program, grain) => {
      const { graph, inputs, renewed } = realize(program, 'float32');
      const wrong = undeclared(graph, inputs, renewed, grain);
      if (wrong) throw new Error(`${wrong}, of\n${print(graph)}`);
      expect(tasks.length).toBeGreaterThan(0);
    });
    fc.assert(property, { numRuns: randomPrograms(60) });
  },
  900_000,
);
