import { expect, it } from 'vitest';
import { expectCompiledAsInterpreted } from '../../../core/src/compile/testing/agree.js';
import { Builder } from '../../../core/src/tensor/graph.js';
import { OPS, type OpName } from '../../../core/src/tensor/ops/index.js';
import { OP_SAMPLES } from '../../../core/src/tensor/testing/op-samples.js';
import { sampleInputs } from '../../../core/src/tensor/testing/samples.js';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';

it.runIf(hasAvx2AndFma()).each(Object.keys(OPS) as OpName[])(
  '%s as machine code gives what its reference gives (skipped where there is no machine code)',
  (name) => {
    let compiled = 0;
    const found = findNative('on')!;
    const compile = (module: Uint8Array) => {
      compiled++;
      return found.compile(module);
    };
    const host = { native: { ...found, from: 0, compile } };
    for (const sample of OP_SAMPLES[name]) {
      const b = new Builder();
      const inputs = sample.inputs.map((spec, at) => b.input(`${at}`, spec));
      const graph = b.finish(inputs, [b.node(name, inputs, sample.params)]);
      expectCompiledAsInterpreted(graph, sampleInputs(sample), {}, { host });
    }
    expect(compiled).toBe(OP_SAMPLES[name].length);
  },
);
