import { bodiesOf, type Graph, type Node } from '../tensor/graph.js';

/**
 * All that a graph says, constants included, as text: equal texts, equal programs. Undefined where it has bodies, or its
 * constants hold more than `most` numbers.
 */
export function signature({ nodes, inputs, outputs }: Graph, most: number): string | undefined {
  const held = nodes.reduce((sum, { value }) => sum + (value?.data.length ?? 0), 0);
  if (held > most || nodes.some((node) => bodiesOf(node).length > 0)) return undefined;
  const parts = nodes.map(({ id, op, inputs, params, shape, dtype, value }) => [
    [id, op, ids(inputs), params, shape, dtype],
    value && Array.from(value.data),
  ]);
  return JSON.stringify([parts, ids(inputs), ids(outputs)], exactly);
}

const ids = (nodes: readonly Node[]): number[] => nodes.map(({ id }) => id);

/** JSON knows neither −0 nor what is not finite. */
const exactly = (_: string, value: unknown): unknown => {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? '-0' : String(value);
};
