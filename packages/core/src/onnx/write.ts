import { misuse } from '../tensor/errors.js';
import { OPS } from '../tensor/ops/index.js';
import { convolutionOf } from './forms/convolution.js';
import { FORMS } from './forms/index.js';
import type { Port } from './proto.js';
import { type Extent, extentName, isFixed, sameExtent, type Twin, type TwinGraph } from './twin.js';
import type { Writer } from './writer.js';

/**
 * Writes a graph's nodes as operations.
 *
 * @param inputs what its inputs are called
 * @returns what its outputs are called
 */
export function writeInto(
  w: Writer,
  { nodes, inputs, outputs }: TwinGraph,
  names: readonly string[],
): string[] {
  const written = new Map<Twin, string | readonly string[]>(inputs.map((twin, i) => [twin, names[i]!]));
  for (const twin of neededOf(nodes, outputs)) {
    if (written.has(twin)) continue;
    const { op } = twin.node;
    if (op === 'constant') written.set(twin, constant(w, twin));
    else if (op !== 'input') {
      const form = FORMS[op];
      if (typeof form !== 'function') throw misuse(`exportOnnx: the model uses ${op}: ${form.none}`);
      const operands = operandsOf(twin).flatMap((operand) => written.get(operand)!);
      written.set(twin, form(w, operands, twin));
    }
  }
  return outputs.map((twin) => written.get(twin) as string);
}

function constant(w: Writer, { node, sequence, shape }: Twin): string {
  if (!sequence) return w.constant(node.value!);
  const [first, step] = sequence;
  const number = (value: string) => w.add('Squeeze', [value, w.list([0])]);
  const count = number(w.extents(shape));
  const places = w.cast(w.add('Range', [number(w.list([0])), count, number(w.list([1]))]), node.dtype);
  const steps = w.add('Mul', [places, w.scalar(step, node.dtype)]);
  return w.add('Add', [steps, w.scalar(first, node.dtype)]);
}

/** Nodes that the outputs need, in order, when operands are taken as {@link operandsOf} has them. */
function neededOf(nodes: readonly Twin[], outputs: readonly Twin[]): Twin[] {
  const needed = new Set(outputs);
  for (const twin of nodes.toReversed())
    if (needed.has(twin)) for (const operand of operandsOf(twin)) needed.add(operand);
  return nodes.filter((twin) => needed.has(twin));
}

/** What a node works on. ONNX repeats operands by itself, where ours are repeated before. */
function operandsOf(twin: Twin): readonly Twin[] {
  const { op } = twin.node;
  if (op === 'input' || op === 'constant') return [];
  const convolution = convolutionOf(twin);
  if (convolution) return [convolution.source, convolution.weights];
  const { kind } = OPS[op];
  if (kind !== 'elementwise' && kind !== 'contract') return twin.inputs;
  const bare = twin.inputs.map((input, i) => {
    const plain = kind === 'elementwise' || (i < 2 && repeatsStacks(input));
    return input.node.op === 'broadcast' && plain ? input.inputs[0]! : input;
  });
  // Of matrices the last two axes are not repeated.
  const repeated = (shape: readonly Extent[]) => (kind === 'contract' ? shape.slice(0, -2) : shape);
  const shapes = bare.map(({ shape }) => repeated(shape));
  return makesUp(shapes, repeated(twin.shape)) ? bare : twin.inputs;
}

/** Whether a matrix is repeated as it is, along the axes of stacks that it has. */
function repeatsStacks({ inputs: [source], shape }: Twin): boolean {
  const own = source?.shape ?? [];
  return (
    own.length === shape.length && own.slice(-2).every((extent, i) => sameExtent(extent, shape.at(i - 2)!))
  );
}

/** Whether shapes, aligned at their last axes, make up the whole shape when extents of 1 are repeated. */
const makesUp = (shapes: readonly (readonly Extent[])[], whole: readonly Extent[]): boolean =>
  shapes.some(({ length }) => length === whole.length) &&
  whole.every((extent, axis) => {
    const own = shapes.map((shape) => shape[axis - (whole.length - shape.length)] ?? 1);
    return own.some((each) => sameExtent(each, extent));
  });

/** What goes into a graph or comes out of it, under a name that is wanted. */
export const portOf = (w: Writer, { node: { dtype }, shape }: Twin, wanted = 'value'): Port => ({
  name: w.name(wanted),
  element: dtype,
  shape: shape.map((extent) => (isFixed(extent) ? extent : extentName(extent))),
});

/** Writes a graph with inputs of the given names, and gives its outputs names of their own. */
export function outputsOf(
  w: Writer,
  graph: TwinGraph,
  names: readonly string[],
  ports?: readonly Port[],
): readonly Port[] {
  const outputs = ports ?? graph.outputs.map((twin) => portOf(w, twin));
  for (const [i, value] of writeInto(w, graph, names).entries()) w.call(value, outputs[i]!.name);
  return outputs;
}
