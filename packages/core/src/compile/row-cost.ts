import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import { bytesOf } from './arena.js';
import { dotShape } from './dot-shape.js';
import type { Region } from './row-blocks.js';

/** Bytes of a block: half of a second-level cache as most machines have it. */
const CACHE = 2 ** 18;
/** Fewer rows would not be worth the calls. */
const FEWEST = 32;
/** Rows of a block come in whole tiles of matrix products. */
const MULTIPLE = 16;
/** Multiplications and additions in products for each byte that need not cross memory: with more, memory can wait. */
const MOST_WORK = 40;

/** How many rows a block should have; `undefined` when blocks would not pay. */
export function blockRows(region: Region): number | undefined {
  const { rows, given, whole, sums } = region;
  const stored = [...region.uses.keys()].filter((node) => isStored(node, region));
  const fixed = total([...whole, ...sums]);
  const moving = total([...given, ...stored]);
  const saved =
    2 * total(stored) + given.reduce((sum, node) => sum + bytesOf(node) * (reads(node, region) - 1), 0);
  if (fixed > CACHE / 2 || saved < 4 * CACHE || work(region) > MOST_WORK * saved) return undefined;
  const most = (CACHE - fixed) / (moving / rows);
  const size = MULTIPLE * Math.floor(rows / Math.ceil(rows / most) / MULTIPLE);
  return size >= FEWEST && size < rows ? size : undefined;
}

const total = (nodes: readonly Node[]): number => nodes.reduce((sum, node) => sum + bytesOf(node), 0);

const isLoop = ({ op }: Node): boolean => ['elementwise', 'reduce', 'move'].includes(record(op).kind);

/** Nodes of rows that lie in memory: what no loop makes, and what is made for others than loops. */
const isStored = (node: Node, { uses }: Region): boolean =>
  uses.get(node)!.axis !== 'summed' &&
  (!isLoop(node) || [...uses.keys()].some((user) => !isLoop(user) && user.inputs.includes(node)));

/** How many kernels read what is given: each product for itself, loops all together. */
function reads(node: Node, { uses }: Region): number {
  const users = [...uses.keys()].filter(({ inputs }) => inputs.includes(node));
  return users.filter((user) => !isLoop(user)).length + Number(users.some(isLoop));
}

function work({ uses }: Region): number {
  const shapes = [...uses.keys()].flatMap((node) => (node.op === 'dot' ? [dotShape(node)] : []));
  return shapes.reduce((sum, { batch, m, n, k }) => sum + 2 * batch * m * n * k, 0);
}
