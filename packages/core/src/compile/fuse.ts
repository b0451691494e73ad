import type { DType } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import { bodiesOf, type Graph, type Node, neededFor } from '../tensor/graph.js';
import { type OpName, record } from '../tensor/ops/index.js';
import type { Move } from '../tensor/record.js';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.js';
import { dense, isDense } from '../tensor/view.js';
import { type Picked, pickedBy, rowsInPlace } from './picked.js';
import {
  type Access,
  type Body,
  type ControlKernel,
  type Kernel,
  type LoopKernel,
  type Schedule,
  type SoloKernel,
  whole,
} from './schedule.js';
import { withoutUnread } from './unread.js';

/** Loops longer than this hold too many live values and streams at a time. */
const LONGEST_BODY = 64;
/** What a loop may work out once more, how much of it, and from how many elements on. */
const AGAIN: ReadonlySet<string> = new Set<OpName>(['add', 'sub', 'mul', 'where']);
const MOST_AGAIN = 8;
const LEAST_AGAIN = 2 ** 12;
/** Up to so many elements a call costs more than what strangers in one loop take from each other's cache. */
const SMALL = 1024;

/**
 * Turns a graph into few loops. Nodes are taken in order and each joins the first kernel that may hold it: elementwise
 * nodes and reductions join a loop of their own domain that does not come before anything they read and has some of it
 * at hand; what moves elements without computing is read in place through strides. Joining later kernels only, the
 * order stays sound. What one operation makes of inputs could be had at any time: it waits for its first reader, and
 * so does what is kept as float16 for later.
 */
export function fuse(graph: Graph): Schedule {
  const fusion = new Fusion(rowsInPlace(graph));
  for (const node of scalarsFirst(graph.nodes)) fusion.add(node);
  const outputs = graph.outputs.map((node) => fusion.settle(node));
  for (const kernel of fusion.kernels) if (kernel.kind === 'control') kernel.bodies = bodies(kernel);
  return { outputs, kernels: withoutUnread(fusion.kernels) };
}

/** The bodies of a node without what nobody asks for. A scan copies by itself what its body only hands through. */
function bodies({ node, parts }: ControlKernel): Body[] {
  const asked = new Set(parts.map(({ params }) => params.index));
  const { carries = 0 } = node.params;
  return bodiesOf(node).map(([name, { nodes, inputs, outputs }]) => {
    const results = outputs.flatMap((output, i) => {
      const through = node.op === 'scan' && output.op === 'input';
      return i < Number(carries) || (asked.has(i) && !through) ? [i] : [];
    });
    const ends = results.map((i) => outputs[i]!);
    const needed = neededFor(ends);
    const left = nodes.filter((node) => node.op === 'input' || needed.has(node));
    const graph = { nodes: left, inputs, outputs: ends };
    return { graph, schedule: fuse(graph), results, renews: name === 'body' };
  });
}

/** What is made of scalars alone can be had before all else, and then never stands between two loops over arrays. */
function scalarsFirst(nodes: readonly Node[]): readonly Node[] {
  const early = new Set<Node>();
  for (const node of nodes)
    if (node.shape.length === 0 && node.inputs.every((input) => early.has(input))) early.add(node);
  return [...early, ...nodes.filter((node) => !early.has(node))];
}

/** Had as float32 before it is needed, what is kept as float16 would be kept twice. */
const isForLater = ({ op, params }: Node): boolean => op === 'fromHalf' && params.later === true;

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'constant';

class Fusion {
  readonly kernels: Kernel[] = [];
  /** The kernel that computes a node. */
  readonly #home = new Map<Node, number>();
  /** Where later kernels find a node's elements. */
  readonly #places = new Map<Node, Access>();
  /**
   * Nodes that wait: the first kernel that may hold each, and where it finds its inputs. A copy of one of them that is made
   * in the meantime may come too late for the kernel that it joins.
   */
  readonly #waiting = new Map<Node, { readonly first: number; readonly given: readonly Access[] }>();

  /** @param inPlace those of its `gather` that are read in place, and those `scatterAdd` that a loop may add into */
  constructor(readonly inPlace: ReadonlySet<Node>) {}

  add(node: Node): void {
    if (isLeaf(node)) {
      this.#places.set(node, whole(node));
      return;
    }
    const rule = record(node.op);
    switch (rule.kind) {
      case 'elementwise': {
        const now = Math.max(0, ...node.inputs.map((input) => this.#earliest(input, node.shape)));
        const first = isForLater(node) ? now + 1 : now;
        if (
          isForLater(node) ||
          (node.shape.length > 0 && node.inputs.every((input) => this.#isGiven(input, node.dtype)))
        ) {
          const given = node.inputs.map((input) => this.#places.get(input)!);
          this.#waiting.set(node, { first, given });
          this.#places.set(node, whole(node));
        } else this.#join(node, this.#loop(node.shape, first, node.inputs));
        break;
      }
      case 'reduce': {
        const input = node.inputs[0]!;
        const axes = node.params.axes as readonly number[];
        const at = this.#loop(input.shape, this.#earliest(input, input.shape), node.inputs, axes);
        this.#feed(input, at);
        this.#at(at).axes = axes;
        this.#at(at).reduces.push(node);
        this.#own(node, at);
        break;
      }
      case 'move':
        if (rule.read) this.#places.set(node, this.#moved(node, rule.read));
        else this.#solo('place', node);
        break;
      case 'contract':
        this.#solo('dot', node);
        break;
      case 'indexed':
        if (!this.#inPlace(node)) this.#solo('rows', node);
        break;
      case 'random':
      case 'line':
      case 'linalg':
        this.#solo(rule.kind, node);
        break;
      case 'control': {
        const operands = node.inputs.map((input) => this.settle(input));
        const kernel: ControlKernel = { kind: 'control', node, operands, parts: [], bodies: [] };
        this.#own(node, this.kernels.push(kernel) - 1);
        break;
      }
      case 'part': {
        const at = this.#home.get(node.inputs[0]!)!;
        (this.kernels[at] as ControlKernel).parts.push(node);
        this.#own(node, at);
        break;
      }
    }
  }

  /** Sees to it that `node` lies in a buffer in row-major order. */
  settle(node: Node): Access {
    const access = this.#read(node);
    if (isDense(access.view)) return access;
    const at = this.#loop(node.shape, (this.#home.get(access.base) ?? -1) + 1, [node]);
    const kernel = this.#at(at);
    kernel.loads.set(node, access);
    kernel.body.push(node);
    kernel.stores.add(node);
    this.#own(node, at);
    return this.#read(node);
  }

  /**
   * Lets loops read rows from where they are, or the loop that makes updates add them; false where there is none, or where
   * the index is not there before it. An index that is made of elements elsewhere is put in order first.
   */
  #inPlace(node: Node): boolean {
    if (!this.inPlace.has(node)) return false;
    const [source, index] = node.inputs as readonly [Node, Node];
    if (node.op === 'gather') {
      const { base } = this.settle(source);
      const picked = pickedBy(node, this.settle(index).base);
      this.#places.set(node, { base, view: dense(node.shape), picked });
      return true;
    }
    const home = this.#home.get(source) ?? -1;
    const ready = this.#places.get(index)!;
    if (!this.#atHand(source, home) || !isDense(ready.view) || ready.picked) return false;
    if (this.#waiting.has(ready.base) || (this.#home.get(ready.base) ?? -1) >= home) return false;
    this.#at(home).adds.set(node, pickedBy(node, this.#read(index).base));
    this.#own(node, home);
    return true;
  }

  #solo(kind: SoloKernel['kind'], node: Node): void {
    const operands = node.inputs.map((input) => this.settle(input));
    this.#own(node, this.kernels.push({ kind, node, operands }) - 1);
  }

  #moved(node: Node, read: NonNullable<Move['read']>): Access {
    const input = node.inputs[0]!;
    const through = ({ base, view }: Access): Access | undefined => {
      const moved = read(view, node.params, node);
      return moved && { base, view: moved };
    };
    const place = this.#places.get(input)!;
    const found = (place.picked ? undefined : through(place)) ?? through(this.settle(input));
    if (!found) throw internal(`${node.op} cannot read a dense array`);
    return found;
  }

  /**
   * Whether it is there at any time: an input, or a scalar, as those come first. A truth value is also made at any time of
   * what is kept in memory: it need not be kept itself.
   */
  #isGiven(node: Node, result: DType): boolean {
    const { base, picked } = this.#places.get(node)!;
    if (picked) return false;
    return (
      isLeaf(base) || base.shape.length === 0 || (result === 'bool' && base === node && this.#isKept(node))
    );
  }

  #isKept(node: Node): boolean {
    const kernel = this.kernels[this.#home.get(node) ?? -1];
    return kernel !== undefined && (kernel.kind !== 'loop' || kernel.stores.has(node));
  }

  /** Puts an elementwise node into loop `at`. */
  #join(node: Node, at: number): void {
    const { given } = this.#waiting.get(node) ?? {};
    this.#waiting.delete(node);
    node.inputs.forEach((input, i) => {
      const access = given?.[i];
      if (access && isLeaf(access.base)) this.#load(input, at, access);
      else this.#feed(input, at);
    });
    this.#at(at).body.push(node);
    this.#own(node, at);
  }

  /** The first kernel that may read `input`: its own loop, while the value is at hand, or else the next. */
  #earliest(input: Node, domain: Shape): number {
    const { base, picked } = this.#places.get(input)!;
    if (picked) return Math.max(...[base, picked.index].map((node) => this.#home.get(node) ?? -1)) + 1;
    const waiting = this.#waiting.get(base);
    if (waiting) {
      if (base === input && sameShape(input.shape, domain)) return waiting.first;
      this.#wake(base, waiting.first);
    }
    const home = this.#home.get(base) ?? -1;
    return this.#atHand(input, home) && sameShape(input.shape, domain) ? home : home + 1;
  }

  /** Puts a node that waits into a loop, from where others read it; what is kept as float16 until then, into one just before. */
  #wake(node: Node, first: number): void {
    this.#join(node, this.#loop(node.shape, isForLater(node) ? this.kernels.length : first, node.inputs));
  }

  #atHand(input: Node, at: number): boolean {
    const kernel = this.kernels[at];
    return kernel?.kind === 'loop' && kernel.body.includes(input);
  }

  /** Gives kernel `at` the value of `input`. */
  #feed(input: Node, at: number): void {
    if (this.#waiting.has(input)) this.#join(input, at);
    else if (this.#atHand(input, at)) return;
    else if (this.#largeSources(input) <= 1 && !this.#at(at).loads.has(input)) {
      for (const source of input.inputs) this.#feed(source, at);
      this.#at(at).body.push(input);
    } else this.#at(at).loads.set(input, this.#read(input));
  }

  /**
   * How many large arrays have to be read to work a node out once more. Of one, that is better than to write it for its
   * reader; infinitely many stand for what is kept anyway, costs more, or is made of what is not kept. What a node is made of
   * twice is visited twice, so the number of visits has an end.
   */
  #largeSources(node: Node, left = { visits: MOST_AGAIN }): number {
    if (left.visits-- <= 0) return Number.POSITIVE_INFINITY;
    const size = sizeOf(node.shape);
    const { base } = this.#places.get(node)!;
    // Float64 comes in vectors where no truth value is read beside it.
    const even = node.dtype === 'float32' || node.inputs.every(({ dtype }) => dtype === node.dtype);
    const again = base === node && AGAIN.has(node.op) && even && size >= LEAST_AGAIN;
    if (!again || this.#isKept(node) || isLeaf(node)) return Number.POSITIVE_INFINITY;
    const sources = node.inputs.map((input) => {
      const { base, picked } = this.#places.get(input)!;
      if (picked || this.#waiting.has(base)) return Number.POSITIVE_INFINITY;
      if (isLeaf(base) || this.#isKept(base)) return Number(4 * sizeOf(base.shape) > size);
      return base === input ? this.#largeSources(input, left) : Number.POSITIVE_INFINITY;
    });
    return sources.reduce((sum, count) => sum + count, 0);
  }

  /** Lets loop `at` read `input` from where it is, unless it has it already. */
  #load(input: Node, at: number, access: Access): void {
    const { body, loads } = this.#at(at);
    if (!body.includes(input) && !loads.has(input)) loads.set(input, access);
  }

  /** A node's place, after making sure that it is stored there. */
  #read(node: Node): Access {
    const access = this.#places.get(node)!;
    const waiting = this.#waiting.get(access.base);
    if (waiting) this.#wake(access.base, waiting.first);
    const kernel = this.kernels[this.#home.get(access.base) ?? -1];
    if (kernel?.kind === 'loop' && kernel.body.includes(access.base)) kernel.stores.add(access.base);
    return access;
  }

  /** A loop from kernel `first` on that may hold what is made of `inputs`, or a new one. */
  #loop(domain: Shape, first: number, inputs: readonly Node[], axes?: readonly number[]): number {
    const isLarge = (shape: Shape): boolean => sizeOf(shape) > SMALL;
    // What waits is worked out in the loop that it is read in: that reads what it is made of.
    const sources = inputs.flatMap((input) => (this.#waiting.has(input) ? input.inputs : [input]));
    const shared = sources.filter((input) => isLarge(this.#places.get(input)!.base.shape));
    const fits = (kernel: Kernel): boolean =>
      kernel.kind === 'loop' &&
      sameShape(kernel.domain, domain) &&
      kernel.body.length + kernel.reduces.length < LONGEST_BODY &&
      (axes === undefined || kernel.axes === undefined || sameShape(kernel.axes, axes)) &&
      (!isLarge(domain) || shared.some((input) => kernel.loads.has(input) || kernel.body.includes(input)));
    for (let i = first; i < this.kernels.length; i++) if (fits(this.kernels[i]!)) return i;
    const loop = {
      body: [],
      loads: new Map(),
      reduces: [],
      axes: undefined,
      stores: new Set<Node>(),
      adds: new Map<Node, Picked>(),
    };
    return this.kernels.push({ kind: 'loop', domain, ...loop }) - 1;
  }

  #at(i: number): LoopKernel {
    return this.kernels[i] as LoopKernel;
  }

  #own(node: Node, at: number): void {
    this.#home.set(node, at);
    this.#places.set(node, whole(node));
  }
}
