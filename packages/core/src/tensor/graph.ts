import type { NdArray } from './array.js';
import { type FloatType, isFloat } from './dtype.js';
import { internal, misuse } from './errors.js';
import { OPS, type OpName, record } from './ops/index.js';
import type { Params, Spec } from './record.js';
import { LONGEST_AXIS, sameShape } from './shape.js';
import { ShapeError } from './shape-error.js';

/** One value of a graph. */
export interface Node extends Spec {
  readonly id: number;
  readonly op: OpName | 'input' | 'constant';
  readonly inputs: readonly Node[];
  readonly params: Params;
  /** The elements of a constant. */
  readonly value?: NdArray;
}

/** Nodes in evaluation order, with what goes in and what comes out. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
}

/** The bodies among a node's parameters, by name: graphs of their own that a control node runs. */
export const bodiesOf = ({ params }: Pick<Node, 'params'>): [name: string, body: Graph][] =>
  Object.entries(params).flatMap(([name, value]) => (isGraph(value) ? [[name, value]] : []));

export const isGraph = (value: Params[string]): value is Graph =>
  typeof value === 'object' && 'nodes' in value;

/**
 * Collects the nodes of one trace. Equal nodes (same op, inputs and parameters) are one node, but for those with bodies.
 *
 * While a body is being traced, all that is done goes into the body, even to tensors of the graph around it: what they
 * hold comes in as further inputs, the body's captures.
 */
export class Builder {
  readonly #nodes: Node[] = [];
  readonly #made = new Map<string, Node>();
  readonly #around: Builder | undefined;
  readonly #captures = new Map<Node, Node>();
  #body: Builder | undefined;

  constructor(around?: Builder) {
    this.#around = around;
  }

  /** Where new nodes belong now: here, or in the body that is being traced. */
  get current(): Builder {
    if (this.#around && this.#around.#body !== this)
      throw misuse('a Tensor made in a body was used outside of it; return it from the body instead');
    return this.#body?.current ?? this;
  }

  /** Lets `trace` make a body within this graph. */
  within<T>(trace: (body: Builder) => T): T {
    const body = new Builder(this);
    this.#body = body;
    try {
      return trace(body);
    } finally {
      this.#body = undefined;
    }
  }

  /** What stands here for a value of this graph or of one around it; `undefined` when it belongs to neither. */
  own({ builder, node }: { readonly builder: Builder; readonly node: Node }): Node | undefined {
    if (builder === this) return node;
    const outer = this.#around?.own({ builder, node });
    if (!outer) return undefined;
    if (outer.op === 'constant' && outer.shape.length === 0) return this.constant(outer.value!);
    const inner = this.#captures.get(outer) ?? this.input('captured', outer);
    this.#captures.set(outer, inner);
    return inner;
  }

  /** The nodes of the graph around that this body has taken in. */
  get captures(): Node[] {
    return [...this.#captures.keys()];
  }

  node(op: OpName, inputs: readonly Node[], params: Params = {}): Node {
    const key = keyOf(op, inputs, params);
    return this.#found(key) ?? this.#add(op, inputs, params, specOf(op, inputs, params), key);
  }

  /** A node of another graph once more, on inputs of the shapes and types that it has there. */
  again(node: Node, inputs: readonly Node[]): Node {
    const op = node.op as OpName;
    const key = keyOf(op, inputs, node.params);
    return this.#found(key) ?? this.#add(op, inputs, node.params, node, key);
  }

  /**
   * The nodes of `graph` once more, as nodes of this one.
   *
   * @param given what takes the place of some of them, its inputs above all
   * @returns every node's counterpart
   */
  replay({ nodes }: Pick<Graph, 'nodes'>, given: ReadonlyMap<Node, Node>): Map<Node, Node> {
    const made = new Map(given);
    for (const node of nodes) {
      if (made.has(node)) continue;
      const inputs = node.inputs.map((input) => made.get(input)!);
      made.set(node, node.op === 'constant' ? this.constant(node.value!) : this.again(node, inputs));
    }
    return made;
  }

  input(name: string, spec: Spec): Node {
    return this.#add('input', [], { name }, spec);
  }

  constant(value: NdArray): Node {
    const scalar = value.shape.length === 0 ? value.data[0] : undefined;
    const key =
      scalar === undefined ? undefined : `constant ${value.dtype} ${Object.is(scalar, -0) ? '-0' : scalar}`;
    return this.#found(key) ?? this.#add('constant', [], {}, value, key, value);
  }

  /** The float type of the inputs, here or else around; float32 where they have both or none. */
  get float(): FloatType {
    const types = this.#nodes.flatMap(({ op, dtype }) => (op === 'input' && isFloat(dtype) ? dtype : []));
    if (types.length > 0) return types.includes('float32') ? 'float32' : 'float64';
    return this.#around?.float ?? 'float32';
  }

  /** A tag that no other node of this builder has. */
  unique(): number {
    return this.current.#nodes.length;
  }

  /** The graph of what the outputs need. Inputs are kept, used or not. */
  finish(inputs: readonly Node[], outputs: readonly Node[]): Graph {
    const needed = new Set<Node>([...inputs, ...neededFor(outputs)]);
    return { nodes: this.#nodes.filter((node) => needed.has(node)), inputs, outputs };
  }

  #found(key: string | undefined): Node | undefined {
    return key === undefined ? undefined : this.#made.get(key);
  }

  /** All nodes have the same properties in the same order: engines read them faster. */
  #add(
    op: Node['op'],
    inputs: readonly Node[],
    params: Params,
    { shape, dtype }: Spec,
    key?: string,
    value?: NdArray,
  ): Node {
    const made = { id: this.#nodes.length, op, inputs, params, shape, dtype, value };
    this.#nodes.push(made);
    if (key !== undefined) this.#made.set(key, made);
    return made;
  }
}

function specOf(op: OpName, inputs: readonly Node[], params: Params): Spec {
  const fail = (why: string): never => {
    throw new ShapeError(`${op}: ${why}`);
  };
  const spec = record(op).infer(inputs, params, fail);
  if (spec.shape.some((extent) => extent > LONGEST_AXIS)) fail(`[${spec.shape}] goes beyond 2^30`);
  return spec;
}

/** What equal nodes of one builder have in common; none of those with bodies. */
function keyOf(op: OpName, inputs: readonly Node[], params: Params): string | undefined {
  if (OPS[op].kind === 'control') return undefined;
  let key: string = op;
  for (const { id } of inputs) key += ` ${id}`;
  return Object.keys(params).length === 0 ? key : key + JSON.stringify(params);
}

/** The nodes that have to be worked out for the given ones: these, and all that they stand on. */
export function neededFor(outputs: readonly Node[]): Set<Node> {
  const needed = new Set(outputs);
  // Going through a set visits what is added on the way, so that no depth of graph fills the stack.
  for (const node of needed) for (const input of node.inputs) needed.add(input);
  return needed;
}

/** The graph as text: one node a line, numbered afresh; bodies are set in. */
export function print({ nodes, outputs }: Graph): string {
  const names = new Map(nodes.map((node, i) => [node, `%${i}`]));
  const name = (node: Node): string => names.get(node) ?? '%?';
  const lines = nodes.map((node) => {
    const words = [node.op, ...paramWords(node), ...node.inputs.map(name)];
    const bodies = bodiesOf(node).map(
      ([name, body]) => `\n  ${name}:\n${print(body).replace(/^/gm, '    ')}`,
    );
    return `${name(node)} = ${words.join(' ')} : ${node.dtype}[${node.shape.join(', ')}]${bodies.join('')}`;
  });
  return [...lines, `return ${outputs.map(name).join(' ')}`].join('\n');
}

function paramWords(node: Node): string[] {
  if (node.op === 'constant') return node.shape.length === 0 ? [String(node.value!.data[0])] : ['…'];
  const plain = Object.entries(node.params).filter(([, value]) => !isGraph(value));
  return plain.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}

/** Throws when a graph is not what passes may take for granted. Tests run it after every pass. */
export function verify({ nodes, inputs, outputs }: Graph): void {
  const seen = new Set<Node>();
  for (const node of nodes) {
    const complain = (why: string): never => {
      throw internal(`${node.op} (node ${node.id}) ${why}`);
    };
    if (seen.has(node)) complain('stands twice');
    if (!node.inputs.every((input) => seen.has(input))) complain('stands before one of its inputs');
    seen.add(node);
    if (node.op === 'input' || node.op === 'constant') continue;
    for (const [, body] of bodiesOf(node)) verify(body);
    const spec = record(node.op).infer(node.inputs, node.params, complain);
    if (!sameShape(spec.shape, node.shape) || spec.dtype !== node.dtype)
      complain(`says ${node.dtype}[${node.shape}], its rule says ${spec.dtype}[${spec.shape}]`);
    const numbers = Object.values(node.params)
      .flat()
      .filter((value) => typeof value === 'number');
    // Parameters are told apart by their text, in which −0 is 0, and NaN is nothing.
    if (!numbers.every((value) => Number.isSafeInteger(value) && !Object.is(value, -0)))
      complain(`has parameters that are no whole numbers: ${numbers}`);
  }
  for (const node of [...inputs, ...outputs])
    if (!seen.has(node)) throw internal(`${node.op} (node ${node.id}) is named but not in the graph`);
}
