import { isFloat } from '../tensor/dtype.js';
import type { Graph, Node } from '../tensor/graph.js';
import { sameShape, sizeOf } from '../tensor/shape.js';
import { isDense } from '../tensor/view.js';
import { outputsInPlace, samePlace, type Wiring } from './layout.js';
import { indexOf } from './picked.js';
import { readersOf } from './plan.js';
import { type Kernel, type LoopKernel, type Schedule, written } from './schedule.js';
import { mostTouched } from './touched.js';

/** Shorter rows are not worth a list of them. */
const SHORTEST = 8;

/**
 * Finds loops that do nothing on most rows, and lets them visit the others alone: a table of an embedding has a gradient of
 * zeros but for the rows of the batch, and plain gradient descent leaves a row as it is whose gradient is zero. What such a
 * loop writes lies over what it reads, and what it sums is zero on those rows; so nothing is changed by leaving them out,
 * but the order of sums and the sign that a zero among the parameters might get. A rate that is not finite makes NaN of a
 * gradient of zero: then all rows are visited.
 */
export function touchedRows(graph: Graph, schedule: Schedule, wiring: Wiring): Schedule {
  const { kernels, outputs } = schedule;
  const home = new Map(kernels.flatMap((kernel, i) => written(kernel).map((node) => [node, i] as const)));
  const tables = graph.nodes.filter((node) => home.has(node) && isSparse(node));
  const touched = new Map<Node, readonly Node[]>();
  const visits = new Map<Kernel, Node>();
  if (tables.length === 0) return schedule;
  const readers = readersOf(kernels);
  const ends = outputs.map(({ base }, i) => ({ base, region: wiring.outputs[i]! }));
  const places = outputsInPlace(graph, schedule, ends, wiring);
  const renewed = (node: Node, old: Node): boolean => {
    const [to, from] = [places.get(node), wiring.inputs[graph.inputs.indexOf(old)]];
    return to !== undefined && from !== undefined && samePlace(to, from);
  };
  for (const table of tables) {
    const loops = (readers.get(table) ?? []).map((i) => kernels[i]!);
    const scalars = new Set<Node>();
    const early = (scalar: Node): boolean => (home.get(scalar) ?? -1) < home.get(table)!;
    const visiting = loops.filter(
      (kernel): kernel is LoopKernel => kernel.kind === 'loop' && isIdle(kernel, table, renewed, scalars),
    );
    if (outputs.some(({ base }) => base === table) || visiting.length < loops.length) continue;
    if (loops.length === 0 || ![...scalars].every(early)) continue;
    for (const kernel of visiting) visits.set(kernel, table);
    touched.set(
      table,
      [...scalars].filter(({ op }) => op !== 'constant'),
    );
  }
  const visiting = (kernel: Kernel): Kernel =>
    kernel.kind === 'loop' ? { ...kernel, visits: visits.get(kernel) } : kernel;
  return { kernels: kernels.map(visiting), outputs, touched };
}

/** Whether enough rows are left out, and rows are long enough. */
function isSparse(node: Node): boolean {
  if (node.op !== 'scatterAdd' || !isFloat(node.dtype)) return false;
  const rows = node.shape[0]!;
  const most = mostTouched(node);
  return most > 1 && sizeOf(indexOf(node).shape) <= 2 * rows && sizeOf(node.shape) / rows >= SHORTEST;
}

/** What a value is on rows where the table is zero: zero, one for all rows, or what an input has there. */
type Idle = 'zero' | { readonly scalar: Node } | { readonly old: Node } | undefined;

/** Whether a loop does nothing on rows where `table` is zero, if scalars are finite that are added to `scalars`. */
function isIdle(
  { domain, body, loads, stores, reduces, adds, axes = [] }: LoopKernel,
  table: Node,
  renewed: (node: Node, old: Node) => boolean,
  scalars: Set<Node>,
): boolean {
  if (!sameShape(domain, table.shape) || adds.size > 0) return false;
  const idle = new Map<Node, Idle>();
  for (const [node, { base, view, picked }] of loads) {
    const straight = !picked && isDense(view) && sameShape(view.shape, domain);
    if (straight && base === table) idle.set(node, 'zero');
    else if (straight && base.op === 'input') idle.set(node, { old: base });
    else if (base.shape.length === 0 && isFloat(base.dtype)) idle.set(node, { scalar: base });
  }
  for (const node of body)
    if (!loads.has(node))
      idle.set(
        node,
        idleOf(
          node,
          node.inputs.map((input) => idle.get(input)),
          scalars,
        ),
      );
  const stays = (node: Node): boolean => {
    const found = idle.get(node);
    return typeof found === 'object' && 'old' in found && renewed(node, found.old);
  };
  const sumsZeros = ({ op, inputs: [x] }: Node): boolean => op === 'sum' && idle.get(x!) === 'zero';
  return [...stores].every(stays) && (reduces.length === 0 || axes.includes(0)) && reduces.every(sumsZeros);
}

function idleOf({ op }: Node, [a, b]: readonly Idle[], scalars: Set<Node>): Idle {
  switch (op) {
    case 'neg':
    case 'abs':
    case 'cast':
      return a === 'zero' ? a : undefined;
    case 'mul': {
      if (a === 'zero' && b === 'zero') return a;
      const by = a === 'zero' ? b : b === 'zero' ? a : undefined;
      if (typeof by !== 'object' || !('scalar' in by)) return undefined;
      if (by.scalar.op === 'constant' && !Number.isFinite(by.scalar.value!.data[0])) return undefined;
      scalars.add(by.scalar);
      return 'zero';
    }
    case 'add':
      return b === 'zero' ? kept(a) : a === 'zero' ? kept(b) : undefined;
    case 'sub':
      return b === 'zero' ? kept(a) : undefined;
    default:
      return undefined;
  }
}

/** What it is with zero added. */
const kept = (idle: Idle): Idle => (typeof idle === 'object' && 'scalar' in idle ? undefined : idle);
