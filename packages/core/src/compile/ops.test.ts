import { describe, expect, it } from 'vitest';
import { Builder } from '../tensor/graph.js';
import { OPS, type OpName } from '../tensor/ops/index.js';
import type { OpRecord } from '../tensor/record.js';
import { OP_SAMPLES } from '../tensor/testing/op-samples.js';
import { sampleInputs } from '../tensor/testing/samples.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';

describe('every op record, compiled, gives what its reference gives', () => {
  for (const [name, record] of Object.entries(OPS) as [OpName, OpRecord][])
    OP_SAMPLES[name].forEach((sample, i) => {
      it(`${name}, sample ${i}`, () => {
        const b = new Builder();
        const inputs = sample.inputs.map((spec, at) => b.input(`${at}`, spec));
        const graph = b.finish(inputs, [b.node(name, inputs, sample.params)]);
        expectCompiledAsInterpreted(graph, sampleInputs(sample));
        expect(record.doc).not.toBe('');
      });
    });
});
