import { type Extent, isFixed, sameExtent, type Twin } from '../twin.js';
import type { Writer } from '../writer.js';

/** A matrix product that is a convolution: weights times the windows of `source`. */
export interface Convolution {
  readonly source: Twin;
  /** [1, groups, outputs/groups, inner] */
  readonly weights: Twin;
  readonly sizes: readonly number[];
  readonly attributes: Readonly<Record<'strides' | 'dilations', readonly number[]>>;
}

/**
 * Finds out whether a product is one that `convolve` makes, which ONNX has as an operator of its own: a view of all
 * windows, [rows, channels, …sizes, …places], seen as a matrix for each row and group. ONNX Runtime has it in float32.
 */
export function convolutionOf({ node, inputs }: Twin): Convolution | undefined {
  const [a, matrix] = inputs;
  if (node.op !== 'dot' || node.dtype !== 'float32' || inputs.length > 2) return undefined;
  if (node.params.transA || node.params.transB || matrix!.node.op !== 'reshape' || node.shape.length !== 4)
    return undefined;
  const weights = a!.node.op === 'broadcast' ? a!.inputs[0]! : a!;
  const seen = windowsIn(matrix!.inputs[0]!);
  if (!seen || weights.shape.length !== 4 || weights.shape[0] !== 1) return undefined;
  const [rows, channels] = seen.source.shape;
  const [, groups, inner] = matrix!.shape;
  const fits =
    sameExtent(rows!, matrix!.shape[0]!) &&
    [channels!, groups!, inner!].every(isFixed) &&
    Number(inner) * Number(groups) === product([channels!, ...seen.sizes]);
  return fits ? { ...seen, weights } : undefined;
}

/** Goes back over moves of axes and views of windows; each axis of the source must have come to its place. */
function windowsIn(view: Twin): Omit<Convolution, 'weights'> | undefined {
  const chain: Twin[] = [];
  let source = view;
  for (; source.node.op === 'transpose' || source.node.op === 'windows'; source = source.inputs[0]!)
    chain.unshift(source);
  const axes = source.shape.length - 2;
  const numbers = Array.from({ length: Math.max(0, axes) }, (_, i) => i);
  const facts = { size: [...numbers], stride: [...numbers], dilation: [...numbers] };
  let labels = ['rows', 'channels', ...numbers.map((i) => `${i}`)];
  for (const twin of chain) {
    if (twin.node.op === 'transpose') {
      labels = (twin.node.params.order as readonly number[]).map((axis) => labels[axis]!);
      continue;
    }
    const axis = twin.whole('axis');
    const i = numbers.find((each) => labels[axis] === `${each}`);
    if (i === undefined) return undefined;
    for (const name of ['size', 'stride', 'dilation'] as const) facts[name][i] = twin.whole(name);
    labels = [...labels.map((label, at) => (at === axis ? `place ${i}` : label)), `window ${i}`];
  }
  const wanted = ['window', 'place'].flatMap((what) => numbers.map((i) => `${what} ${i}`));
  if (axes < 1 || labels.join() !== ['rows', 'channels', ...wanted].join()) return undefined;
  return { source, sizes: facts.size, attributes: { strides: facts.stride, dilations: facts.dilation } };
}

const product = (extents: readonly Extent[]): number =>
  extents.reduce<number>((all, n) => all * Number(n), 1);

/** As the operator, and then in the shape of the product. */
export function writeConvolution(
  w: Writer,
  [source, weights]: readonly string[],
  { shape }: Twin,
  { source: { shape: from }, sizes, attributes }: Convolution,
): string {
  const [, groups, outputs] = shape as readonly number[];
  const kernel = w.list([groups! * outputs!, Number(from[1]) / groups!, ...sizes]);
  const folded = w.add('Reshape', [weights!, kernel]);
  const made = w.add('Conv', [source!, folded], { ...attributes, group: groups!, kernel_shape: sizes });
  const rest = shape.slice(1);
  return w.add('Reshape', [made, w.list([-1, ...(rest as readonly number[])])]);
}
