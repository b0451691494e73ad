import { expect, it } from 'vitest';
import { expectCompiledAsInterpreted } from '../../../core/src/compile/testing/agree.js';
import { expectSameBits, teams } from '../../../core/src/compile/testing/teams.js';
import type { NdArray } from '../../../core/src/tensor/array.js';
import type { Tensor } from '../../../core/src/tensor/tensor.js';
import { traced } from '../../../core/src/tensor/testing/traced.js';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';
import { nodeWorkers } from './workers.js';

const wave = (shape: number[], pitch: number): NdArray => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(pitch * i + 0.3)),
  shape,
  dtype: 'float32',
});

/** Both products of a dense layer with rows of a data set: forward, and for the gradient of its weights. */
const layer = (table: Tensor, index: Tensor, weights: Tensor): Tensor[] => {
  const x = table.gather(index);
  const h = x.matmul(weights).tanh();
  return [h, x.transpose().matmul(h.mul(0.1))];
};

it.runIf(hasAvx2AndFma()).each([
  [50, 260, 33],
  [300, 270, 40],
  [90, 300, 260],
])(
  'machine code reads %i rows from where they are, by one thread and by several (skipped where there is none)',
  async (count, inputs, outputs) => {
    const native = { ...findNative('on')!, from: 0 };
    const index: NdArray = {
      data: Int32Array.from({ length: count }, (_, i) => ((i * 37) % 82) - 1),
      shape: [count],
      dtype: 'int32',
    };
    const values = [wave([80, inputs], 1.1), index, wave([inputs, outputs], 1.7)];
    const graph = traced(layer, ...values);
    expectCompiledAsInterpreted(graph, values, {}, { host: { native } });
    const arenas = await teams(8, { native, workers: { ...nodeWorkers, available: 3 } });
    expectSameBits(graph, values, arenas);
    for (const { crew } of arenas) crew?.close();
    expect(arenas).toHaveLength(3);
  },
  60_000,
);
