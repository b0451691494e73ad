import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Params } from '../tensor/record.js';
import { sizeOf } from '../tensor/shape.js';

/** What a node does with the rows of its inputs. */
export interface RowUse {
  /** The axis of its result that stands for rows; `summed` when it adds them up. */
  readonly axis: number | 'summed';
  /** The inputs of which it takes the same rows; it takes the others as a whole. */
  readonly taken: readonly boolean[];
}

/** Of each input: the axis that stands for rows, if there is one, and whether all of it is at hand. */
export interface RowInput {
  readonly axis: number | undefined;
  readonly whole: boolean;
}

/**
 * Where the rows of a node's inputs are in its result, if what it does to one row depends on that row alone, or if it
 * adds rows up.
 */
export function rowUse(node: Node, inputs: readonly RowInput[]): RowUse | undefined {
  const rule = record(node.op);
  const first = inputs[0]!.axis;
  const same = inputs.every(({ axis }) => axis !== undefined && axis === first);
  const to = (axis: number | 'summed' | undefined): RowUse | undefined =>
    same && axis !== undefined ? { axis, taken: inputs.map(() => true) } : undefined;
  switch (rule.kind) {
    case 'elementwise':
      return to(first);
    case 'reduce':
      return to(reduced(node, first!));
    case 'move':
      return to(MOVES[node.op]?.(node, first!));
    case 'line':
      return to(first === node.shape.length - 1 ? undefined : first);
    case 'contract':
      return multiplied(node, inputs);
    case 'indexed': {
      const [table, index] = inputs as [RowInput, RowInput];
      const picks = node.op === 'gather' && index.axis !== undefined && isWhole(table);
      return picks ? { axis: index.axis, taken: [false, true] } : undefined;
    }
    default:
      return undefined;
  }
}

/** A broadcast of what has no rows to so many of them. */
export function repeatedRows({ op, shape, inputs: [x] }: Node, rows: number): RowUse | undefined {
  if (op !== 'broadcast') return undefined;
  const lead = shape.length - x!.shape.length;
  const axis = shape.findIndex((extent, at) => extent === rows && (at < lead || x!.shape[at - lead] === 1));
  return axis < 0 ? undefined : { axis, taken: [false] };
}

/** The parameters of a node that is to have `rows` rows along an axis of its result. */
export function withRows({ op, params }: Node, axis: number, rows: number): Params {
  const name = op === 'slice' ? 'stop' : 'shape';
  const extents = params[name];
  if (!Array.isArray(extents)) return params;
  return { ...params, [name]: extents.map((extent: number, at) => (at === axis ? rows : extent)) };
}

const isWhole = ({ axis, whole }: RowInput): boolean => axis === undefined || whole;

function reduced({ op, params }: Node, axis: number): number | 'summed' | undefined {
  const axes = params.axes as readonly number[];
  if (axes.includes(axis)) return op === 'sum' ? 'summed' : undefined;
  return axis - axes.filter((other) => other < axis).length;
}

function multiplied({ params, shape, inputs }: Node, [left, right]: readonly RowInput[]): RowUse | undefined {
  if (inputs.length > 2) return undefined;
  const rank = shape.length;
  const [a, b] = [left!.axis, right!.axis];
  const innerA = params.transA ? rank - 2 : rank - 1;
  const innerB = params.transB ? rank - 1 : rank - 2;
  if (a === innerA && b === innerB) return { axis: 'summed', taken: [true, true] };
  if (a !== undefined && a === b && a < rank - 2) return { axis: a, taken: [true, true] };
  if (a !== undefined && a >= rank - 2 && a !== innerA && isWhole(right!))
    return { axis: rank - 2, taken: [true, false] };
  if (b !== undefined && b >= rank - 2 && b !== innerB && isWhole(left!))
    return { axis: rank - 1, taken: [false, true] };
  return undefined;
}

type Follow = (node: Node, axis: number) => number | undefined;

const list = ({ params }: Node, name: string): readonly number[] => params[name] as readonly number[];

/** Where moving ops leave an axis. */
const MOVES: Partial<Record<Node['op'], Follow>> = {
  // The axis is there still if as much as before lies before it.
  reshape({ inputs: [x], shape }, axis) {
    const before = sizeOf(x!.shape.slice(0, axis));
    const found = shape.findIndex(
      (extent, at) => extent === x!.shape[axis] && sizeOf(shape.slice(0, at)) === before,
    );
    return found < 0 ? undefined : found;
  },
  broadcast: ({ inputs: [x], shape }, axis) => shape.length - x!.shape.length + axis,
  transpose: (node, axis) => list(node, 'order').indexOf(axis),
  flip: (node, axis) => (list(node, 'axes').includes(axis) ? undefined : axis),
  slice(node, axis) {
    const whole = list(node, 'start')[axis] === 0 && list(node, 'step')[axis] === 1;
    return whole && node.shape[axis] === node.inputs[0]!.shape[axis] ? axis : undefined;
  },
  embed: (node, axis) => (node.shape[axis] === node.inputs[0]!.shape[axis] ? axis : undefined),
  concat: ({ params }, axis) => (params.axis === axis ? undefined : axis),
  windows: ({ params }, axis) => (params.axis === axis ? undefined : axis),
};
