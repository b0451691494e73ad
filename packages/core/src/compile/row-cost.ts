import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import { bytesOf } from './arena.js';
import { type DotShape, dotShape } from './dot-shape.js';
import type { Region } from './row-blocks.js';

/** Half of a second-level cache as most machines have it: what all blocks share, and what a block leaves behind, stay there. */
const CACHE = 2 ** 18;
/** So many bytes have to be kept from crossing memory, or blocks do not pay. */
export const LEAST_SAVED = 4 * CACHE;
/**
 * Bytes of a block, if it has enough rows then: it stays in the nearest cache, and with short blocks memory and arithmetic
 * are at work together.
 */
const BLOCK = 20 * 2 ** 10;
/** Rows that products of matrices should have at a time; those with a vector go row by row. */
const ENOUGH = 64;
/** Smaller blocks would not be worth the calls. */
const LEAST = 2 ** 13;
/** Rows of a block come in whole tiles of matrix products, if there are so many. */
const MULTIPLE = 16;
/** Multiplications and additions in products for each byte that need not cross memory: with more, memory can wait. */
const MOST_WORK = 40;

/** Groups of blocks, each with sums of its own: so many that threads have even shares. */
const GROUPS = 16;
const LEAST_GROUPS = 8;

/** What does not fit the cache has blocks for the sake of room, from so many bytes on that a step keeps of all rows. */
const LEAST_KEPT = 2 ** 26;
/** Such a block has so many bytes, and some times as many as what each block reads and adds to: going through that is cheap then. */
const LARGE_BLOCK = 2 ** 22;
const TIMES_SHARED = 4;

/**
 * How many rows a block should have; `undefined` when blocks would not pay. They do where they save time, as they stay in the
 * cache; and where they save much room, at no cost in time: beside large weights.
 */
export function blockRows(region: Region): number | undefined {
  const stored = total(storedRows(region));
  const moving = (total(region.given) + stored) / region.rows;
  const shared = total([...readWhole(region), ...region.sums]);
  const most = mostInCache(region, stored, shared, moving);
  if (most !== undefined) {
    const size = wholeTiles(evenSize(region.rows, most));
    return size < region.rows && size * moving >= LEAST ? size : undefined;
  }
  const size = Math.max(1, evenSize(region.rows, Math.max(LARGE_BLOCK, TIMES_SHARED * shared) / moving));
  return stored >= LEAST_KEPT && size < region.rows ? size : undefined;
}

/** Rows that stay in the cache together with what is shared, unless products take longer than memory. */
function mostInCache(region: Region, stored: number, shared: number, bytes: number): number | undefined {
  const again = region.given.reduce((sum, node) => sum + bytesOf(node) * (reads(node, region) - 1), 0);
  const saved = 2 * stored + again;
  if (shared > CACHE / 2 || saved < LEAST_SAVED || work(region) > MOST_WORK * saved) return undefined;
  return Math.min((CACHE - shared) / bytes, Math.max(BLOCK / bytes, hasMatrices(region) ? ENOUGH : 1));
}

/** Rows of blocks of equal size, at most so large, that leave few rows over: in whole groups, if there are enough of them. */
function evenSize(rows: number, most: number): number {
  const blocks = Math.ceil(rows / Math.max(1, most));
  return Math.floor(rows / (blocks < GROUPS ? blocks : GROUPS * Math.ceil(blocks / GROUPS)));
}

const wholeTiles = (rows: number): number => (rows < MULTIPLE ? rows : rows - (rows % MULTIPLE));

/** Groups of `length` blocks each. */
export interface Groups {
  readonly groups: number;
  readonly length: number;
}

/** Groups of blocks: as many as leave the fewest blocks over. Few blocks are none. */
export function grouped(blocks: number): Groups {
  if (blocks < LEAST_GROUPS) return { groups: 1, length: blocks };
  const options = [Math.floor, Math.ceil].map((round) => {
    const length = Math.max(1, round(blocks / GROUPS));
    return { groups: Math.min(GROUPS, Math.floor(blocks / length)), length };
  });
  const most = Math.max(...options.map(({ groups, length }) => groups * length));
  return options.find(({ groups, length }) => groups * length === most)!;
}

const total = (nodes: readonly Node[]): number => nodes.reduce((sum, node) => sum + bytesOf(node), 0);

/** What every block reads all of. Of a table, it reads a few rows. */
const readWhole = ({ uses, whole }: Region): Node[] => {
  const tables = [...uses.keys()].filter(({ op }) => op === 'gather').map(({ inputs }) => inputs[0]!);
  return whole.filter((node) => !tables.includes(node));
};

const isLoop = ({ op }: Node): boolean => ['elementwise', 'reduce', 'move'].includes(record(op).kind);

/** Nodes of rows that lie in memory: what no loop makes, and what is made for others than loops. */
function storedRows({ uses }: Region): Node[] {
  const nodes = [...uses.keys()];
  const wanted = new Set(nodes.filter((node) => !isLoop(node)).flatMap(({ inputs }) => inputs));
  return nodes.filter((node) => uses.get(node)!.axis !== 'summed' && (!isLoop(node) || wanted.has(node)));
}

/** How many kernels read what is given: each product for itself, loops all together. */
function reads(node: Node, { uses }: Region): number {
  const users = [...uses.keys()].filter(({ inputs }) => inputs.includes(node));
  return users.filter((user) => !isLoop(user)).length + Number(users.some(isLoop));
}

const products = ({ uses }: Region): DotShape[] =>
  [...uses.keys()].flatMap((node) => (node.op === 'dot' ? [dotShape(node)] : []));

const hasMatrices = (region: Region): boolean =>
  products(region).some(({ m, n, k }) => Math.min(m, n, k) > 1);

const work = (region: Region): number =>
  products(region).reduce((sum, { batch, m, n, k }) => sum + 2 * batch * m * n * k, 0);
