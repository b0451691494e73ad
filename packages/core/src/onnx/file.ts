import { simplify } from '../compile/simplify.js';
import { joined } from '../data/protobuf.js';
import type { NdArray } from '../tensor/array.js';
import { misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import { type Element, modelProto } from './proto.js';
import { TRACED_ROWS, type Twin, twins } from './twin.js';
import { portOf, writeInto } from './write.js';
import { Writer } from './writer.js';

/** What is to be exported: a function of weights and inputs that gives one tensor or several. */
export interface Exported {
  apply(...args: never[]): unknown;
  readonly weights: Flat<NdArray>;
  /** Their first axes are those of rows. */
  readonly inputs: Flat<Spec>;
  /** The one number of rows (default: any). */
  readonly rows?: number;
}

/** What goes in or comes out, where it is not what the graph has: `turn` makes the one of the other. */
export interface Door {
  readonly name: string;
  readonly element?: Element;
  readonly turn?: (w: Writer, value: string) => string;
}

export interface Doors {
  readonly inputs: readonly Door[];
  readonly outputs: readonly Door[];
  /** What else the file holds. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Traces a function and writes it as an ONNX file. The weights are its first constants. */
export function onnxFile({ apply, weights, inputs, rows }: Exported, doors: Doors): Uint8Array {
  const traced = (count: number) => {
    const leaves = inputs.leaves.map(({ shape, dtype }) => ({ shape: [count, ...shape.slice(1)], dtype }));
    return simplify(trace(apply, [weights, { ...inputs, leaves }]).graph);
  };
  const [some, more] = rows === undefined ? TRACED_ROWS : [rows, rows];
  const graph = twins(traced(some), traced(more), [some, more]);
  if (graph.outputs.length !== doors.outputs.length)
    throw misuse(`exportOnnx: the model must give one tensor, got ${graph.outputs.length}`);
  const given = graph.inputs.slice(weights.leaves.length);

  const w = new Writer();
  const port = (twin: Twin, { name, element }: Door) => {
    const made = portOf(w, twin, name);
    return { ...made, element: element ?? made.element };
  };
  const ports = {
    inputs: given.map((twin, i) => port(twin, doors.inputs[i]!)),
    outputs: graph.outputs.map((twin, i) => port(twin, doors.outputs[i]!)),
  };
  w.rowsOf(ports.inputs[0]!.name);
  const values = weights.leaves.map((value, i) => w.constant(value, weights.names[i] || 'params'));
  const turned = ({ turn }: Door, value: string) => turn?.(w, value) ?? value;
  const entered = ports.inputs.map(({ name }, i) => turned(doors.inputs[i]!, name));
  for (const [i, value] of writeInto(w, graph, [...values, ...entered]).entries())
    w.call(turned(doors.outputs[i]!, value), ports.outputs[i]!.name);
  return joined(
    modelProto(
      { name: 'model', operations: w.operations, constants: w.constants, ...ports },
      doors.notes ?? {},
    ),
  );
}
