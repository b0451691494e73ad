import { expect, it } from 'vitest';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena, type Region } from './arena.js';
import { compile } from './compile.js';
import { assemble } from './program.js';

const ROWS = 650_000;
const WIDTH = 1000;

/** A table of 2.6 GB, zeros but for its first, a middle and its last row, which hold 1, 2 and 3. */
function largeTable(): { arena: Arena; table: Region } {
  const arena = new Arena();
  const table = arena.allocate([ROWS, WIDTH], 'float32');
  [0, ROWS / 2, ROWS - 1].forEach((row, i) => {
    arena.view({ ...table, address: table.address + 4 * row * WIDTH, shape: [WIDTH] }).fill(i + 1);
  });
  return { arena, table };
}

/** What `f` gives of the table, each result in a place of its own unless it is to go over the table. */
function run(
  { arena, table }: ReturnType<typeof largeTable>,
  f: (x: Tensor) => Tensor | Tensor[],
  over = false,
): Region[] {
  const graph = traced(f, table);
  const outputs = graph.outputs.map(({ shape, dtype }) => (over ? table : arena.allocate(shape, dtype)));
  assemble(graph, arena, { inputs: [table], outputs }).run();
  return outputs;
}

// Pages that nobody touches take no memory, so the first two cost little.
it('rows are found in a table of 2.6 GB, the last one too', () => {
  const large = largeTable();
  const [picked] = run(large, (x) => x.gather(Int32Array.of(0, ROWS / 2, ROWS - 1, ROWS + 5, -1)).mean(1));
  expect([...large.arena.view(picked!)]).toEqual([1, 2, 3, 3, 1]);
});

it('so are slices, forwards and backwards', () => {
  const large = largeTable();
  const [last, first] = run(large, (x) => [
    x.slice([ROWS - 3]).sum(1),
    x
      .slice([ROWS - 2, WIDTH - 4])
      .flip([0, 1])
      .sum(1),
  ]);
  expect([...large.arena.view(last!)]).toEqual([0, 0, 3 * WIDTH]);
  expect([...large.arena.view(first!)]).toEqual([12, 0]);
});

it('more numbers than a counter of 32 bits can tell are looked at, where they need no memory', {
  timeout: 60_000,
}, (context) => {
  context.skip(process.env.DOWNSLOPE_FULL !== '1', 'takes two thousand million turns: npm run test:full');
  const most = compile((x: Tensor) =>
    x
      .broadcastTo([2 ** 16, 2 ** 15])
      .add(1)
      .max(),
  );
  expect(most(Float32Array.of(1)).data).toEqual(Float32Array.of(2));
});

it('all of it is summed, multiplied, and renewed where it lies', { timeout: 600_000 }, (context) => {
  context.skip(process.env.DOWNSLOPE_FULL !== '1', 'takes 2.6 GB of memory: npm run test:full');
  const large = largeTable();
  const { arena, table } = large;
  const [sum, most, product, columns] = run(large, (x) => [
    x.sum(),
    x.max(),
    x.matmul(x.like(1).broadcastTo([WIDTH, 8])),
    x.sum(0),
  ]);
  expect(arena.view(sum!)[0]).toBe(6 * WIDTH);
  expect(arena.view(most!)[0]).toBe(3);
  expect([...arena.view(product!).subarray(-9)]).toEqual([0, ...new Array<number>(8).fill(3 * WIDTH)]);
  expect(new Set(arena.view(columns!))).toEqual(new Set([6]));
  run(large, (x) => x.mul(2).add(1), true);
  const renewed = arena.view(table);
  expect([0, WIDTH, (ROWS / 2) * WIDTH, ROWS * WIDTH - 1].map((i) => renewed[i])).toEqual([3, 1, 5, 7]);
});
