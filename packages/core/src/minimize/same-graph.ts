import type { TypedArray } from '../tensor/dtype.js';
import { bodiesOf, type Graph, type Node } from '../tensor/graph.js';
import type { Params } from '../tensor/record.js';
import { sameShape } from '../tensor/shape.js';
import { isData } from './data-apart.js';

/** A graph as it was, and what its small constants held: whoever owns their arrays may write into them. */
export interface Remembered {
  readonly graph: Graph;
  /** For each node; none of what is no small constant. */
  readonly held: readonly (TypedArray | undefined)[];
}

/** To be compared with later. Undefined where it has bodies, or its small constants hold more than `most` numbers. */
export function remembered(graph: Graph, most: number): Remembered | undefined {
  if (graph.nodes.some((node) => bodiesOf(node).length > 0)) return undefined;
  const held = graph.nodes.map((node) => (isData(node) ? undefined : node.value?.data.slice()));
  const numbers = held.reduce((sum, values) => sum + (values?.length ?? 0), 0);
  return numbers > most ? undefined : { graph, held };
}

/** Whether a graph says what another one said, but for what its data is. */
export function isSame({ nodes, inputs, outputs }: Graph, { graph, held }: Remembered): boolean {
  if (nodes.length !== graph.nodes.length) return false;
  for (let i = 0; i < nodes.length; i++) {
    const [now, before] = [nodes[i]!, graph.nodes[i]!];
    if (!isSameNode(now, before)) return false;
    if (now.value && !isData(now) && !sameNumbers(now.value.data, held[i]!)) return false;
  }
  return sameNodes(inputs, graph.inputs) && sameNodes(outputs, graph.outputs);
}

const isSameNode = (a: Node, b: Node): boolean =>
  a.id === b.id &&
  a.op === b.op &&
  a.dtype === b.dtype &&
  sameShape(a.shape, b.shape) &&
  sameNodes(a.inputs, b.inputs) &&
  sameParams(a.params, b.params);

/** Each by its number in its own graph. */
function sameNodes(a: readonly Node[], b: readonly Node[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.id !== b[i]!.id) return false;
  return true;
}

function sameParams(a: Params, b: Params): boolean {
  for (const name in a) {
    const [now, before] = [a[name]!, b[name]];
    if (Array.isArray(now)) {
      if (!Array.isArray(before) || !sameNumbers(now, before)) return false;
    } else if (!Object.is(now, before)) return false;
  }
  return Object.keys(a).length === Object.keys(b).length;
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
