import type { Node } from '../graph.js';
import { record } from '../ops/index.js';
import type { Control } from '../record.js';
import { Tensor } from '../tensor.js';

/** All results of a node with bodies. Asking again gives the same nodes. */
export function partsOf({ builder, node }: { builder: Tensor['builder']; node: Node }): Tensor[] {
  const { parts } = record(node.op) as Control;
  return parts(node.params).map(
    ({ shape, dtype }, index) => new Tensor(builder, builder.node('part', [node], { index, shape, dtype })),
  );
}
