import { allocate, type DType } from '../tensor/dtype.js';
import { Builder, type Node } from '../tensor/graph.js';
import type { ScanParams } from '../tensor/ops/control.js';
import { type OpName, record } from '../tensor/ops/index.js';
import type { Reduce, Spec } from '../tensor/record.js';
import { withRows } from './row-axis.js';
import type { Region } from './row-blocks.js';
import type { Groups } from './row-cost.js';

/** What a region takes from around it: row by row, and as a whole. */
export interface Taken {
  readonly slices: readonly Node[];
  readonly captured: readonly Node[];
}

/** Sums of groups of blocks, each for itself, so that threads may share them; added up in the order of the groups. */
export function inGroups(
  b: Builder,
  region: Region,
  { groups, length, size }: Groups & { readonly size: number },
  taken: Taken,
): Node[] {
  const { body, inputs } = bodyOf(taken, length * size);
  const totals =
    length === 1
      ? addRows(body, region, size, picked(region, inputs), zeros(body, region))
      : scanned(body, region, { length, size }, inputs);
  const graph = body.finish([...inputs.slices, ...arrays(inputs.captured)], totals);
  const params = {
    body: graph,
    carries: 0,
    stacks: taken.slices.length,
    length: groups,
    reverse: false,
    keep: false,
  };
  const scan = b.node('scan', [...stacked(b, taken.slices, groups), ...arrays(taken.captured)], params);
  return totals.map(({ shape, dtype }, index) => {
    const parts = b.node('part', [scan], { index, shape: [groups, ...shape], dtype });
    return b.node('sum', [parts], { axes: [0] });
  });
}

/** The sums of `length` blocks, one after another. */
export function scanned(
  b: Builder,
  region: Region,
  { length, size }: Pick<Groups, 'length'> & { readonly size: number },
  taken: Taken,
): Node[] {
  const begin = zeros(b, region);
  const { body, inputs } = bodyOf(taken, size);
  const carries = begin.map((node) => body.input('', node));
  const graph = body.finish(
    [...carries, ...inputs.slices, ...arrays(inputs.captured)],
    addRows(body, region, size, picked(region, inputs), carries),
  );
  const params: ScanParams = {
    body: graph,
    carries: begin.length,
    stacks: taken.slices.length,
    length,
    reverse: false,
    keep: false,
  };
  const scan = b.node(
    'scan',
    [...begin, ...stacked(b, taken.slices, length), ...arrays(taken.captured)],
    params,
  );
  return begin.map(({ shape, dtype }, index) => b.node('part', [scan], { index, shape, dtype }));
}
/** A body, and its inputs: slices of so many rows, and what it captures. Scalars that are known it has itself. */
function bodyOf({ slices, captured }: Taken, rows: number): { body: Builder; inputs: Taken } {
  const body = new Builder();
  const input = (spec: Spec): Node => body.input('', spec);
  return {
    body,
    inputs: {
      slices: slices.map(({ shape, dtype }) => input({ shape: [rows, ...shape.slice(1)], dtype })),
      captured: captured.map((node) => (isScalar(node) ? body.constant(node.value!) : input(node))),
    },
  };
}

const arrays = (nodes: readonly Node[]): Node[] => nodes.filter((node) => !isScalar(node));

const picked =
  ({ given, whole }: Region, { slices, captured }: Taken) =>
  (node: Node, rowwise: boolean): Node =>
    rowwise ? slices[given.indexOf(node)]! : captured[whole.indexOf(node)]!;

/** Rows as `length` slices of as many. */
const stacked = (b: Builder, nodes: readonly Node[], length: number): Node[] =>
  nodes.map((node) => {
    const [rows, ...rest] = node.shape;
    return b.node('reshape', [node], { shape: [length, rows! / length, ...rest] });
  });

/** Adds a region's work on `rows` rows to a graph; gives the totals with the sums over these rows added. */
export function addRows(
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
  const axes = params.axes as readonly number[];
  const { shape } = inputs[0]!;
  // The sum over a single row is that row.
  if (axes.every((axis) => shape[axis] === 1)) {
    const row = b.node('reshape', inputs, { shape: shape.filter((_, axis) => !axes.includes(axis)) });
    return b.node('add', [total, converted(b, row, total.dtype)]);
  }
  return b.node('add', [total, converted(b, b.node('sum', inputs, params), total.dtype)]);
}

/** What sums begin with. */
const zeros = (b: Builder, { sums }: Region): Node[] =>
  sums.map((node) => filled(b, { shape: node.shape, dtype: totalType(node) }));

/** The element type in which a sum is added up from block to block. */
const totalType = ({ op, dtype }: Node): DType =>
  op === 'dot' ? dtype : (record(op) as Reduce).accumulator(dtype);

const isScalar = ({ op, shape }: Node): boolean => op === 'constant' && shape.length === 0;

export const converted = (b: Builder, x: Node, dtype: DType): Node =>
  x.dtype === dtype ? x : b.node('cast', [x], { dtype });

function filled(b: Builder, { shape, dtype }: Spec): Node {
  const zero = b.constant({ data: allocate(dtype, 1), shape: [], dtype });
  return shape.length === 0 ? zero : b.node('broadcast', [zero], { shape: [...shape] });
}
