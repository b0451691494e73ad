import { Builder, type Graph, type Node, neededFor } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

// Mixed precision: what is kept for long is kept as float16, and all arithmetic is float32.

/** Arrays of fewer elements stay as they are. */
const WORTH = 256;

/** The same numbers after a stay in float16: at hand at once, and out of memory later. */
export function throughHalf(x: Tensor): { now: Tensor; later: Tensor } {
  if (!isWorth(x.node)) return { now: x, later: x };
  const half = x.apply('toHalf');
  return { now: half.apply('fromHalf', { later: false }), later: half.apply('fromHalf', { later: true }) };
}

const isWorth = ({ dtype, shape }: Node): boolean => dtype === 'float32' && sizeOf(shape) >= WORTH;

/**
 * A training step whose backward pass finds what the forward pass left for it as float16.
 *
 * What the forward pass works out, and the backward pass reads, is rounded to float16; later steps of the forward pass go
 * on with the rounded numbers, the backward pass with those that were stored. Products on the way to the gradients are
 * rounded too, with their sums in float32. Parameters, data and the optimizer are left as they are.
 *
 * @param graph of a step that puts its gradients {@link throughHalf}
 * @param loss where the forward pass ends
 */
export function inHalves(graph: Graph, loss: Node): Graph {
  const forward = neededFor([loss]);
  const kept = keptFor(graph, forward);
  const gradients = neededFor(graph.nodes.filter(({ op }) => op === 'toHalf'));
  const b = new Builder();
  const made = new Map<Node, Node>();
  const stored = new Map<Node, Node>();
  const seenLater = new Map<Node, Node>();

  /** What the backward pass reads in place of a value of the forward pass. */
  const later = (node: Node): Node => {
    const known = seenLater.get(node);
    if (known) return known;
    const half = stored.get(node);
    const found = half
      ? b.node('fromHalf', [half], { later: true })
      : isMove(node)
        ? b.again(node, node.inputs.map(later))
        : made.get(node)!;
    seenLater.set(node, found);
    return found;
  };
  const remade = (node: Node): Node => {
    if (node.op === 'input') return b.input(String(node.params.name), node);
    if (node.op === 'constant') return b.constant(node.value!);
    const early = forward.has(node);
    const of = (input: Node): Node => (!early && forward.has(input) ? later(input) : made.get(input)!);
    return b.again(node, node.inputs.map(of));
  };
  const rounded = (half: Node): Node => b.node('fromHalf', [half], { later: false });
  for (const node of graph.nodes) {
    const x = remade(node);
    made.set(node, x);
    if (kept.has(node)) stored.set(node, b.node('toHalf', [x]));
    const product = !forward.has(node) && gradients.has(node) && node.op === 'dot' && x.dtype === 'float32';
    if (kept.has(node) || product) made.set(node, rounded(stored.get(node) ?? b.node('toHalf', [x])));
  }
  const now = (node: Node): Node => made.get(node)!;
  return b.finish(graph.inputs.map(now), graph.outputs.map(now));
}

/** What the forward pass works out and the backward pass reads, behind changes of place. */
function keptFor({ nodes }: Graph, forward: ReadonlySet<Node>): Set<Node> {
  const kept = new Set<Node>();
  const keep = (node: Node): void => {
    if (isMove(node)) for (const input of node.inputs) keep(input);
    else if (isWorth(node) && STORED.has(kindOf(node))) kept.add(node);
  };
  for (const node of nodes)
    if (!forward.has(node)) for (const input of node.inputs) if (forward.has(input)) keep(input);
  return kept;
}

const STORED: ReadonlySet<string> = new Set(['elementwise', 'reduce', 'contract', 'indexed']);

const kindOf = ({ op }: Node): string => (op === 'input' || op === 'constant' ? op : record(op).kind);

/** The same numbers at other places, or under another name. */
const isMove = (node: Node): boolean =>
  kindOf(node) === 'move' || node.op === 'mark' || node.op === 'stopGradient';
