import type { Graph, Node } from '../tensor/graph.js';
import type { Shape } from '../tensor/shape.js';
import { dense, type View } from '../tensor/view.js';
import type { Picked } from './picked.js';

/** Where a node's elements are found: in the buffer of `base`, laid out as `view` says. */
export interface Access {
  readonly base: Node;
  readonly view: View;
  /** Which rows come along the first axis, if not one after another. */
  readonly picked?: Picked;
}

/**
 * One loop nest over `domain`. Each `body` node is worked out at every point, from values of the same pass or from
 * `loads`; a node that is in `loads` itself is a copy. `stores` are written; `reduces` are folded over `axes` as the
 * loop goes by; each of `adds`, a `scatterAdd`, gets its updates added to the rows that they are for.
 */
export interface LoopKernel {
  readonly kind: 'loop';
  readonly domain: Shape;
  readonly body: Node[];
  readonly loads: Map<Node, Access>;
  readonly reduces: Node[];
  axes: readonly number[] | undefined;
  readonly stores: Set<Node>;
  readonly adds: Map<Node, Picked>;
  /** A `scatterAdd` whose rows are all that this loop has to visit: see `touched.ts`. */
  readonly visits?: Node | undefined;
}

/**
 * A kernel for one node alone: `place` writes inputs into their places of a larger array, `dot` is a matrix product,
 * `rows` gathers or scatters rows by an index, `random` makes numbers, `line` goes along the last axis, `linalg`
 * factorises matrices and solves equations. Operands lie in row-major order.
 */
export interface SoloKernel {
  readonly kind: 'place' | 'dot' | 'rows' | 'random' | 'line' | 'linalg';
  readonly node: Node;
  readonly operands: readonly Access[];
}

/** A body with those of its outputs (by number) that a program has to work out. */
export interface Body {
  readonly graph: Graph;
  readonly schedule: Schedule;
  readonly results: readonly number[];
  /** Whether its first outputs are the next carries. */
  readonly renews: boolean;
}

/** A kernel for a node with bodies. Operands lie in row-major order. */
export interface ControlKernel {
  readonly kind: 'control';
  readonly node: Node;
  readonly operands: readonly Access[];
  /** The results that are asked for. */
  readonly parts: Node[];
  bodies: readonly Body[];
}

export type Kernel = LoopKernel | SoloKernel | ControlKernel;

/** Kernels in order, and where the graph's outputs are found after the last. */
export interface Schedule {
  readonly kernels: readonly Kernel[];
  readonly outputs: readonly Access[];
  /** Each `scatterAdd` of which only the rows that it touches are there, with the scalars that must be finite for that. */
  readonly touched?: ReadonlyMap<Node, readonly Node[]>;
}

/** The nodes that a kernel writes into buffers of their own. */
export function written(kernel: Kernel): readonly Node[] {
  if (kernel.kind === 'loop') return [...kernel.stores, ...kernel.reduces, ...kernel.adds.keys()];
  return kernel.kind === 'control' ? kernel.parts : [kernel.node];
}

/** What a kernel reads from buffers. */
export function reads(kernel: Kernel): readonly Access[] {
  const isLoop = kernel.kind === 'loop';
  const loads = isLoop ? [...kernel.loads.values()] : kernel.operands;
  const picks = [...loads.flatMap(({ picked }) => picked ?? []), ...(isLoop ? kernel.adds.values() : [])];
  if (picks.length === 0) return loads;
  const indices = picks.map(({ index }) => index);
  return [...loads, ...new Set(indices)].map((read) => ('op' in read ? whole(read) : read));
}

/** All of a node's own buffer. */
export const whole = (node: Node): Access => ({ base: node, view: dense(node.shape) });
