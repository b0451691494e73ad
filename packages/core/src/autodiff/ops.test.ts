import { describe, expect, it } from 'vitest';
import type { Node } from '../tensor/graph.js';
import { OPS, type OpName } from '../tensor/ops/index.js';
import type { OpRecord } from '../tensor/record.js';
import { Tensor } from '../tensor/tensor.js';
import { OP_SAMPLES, type Sample } from '../tensor/testing/op-samples.js';
import { sampleInputs } from '../tensor/testing/samples.js';
import { checkGrads } from './check-grads.js';

/** Rounding to float32 would drown the difference quotient. */
const inFloat64 = (record: OpRecord, { inputs, params = {} }: Sample): boolean =>
  inputs.some(({ dtype }) => dtype === 'float64') &&
  record.infer(inputs, params, expect.unreachable).dtype === 'float64';

describe('every op record', () => {
  for (const [name, record] of Object.entries(OPS) as [OpName, OpRecord][]) {
    if ('none' in record.derivative) continue;
    OP_SAMPLES[name]
      .filter((sample) => inFloat64(record, sample))
      .forEach((sample, i) => {
        it(`${name}: derivatives of both modes, to second order, on sample ${i}`, () => {
          const f = (...xs: Tensor[]): Tensor => {
            const { builder } = xs[0]!;
            const nodes: Node[] = xs.map(({ node }) => node);
            return new Tensor(builder, builder.node(name, nodes, sample.params));
          };
          checkGrads(f, sampleInputs(sample));
        });
      });
  }
});
