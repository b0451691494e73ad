import { joined } from '../../data/protobuf.js';
import type { Graph } from '../../tensor/graph.js';
import { modelProto } from '../proto.js';
import { twins } from '../twin.js';
import { outputsOf, portOf } from '../write.js';
import { Writer } from '../writer.js';

/** A graph of fixed shapes as an ONNX file. */
export function graphFile(graph: Graph): Uint8Array {
  const twin = twins(graph, graph, [1, 2]);
  const w = new Writer();
  const inputs = twin.inputs.map((input) => portOf(w, input, 'x'));
  const outputs = outputsOf(
    w,
    twin,
    inputs.map(({ name }) => name),
  );
  const { operations, constants } = w;
  return joined(modelProto({ name: 'graph', operations, constants, inputs, outputs }, {}));
}
