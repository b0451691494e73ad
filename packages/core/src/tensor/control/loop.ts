import type { Graph, Node } from '../graph.js';
import type { ScanParams } from '../ops/control.js';
import { record } from '../ops/index.js';
import type { Tensor } from '../tensor.js';
import { addControl, withoutUnused } from './body.js';

/** A scan about to be. The body's inputs are those three lists, its outputs the next carries and then what is stacked. */
export interface Loop extends Pick<ScanParams, 'length' | 'reverse' | 'keep'> {
  readonly body: Graph;
  readonly carries: readonly Tensor[];
  readonly stacks: readonly Tensor[];
  readonly captured: readonly Tensor[];
}

/**
 * Adds a scan to the graph under way. Inputs that the body does not use are left out.
 *
 * What derivatives will want to know of each turn is stacked too: its carries, and the matrix products in it if they are
 * to be kept. It costs nothing unless one asks, since parts that nobody reads are not written.
 *
 * @returns the carries after the last turn, and the stacked results
 */
export function loop({ body, carries, stacks, captured, length, reverse, keep }: Loop): Tensor[] {
  const { bodies, left } = withoutUnused([body], carries.length);
  const { nodes, inputs, outputs } = bodies[0]!;
  const isProduct = ({ op }: Node): boolean =>
    op !== 'input' && op !== 'constant' && record(op).kind === 'contract';
  const wanted = [...inputs.slice(0, carries.length), ...(keep ? nodes.filter(isProduct) : [])];
  const stacked = outputs.slice(carries.length);
  const residues = wanted.filter((node) => !stacked.includes(node));
  const params: ScanParams = {
    body: { nodes, inputs, outputs: [...outputs, ...residues] },
    carries: carries.length,
    stacks: left.filter((i) => i >= carries.length && i < carries.length + stacks.length).length,
    length,
    reverse,
    keep,
  };
  const all = [...carries, ...stacks, ...captured];
  return addControl(
    'scan',
    left.map((i) => all[i]!),
    params,
  ).slice(0, outputs.length);
}
