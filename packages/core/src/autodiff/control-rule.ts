import type { Builder, Graph, Node } from '../tensor/graph.js';
import { Tensor } from '../tensor/tensor.js';
import type { pullBack, pushForward } from './propagate.js';

/** Differentiation itself, for use on bodies. */
export interface Modes {
  readonly pullBack: typeof pullBack;
  readonly pushForward: typeof pushForward;
}

export type Maybe = Tensor | undefined;

/** How an op with bodies is differentiated: by the same op on other bodies, so that it can be done again. */
export interface ControlRule {
  /** From the tangents of the inputs to those of the parts. */
  pushForward(y: Tensor, tangents: readonly Maybe[], modes: Modes): readonly Maybe[];
  /** From the cotangents of the parts to those of the inputs, as far as they are wanted. */
  pullBack(y: Tensor, bars: readonly Maybe[], wanted: readonly boolean[], modes: Modes): readonly Maybe[];
}

/** What a node with bodies has been given. */
export const inputsOf = ({ builder, node }: Tensor): Tensor[] =>
  node.inputs.map((input) => new Tensor(builder, input));

/** A body's values, worked out again in another graph. */
export interface Replayed {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  of(node: Node): Node;
}

export function replay(builder: Builder, body: Graph, inputs: readonly Tensor[]): Replayed {
  const given = new Map(body.inputs.map((node, i) => [node, inputs[i]!.within(builder).node]));
  const made = builder.replay(body, given);
  const of = (node: Node): Node => made.get(node)!;
  const tensor = (node: Node): Tensor => new Tensor(builder, of(node));
  return { inputs: body.inputs.map(tensor), outputs: body.outputs.map(tensor), of };
}

/** The places in a list of which something holds. */
export const places = <T>(list: readonly T[], holds: (item: T, i: number) => unknown): number[] =>
  list.flatMap((item, i) => (holds(item, i) ? [i] : []));

/** A list with these at those places. */
export function dealOut(values: readonly Maybe[], at: readonly number[]): Maybe[] {
  const list: Maybe[] = [];
  at.forEach((place, i) => {
    list[place] = values[i];
  });
  return Array.from(list);
}

/** Carries that turn out to depend on others join them, until none is left out. */
export function settled(
  active: readonly boolean[],
  attempt: (active: readonly boolean[]) => { reached: readonly Maybe[]; finish: () => Maybe[] },
): Maybe[] {
  const { reached, finish } = attempt(active);
  const grown = active.map((is, i) => is || reached[i] !== undefined);
  return grown.some((is, i) => is !== active[i]) ? settled(grown, attempt) : finish();
}
