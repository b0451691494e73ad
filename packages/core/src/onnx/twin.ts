import type { NdArray } from '../tensor/array.js';
import { misuse } from '../tensor/errors.js';
import { bodiesOf, type Graph, type Node } from '../tensor/graph.js';
import type { Params } from '../tensor/record.js';

/**
 * Graphs have fixed shapes, an exported one takes any number of rows. So a model is traced for two numbers of rows: what
 * comes out the same is fixed, and an extent that does not is `per · rows + plus`.
 */
export type Extent = number | { readonly per: number; readonly plus: number };

/** Numbers of rows that no extent of a model is likely to have. */
export const TRACED_ROWS = [1009, 2003] as const;

/** A node, as it is for two numbers of rows. */
export interface Twin {
  readonly node: Node;
  readonly inputs: readonly Twin[];
  readonly shape: readonly Extent[];
  /** A parameter that is a list of extents or places, or one of them. */
  extents(param: string): readonly Extent[];
  /** A parameter that is a number, the same for any number of rows. */
  whole(param: string): number;
  readonly bodies: Readonly<Record<string, TwinGraph>>;
  /** Of a constant whose length depends on the number of rows: where it starts, and how far it is to the next number. */
  readonly sequence?: readonly [first: number, step: number];
}

export interface TwinGraph {
  readonly nodes: readonly Twin[];
  readonly inputs: readonly Twin[];
  readonly outputs: readonly Twin[];
}

/**
 * Matches the nodes of two traces.
 *
 * @param rows the numbers of rows that they were traced for
 * @throws when the traces differ in more than extents
 */
export function twins(some: Graph, others: Graph, rows: readonly [number, number]): TwinGraph {
  if (some.nodes.length !== others.nodes.length) throw depends('what it does');
  const made = new Map<Node, Twin>();
  const nodes = some.nodes.map((node, i) => {
    const twin = twinOf(node, others.nodes[i]!, rows, made);
    made.set(node, twin);
    return twin;
  });
  const known = (node: Node): Twin => made.get(node)!;
  return { nodes, inputs: some.inputs.map(known), outputs: some.outputs.map(known) };
}

function twinOf(node: Node, other: Node, rows: readonly [number, number], made: Map<Node, Twin>): Twin {
  if (node.op !== other.op || node.shape.length !== other.shape.length) throw depends('what it does');
  const extent = extentOf(rows);
  const bodies = bodiesOf(other);
  const list = (params: Params, param: string) => [params[param] as number | readonly number[]].flat();
  return {
    node,
    inputs: node.inputs.map((input) => made.get(input)!),
    shape: node.shape.map((n, axis) => extent(n, other.shape[axis]!)),
    extents: (param) => {
      const more = list(other.params, param);
      return list(node.params, param).map((n, i) => extent(n, more[i]!));
    },
    whole: (param) => {
      if (node.params[param] !== other.params[param]) throw depends(`${param} of ${node.op} in it`);
      return node.params[param] as number;
    },
    bodies: Object.fromEntries(
      bodiesOf(node).map(([name, body], i) => [name, twins(body, bodies[i]![1], rows)]),
    ),
    sequence: node.op === 'constant' ? sequenceOf(node.value!, other.value!) : undefined,
  };
}

/** Constants have to be the same, or go on by the same steps: row numbers, and where rows start. */
function sequenceOf(some: NdArray, more: NdArray): [first: number, step: number] | undefined {
  const from = some.data.length === more.data.length ? some.data : undefined;
  const [first = 0, second = 0] = some.data;
  const step = second - first;
  const wanted = (i: number) => (from ? from[i]! : first + i * step);
  const fits = more.data.every((value, i) => Object.is(value, wanted(i)));
  if (!fits || (!from && (more.shape.length > 1 || some.data.some((value, i) => value !== wanted(i)))))
    throw depends('a constant in it');
  return from ? undefined : [first, step];
}

const extentOf =
  ([some, more]: readonly [number, number]) =>
  (a: number, b: number): Extent => {
    if (a === b) return a;
    const per = (b - a) / (more - some);
    const plus = a - per * some;
    if (!Number.isInteger(per) || !Number.isInteger(plus))
      throw depends('an extent in it, by no whole factor,');
    return { per, plus };
  };

const depends = (what: string) =>
  misuse(`exportOnnx: ${what} depends on the number of rows; export it for one number only: { rows: 32 }`);

export const isFixed = (extent: Extent): extent is number => typeof extent === 'number';

export const sameExtent = (a: Extent, b: Extent): boolean =>
  isFixed(a) || isFixed(b) ? a === b : a.per === b.per && a.plus === b.plus;

/** `rows`, `2 * rows + 1` */
export function extentName({ per, plus }: Exclude<Extent, number>): string {
  const product = per === 1 ? 'rows' : `${per} * rows`;
  return plus === 0 ? product : `${product} ${plus < 0 ? '-' : '+'} ${Math.abs(plus)}`;
}
