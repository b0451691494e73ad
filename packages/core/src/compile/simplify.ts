import { Builder, bodiesOf, type Graph, type Node } from '../tensor/graph.js';
import { isControl, type OpName, record } from '../tensor/ops/index.js';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.js';
import { interpret } from './interpret.js';

/** Gives a node's better form, or nothing. Its inputs are in their best form already. */
type Rule = (node: Node, b: Builder) => Node | undefined;

/** A reduction over axes of extent 1. */
const ofOne: Rule = ({ inputs: [x], shape }, b) =>
  sizeOf(x!.shape) === sizeOf(shape) ? b.node('reshape', [x!], { shape: [...shape] }) : undefined;

/** Rewrites that leave every value as it is, to the last bit but for the sign of zero. */
const RULES: Partial<Record<OpName, Rule>> = {
  mark: ({ inputs: [x] }) => x,
  stopGradient: ({ inputs: [x] }) => x,
  neg: ({ inputs: [x] }) => (x!.op === 'neg' ? x!.inputs[0] : undefined),
  add: ({ inputs: [a, b] }) => (scalarOf(b!) === 0 ? a : scalarOf(a!) === 0 ? b : undefined),
  sub: ({ inputs: [a, b] }) => (scalarOf(b!) === 0 ? a : undefined),
  mul: ({ inputs: [a, b] }) => (scalarOf(b!) === 1 ? a : scalarOf(a!) === 1 ? b : undefined),
  div: ({ inputs: [a, b] }) => (scalarOf(b!) === 1 ? a : undefined),
  // Not ½: √−0 is −0 and √−∞ is NaN, where the power is 0 and ∞.
  pow: ({ inputs: [x, exponent] }, b) => {
    const square = () => b.node('mul', [x!, x!]);
    if (scalarOf(exponent!) === 1) return x;
    if (scalarOf(exponent!) === 2) return square();
    return scalarOf(exponent!) === 3 ? b.node('mul', [square(), x!]) : undefined;
  },
  sum: ofOne,
  max: ofOne,
  min: ofOne,
  reshape: ({ inputs: [x], shape }, b) => {
    if (sameShape(x!.shape, shape)) return x;
    if (x!.shape.length === 0) return b.node('broadcast', [x!], { shape: [...shape] });
    return x!.op === 'reshape' ? b.node('reshape', x!.inputs, { shape: [...shape] }) : undefined;
  },
  broadcast: ({ inputs: [x], shape }, b) =>
    x!.op === 'broadcast' ? b.node('broadcast', x!.inputs, { shape: [...shape] }) : undefined,
  transpose: ({ inputs: [x], params }, b) => {
    const order = params.order as readonly number[];
    if (order.every((axis, i) => axis === i)) return x;
    if (x!.op !== 'transpose') return undefined;
    const inner = x!.params.order as readonly number[];
    return b.node('transpose', x!.inputs, { order: order.map((axis) => inner[axis]!) });
  },
  // In this order nothing has to be copied before it is set in.
  embed: ({ inputs: [x], params }, b) => {
    if (x!.op !== 'transpose') return undefined;
    const order = x!.params.order as readonly number[];
    const back = (name: string): number[] => {
      const list = params[name] as readonly number[];
      return list.map((_, axis) => list[order.indexOf(axis)]!);
    };
    const set = { shape: back('shape'), start: back('start'), step: back('step') };
    return b.node('transpose', [b.node('embed', x!.inputs, set)], { order });
  },
  dot: ({ inputs: [a, c, ...start], params, shape }, b) => {
    if (a!.shape.at(params.transA ? -2 : -1) === 1 && start.length === 0)
      return b.node('mul', [
        repeated(a!, !!params.transA, shape, b),
        repeated(c!, !!params.transB, shape, b),
      ]);
    const [left, transA] = untransposed(a!, !!params.transA);
    const [right, transB] = untransposed(c!, !!params.transB);
    return left === a && right === c ? undefined : b.node('dot', [left, right, ...start], { transA, transB });
  },
};

/** The same graph with fewer or cheaper nodes. Inputs and outputs keep their order. */
export function simplify(graph: Graph): Graph {
  const b = new Builder();
  const better = new Map<Node, Node>();
  for (const node of graph.nodes) better.set(node, rebuild(node, b, better));
  const now = (node: Node): Node => better.get(node)!;
  return b.finish(graph.inputs.map(now), graph.outputs.map(now));
}

function rebuild(node: Node, b: Builder, better: ReadonlyMap<Node, Node>): Node {
  if (node.op === 'input') return b.input(String(node.params.name), node);
  if (node.op === 'constant') return b.constant(node.value!);
  const inputs = node.inputs.map((input) => better.get(input)!);
  if (!isControl(node)) return improve(b.again(node, inputs), b);
  const bodies = bodiesOf(node).map(([name, body]) => [name, simplify(body)]);
  return b.node(node.op, inputs, { ...node.params, ...Object.fromEntries(bodies) });
}

function improve(node: Node, b: Builder): Node {
  const found = folded(node, b) ?? narrowed(node, b) ?? RULES[node.op as OpName]?.(node, b);
  return found === undefined || found === node ? node : improve(found, b);
}

/** Ops whose results are exact or rounded once: every engine has the same bits for them. (`exp` and the like are not.) */
const EXACT: ReadonlySet<string> = new Set<OpName>([
  'add',
  'sub',
  'mul',
  'div',
  'sqrt',
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'round',
  'maximum',
  'minimum',
  'eq',
  'ne',
  'lt',
  'le',
  'and',
  'or',
  'not',
  'where',
  'cast',
  'reshape',
]);

/** Scalars made of constants alone are worked out now, where that gives the bits that the program would. */
function folded(node: Node, b: Builder): Node | undefined {
  if (node.shape.length > 0 || !EXACT.has(node.op)) return undefined;
  if (!node.inputs.every((input) => input.op === 'constant' && input.shape.length === 0)) return undefined;
  const graph = { nodes: [...new Set([...node.inputs, node])], inputs: [], outputs: [node] };
  return b.constant(interpret(graph, [])[0]!);
}

/** Elementwise work on what is repeated alike is done once, before. */
function narrowed(node: Node, b: Builder): Node | undefined {
  if (node.op === 'input' || node.op === 'constant' || record(node.op).kind !== 'elementwise')
    return undefined;
  if (!node.inputs.every(({ op }) => op === 'broadcast')) return undefined;
  const sources = node.inputs.map((input) => input.inputs[0]!);
  const shape = sources.find((source) => source.shape.length > 0)?.shape ?? [];
  if (!sources.every((source) => source.shape.length === 0 || sameShape(source.shape, shape)))
    return undefined;
  const alike = sources.map((source) =>
    sameShape(source.shape, shape) ? source : b.node('broadcast', [source], { shape: [...shape] }),
  );
  const once = improve(b.node(node.op, alike, node.params), b);
  return b.node('broadcast', [once], { shape: [...node.shape] });
}

/** The value of a constant scalar, repeated or not. */
function scalarOf(node: Node): number | undefined {
  if (node.op === 'broadcast') return scalarOf(node.inputs[0]!);
  return node.op === 'constant' && node.shape.length === 0 ? node.value!.data[0] : undefined;
}

/** A column or a row (of each of a batch), turned if so asked, as a matrix of equal columns or rows. */
function repeated(x: Node, turned: boolean, shape: Shape, b: Builder): Node {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const one = turned ? b.node('reshape', [x], { shape: [...x.shape.slice(0, -2), columns, rows] }) : x;
  return b.node('broadcast', [one], { shape: [...shape] });
}

/** A swap of the last two axes, taken out of an operand of `dot` into its flag. */
function untransposed(x: Node, flag: boolean): [Node, boolean] {
  if (x.op !== 'transpose') return [x, flag];
  const order = x.params.order as readonly number[];
  const last = order.length - 1;
  const swap = order.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
  return swap ? [x.inputs[0]!, !flag] : [x, flag];
}
