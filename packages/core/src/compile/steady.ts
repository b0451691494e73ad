import { Builder, type Graph, type Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';

/** A graph in two: what is worked out once a call, and what each step does. */
export interface Split {
  /** Its outputs are further inputs of `each`, after those of the graph. */
  readonly once: Graph;
  readonly each: Graph;
}

/**
 * Takes out of a step what is made of steady scalars alone, such as ln β: it is the same in all steps of a call.
 *
 * @param steady the inputs that stay as they are from step to step
 */
export function split(graph: Graph, steady: ReadonlySet<Node>): Split {
  const still = new Set(steady);
  for (const node of graph.nodes) if (isStill(node, still)) still.add(node);
  const moving = graph.nodes.filter((node) => !still.has(node));
  const wanted = new Set([...moving.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const handed = [...still]
    .filter(({ op }) => op !== 'input' && op !== 'constant')
    .filter((x) => wanted.has(x));
  const once = { nodes: [...still], inputs: graph.inputs, outputs: handed };
  if (handed.length === 0) return { once, each: graph };
  const b = new Builder();
  const given = new Map([...graph.inputs, ...handed].map((node) => [node, b.input(nameOf(node), node)]));
  const constants = [...still].filter(({ op }) => op === 'constant');
  const made = b.replay({ nodes: [...constants, ...moving.filter(({ op }) => op !== 'input')] }, given);
  return {
    once,
    each: b.finish(
      [...given.values()],
      graph.outputs.map((node) => made.get(node)!),
    ),
  };
}

function isStill(node: Node, still: ReadonlySet<Node>): boolean {
  if (node.op === 'input') return false;
  if (node.shape.length > 0) return false;
  if (node.op === 'constant') return true;
  return record(node.op).kind === 'elementwise' && node.inputs.every((input) => still.has(input));
}

const nameOf = (node: Node): string => (node.op === 'input' ? String(node.params.name) : node.op);
