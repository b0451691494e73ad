import { allocate, type DType } from '../tensor/dtype.js';
import { Builder, type Graph, type Node, neededFor } from '../tensor/graph.js';
import type { ScanParams } from '../tensor/ops/control.js';
import { type OpName, record } from '../tensor/ops/index.js';
import type { Reduce, Spec } from '../tensor/record.js';
import { bytesOf } from './arena.js';
import { type RowUse, repeatedRows, rowUse, withRows } from './row-axis.js';
import { blockRows } from './row-cost.js';

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
 * Blocks depend on shapes alone.
 *
 * @param choose how many rows a block of a region should have; none where blocks would not pay
 */
export function rowBlocks(graph: Graph, choose = blockRows): Graph {
  for (const rows of rowCounts(graph)) {
    const region = findRegion(graph, rows);
    const size = region && choose(region);
    if (size) return inBlocks(graph, region, size);
  }
  return graph;
}

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'constant';

/** How many rows there may be: as many as the largest arrays have that come from outside or are picked from there. */
function rowCounts({ nodes }: Graph): number[] {
  const sources = nodes.filter((node) => node.shape.length > 0 && (isLeaf(node) || node.op === 'gather'));
  const counts = sources.toSorted((a, b) => bytesOf(b) - bytesOf(a)).map(({ shape }) => shape[0]!);
  return [...new Set(counts)].filter((rows) => rows > 1).slice(0, TRIED);
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
  const length = Math.floor(rows / size);
  const zeros = sums.map((node) => filled(b, { shape: node.shape, dtype: totalType(node) }));
  const stacks = given.map((node) => blocks(b, made.get(node)!, length, size));
  const params: ScanParams = {
    body: blockBody(region, size, zeros),
    carries: zeros.length,
    stacks: stacks.length,
    length,
    reverse: false,
    keep: false,
  };
  const captured = whole.filter((node) => !isScalar(node)).map((node) => made.get(node)!);
  const scan = b.node('scan', [...zeros, ...stacks, ...captured], params);
  let totals = zeros.map(({ shape, dtype }, index) => b.node('part', [scan], { index, shape, dtype }));
  const rest = rows - length * size;
  if (rest > 0) {
    const last = (node: Node, rowwise: boolean): Node =>
      rowwise ? between(b, made.get(node)!, length * size, rows) : made.get(node)!;
    totals = addRows(b, region, rest, last, totals);
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

/** From sums, the rows of a block and captured values to the sums with those of the block. */
function blockBody(region: Region, size: number, totals: readonly Node[]): Graph {
  const body = new Builder();
  const input = (spec: Spec): Node => body.input('', spec);
  const carries = totals.map(input);
  const slices = region.given.map(({ shape, dtype }) => input({ shape: [size, ...shape.slice(1)], dtype }));
  const captured = region.whole.map((node) => (isScalar(node) ? body.constant(node.value!) : input(node)));
  const at = (node: Node, rowwise: boolean): Node =>
    rowwise ? slices[region.given.indexOf(node)]! : captured[region.whole.indexOf(node)]!;
  const outputs = addRows(body, region, size, at, carries);
  return body.finish([...carries, ...slices, ...captured.filter(({ op }) => op === 'input')], outputs);
}

/** Adds a region's work on `rows` rows to a graph; gives the totals with the sums over these rows added. */
function addRows(
  b: Builder,
  { uses }: Region,
  rows: number,
  given: (node: Node, rowwise: boolean) => Node,
  totals: readonly Node[],
): Node[] {
  const made = new Map<Node, Node>();
  const results: Node[] = [];
  for (const [node, { axis, taken }] of uses) {
    const inputs = node.inputs.map((input, i) => made.get(input) ?? given(input, taken[i]!));
    if (axis !== 'summed') made.set(node, b.node(node.op as OpName, inputs, withRows(node, axis, rows)));
    else results.push(added(b, node, inputs, totals[results.length]!));
  }
  return results;
}

function added(b: Builder, { op, params }: Node, inputs: readonly Node[], total: Node): Node {
  if (op === 'dot') return b.node('dot', [...inputs, total], params);
  return b.node('add', [total, converted(b, b.node('sum', inputs, params), total.dtype)]);
}

/** The element type in which a sum is added up from block to block. */
const totalType = ({ op, dtype }: Node): DType =>
  op === 'dot' ? dtype : (record(op) as Reduce).accumulator(dtype);

const isScalar = ({ op, shape }: Node): boolean => op === 'constant' && shape.length === 0;

const converted = (b: Builder, x: Node, dtype: DType): Node =>
  x.dtype === dtype ? x : b.node('cast', [x], { dtype });

function filled(b: Builder, { shape, dtype }: Spec): Node {
  const zero = b.constant({ data: allocate(dtype, 1), shape: [], dtype });
  return shape.length === 0 ? zero : b.node('broadcast', [zero], { shape: [...shape] });
}

function blocks(b: Builder, x: Node, length: number, size: number): Node {
  return b.node('reshape', [between(b, x, 0, length * size)], { shape: [length, size, ...x.shape.slice(1)] });
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
