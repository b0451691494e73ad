import { Builder, type Graph, type Node, neededFor } from '../tensor/graph.js';
import { bytesOf } from './arena.js';
import { type RowUse, repeatedRows, rowUse } from './row-axis.js';
import { blockRows, grouped, LEAST_SAVED } from './row-cost.js';
import { addRows, converted, inGroups, scanned } from './row-scan.js';

/** A part of a graph that works on rows, each by itself, and ends in sums over them. */
export interface Region {
  readonly rows: number;
  /** Its nodes in order, the sums among them. */
  readonly uses: ReadonlyMap<Node, RowUse>;
  readonly sums: readonly Node[];
  /** What it takes from around it: row by row (along the first axis), or as a whole. */
  readonly given: readonly Node[];
  readonly whole: readonly Node[];
}

/** Numbers of rows that are looked at. */
const TRIED = 3;

/**
 * Lets large data pass through the cache once: what works on rows, forward and backward, and ends in sums over them
 * becomes a scan over blocks of rows that adds up the sums. So what a block needs in between stays in the cache, too.
 * Many blocks come in groups with sums of their own, which threads may share; and so sums are shorter. Blocks and groups
 * depend on shapes alone.
 *
 * @param choose how many rows a block of a region should have; none where blocks would not pay
 */
export function rowBlocks(graph: Graph, choose?: (region: Region) => number | undefined): Graph {
  for (const rows of rowCounts(graph)) {
    if (!choose && mostSaved(graph, rows) < LEAST_SAVED) continue;
    const region = findRegion(graph, rows);
    const size = region && (choose ?? blockRows)(region);
    if (size) return inBlocks(graph, region, size);
  }
  return graph;
}

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'constant';

/**
 * How many rows there may be: as many as the largest arrays have that come from outside or are picked from there. What a step
 * renews, such as weights, is no data.
 */
function rowCounts({ nodes, outputs }: Graph): number[] {
  const renewed = new Set(outputs.map(({ shape }) => String(shape)));
  const isSource = ({ op, shape }: Node): boolean =>
    op === 'gather' || op === 'constant' || (op === 'input' && !renewed.has(String(shape)));
  const sources = nodes.filter((node) => node.shape.length > 0 && isSource(node));
  const counts = sources.toSorted((a, b) => bytesOf(b) - bytesOf(a)).map(({ shape }) => shape[0]!);
  return [...new Set(counts)].filter((rows) => rows > 1).slice(0, TRIED);
}

/** The most bytes that need not cross memory: what has an axis of so many rows is neither written, nor read again. */
function mostSaved({ nodes }: Graph, rows: number): number {
  const ofRows = nodes.filter(({ shape }) => shape.includes(rows));
  const read = new Map<Node, number>();
  for (const { inputs } of nodes) for (const input of inputs) read.set(input, (read.get(input) ?? 0) + 1);
  const times = (node: Node): number => Math.max(isLeaf(node) ? 0 : 2, (read.get(node) ?? 0) - 1);
  return ofRows.reduce((sum, node) => sum + times(node) * bytesOf(node), 0);
}

/** The part of a graph that works on so many rows, unless what it finds is needed outside for each row. */
function findRegion({ nodes, outputs }: Graph, rows: number): Region | undefined {
  const axes = new Map<Node, number>();
  const uses = new Map<Node, RowUse>();
  /** Sums, and what stands on them. */
  const late = new Set<Node>();
  const ofRows = (node: Node): boolean => axes.has(node);
  for (const node of nodes) {
    if (node.inputs.some((input) => late.has(input))) {
      if (node.inputs.some((input) => uses.has(input) && !late.has(input))) return undefined;
      late.add(node);
      continue;
    }
    const use = node.inputs.some(ofRows)
      ? rowUse(
          node,
          node.inputs.map((input) => ({ axis: axes.get(input), whole: !uses.has(input) })),
        )
      : repeatedRows(node, rows);
    if (use) {
      uses.set(node, use);
      if (use.axis === 'summed') late.add(node);
      else axes.set(node, use.axis);
    } else if (node.inputs.some((input) => uses.has(input))) return undefined;
    else if (node.shape[0] === rows) axes.set(node, 0);
  }
  if (outputs.some((node) => uses.has(node) && !late.has(node))) return undefined;
  return late.size > 0 ? withSurroundings(rows, uses) : undefined;
}

function withSurroundings(rows: number, all: ReadonlyMap<Node, RowUse>): Region {
  const sums = [...all].flatMap(([node, { axis }]) => (axis === 'summed' ? [node] : []));
  const needed = neededFor(sums);
  const uses = new Map([...all].filter(([node]) => needed.has(node)));
  const taken = (rowwise: boolean): Node[] => {
    const inputs = [...uses].flatMap(([node, use]) =>
      node.inputs.filter((input, i) => use.taken[i] === rowwise && !uses.has(input)),
    );
    return [...new Set(inputs)];
  };
  return { rows, uses, sums, given: taken(true), whole: taken(false) };
}

/** The graph with a region as a scan over blocks of `size` rows, and what is left over after it. */
function inBlocks(graph: Graph, region: Region, size: number): Graph {
  const { rows, uses, sums, given, whole } = region;
  const b = new Builder();
  const inputs = new Map(graph.inputs.map((node) => [node, b.input(String(node.params.name), node)]));
  const late = lateNodes(graph, sums);
  const early = graph.nodes.filter((node) => !uses.has(node) && !late.has(node));
  const made = b.replay({ nodes: early }, inputs);
  const { groups, length } = grouped(Math.floor(rows / size));
  const done = groups * length * size;
  const taken = {
    slices: given.map((node) => between(b, made.get(node)!, 0, done)),
    captured: whole.map((node) => made.get(node)!),
  };
  let totals =
    groups > 1
      ? inGroups(b, region, { groups, length, size }, taken)
      : scanned(b, region, { length, size }, taken);
  if (done < rows) {
    const last = (node: Node, rowwise: boolean): Node =>
      rowwise ? between(b, made.get(node)!, done, rows) : made.get(node)!;
    totals = addRows(b, region, rows - done, last, totals);
  }
  sums.forEach((node, i) => {
    made.set(node, converted(b, totals[i]!, node.dtype));
  });
  const all = b.replay({ nodes: graph.nodes.filter((node) => late.has(node)) }, made);
  return b.finish(
    graph.inputs.map((node) => all.get(node)!),
    graph.outputs.map((node) => all.get(node)!),
  );
}

/** The rows `from`, …, `to` − 1. */
function between(b: Builder, x: Node, from: number, to: number): Node {
  if (from === 0 && to === x.shape[0]) return x;
  return b.node('slice', [x], {
    start: x.shape.map((_, axis) => (axis === 0 ? from : 0)),
    stop: x.shape.map((extent, axis) => (axis === 0 ? to : extent)),
    step: x.shape.map(() => 1),
  });
}

/** The sums' successors, in no order. */
function lateNodes({ nodes }: Graph, sums: readonly Node[]): Set<Node> {
  const late = new Set<Node>(sums);
  for (const node of nodes) if (node.inputs.some((input) => late.has(input))) late.add(node);
  for (const node of sums) late.delete(node);
  return late;
}
