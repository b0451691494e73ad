import { condOf, scanOf } from '../../tensor/ops/control.js';
import type { Form } from '../form.js';
import { graphProto, type Proto } from '../proto.js';
import type { TwinGraph } from '../twin.js';
import { outputsOf, portOf, writeInto } from '../write.js';
import { Writer } from '../writer.js';

export const part: Form = (_w, results, { node }) => results[Number(node.params.index)]!;

/** Stacks are scanned along their first axis; a scan without any goes along zeros. Captured values are those around. */
export const scan: Form = (w, inputs, twin) => {
  const { carries, stacks, reverse } = scanOf(twin.node.params);
  const body = twin.bodies.body!;
  const length = twin.whole('length');
  const scanned =
    stacks > 0
      ? inputs.slice(carries, carries + stacks)
      : [w.constant({ data: new Float32Array(length), shape: [length], dtype: 'float32' })];
  const within = new Writer(w);
  const own = body.inputs.slice(0, carries + stacks).map((input) => portOf(within, input));
  const tick = stacks > 0 ? [] : [{ name: within.name('turn'), element: 'float32' as const, shape: [] }];
  const names = [...own.map(({ name }) => name), ...inputs.slice(carries + stacks)];
  const outputs = outputsOf(within, body, names);
  const graph = graphProto({
    name: 'body',
    operations: within.operations,
    constants: new Map(),
    inputs: [...own, ...tick],
    outputs,
  });
  const directions = (count: number) => Array.from({ length: count }, () => Number(reverse));
  return w.results('Scan', [...inputs.slice(0, carries), ...scanned], body.outputs.length, {
    body: { graph },
    num_scan_inputs: scanned.length,
    scan_input_directions: directions(scanned.length),
    scan_output_directions: directions(body.outputs.length - carries),
  });
};

export const cond: Form = (w, [condition, ...captured], { bodies, node }) => {
  const branch = (body: TwinGraph): Proto => {
    const within = new Writer(w);
    const outputs = outputsOf(within, body, captured);
    return {
      graph: graphProto({
        name: 'branch',
        operations: within.operations,
        constants: new Map(),
        inputs: [],
        outputs,
      }),
    };
  };
  return w.results('If', [condition!], condOf(node.params).yes.outputs.length, {
    then_branch: branch(bodies.yes!),
    else_branch: branch(bodies.no!),
  });
};

/** The test is made once before and at the end of each turn. */
export const whileLoop: Form = (w, inputs, { bodies, node }) => {
  const carries = node.params.carries as number;
  const { test, body } = bodies as { test: TwinGraph; body: TwinGraph };
  const [first] = writeInto(w, test, inputs);
  const within = new Writer(w);
  const own = body.inputs.slice(0, carries).map((input) => portOf(within, input));
  const captured = inputs.slice(carries);
  const outputs = outputsOf(within, body, [...own.map(({ name }) => name), ...captured]);
  const [again] = writeInto(within, test, [...outputs.map(({ name }) => name), ...captured]);
  const signal = { name: within.add('Identity', [again!]), element: 'bool' as const, shape: [] };
  const turn = { name: within.name('turn'), element: 'int64' as const, shape: [] };
  const before = { name: within.name('go'), element: 'bool' as const, shape: [] };
  const graph = graphProto({
    name: 'body',
    operations: within.operations,
    constants: new Map(),
    inputs: [turn, before, ...own],
    outputs: [signal, ...outputs],
  });
  return w.results('Loop', ['', first!, ...inputs.slice(0, carries)], carries, { body: { graph } });
};
