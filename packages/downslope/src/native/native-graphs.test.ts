import type { Host } from '@downslope/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  holdRandomBatches,
  randomBatch,
  realizeBatch,
} from '../../../core/src/compile/testing/random-batches.js';
import {
  holdRandomPrograms,
  matrixProgram,
  randomProgram,
  randomPrograms,
  realize,
  tableProgram,
} from '../../../core/src/compile/testing/random-graphs.js';
import { expectSameBits, teams } from '../../../core/src/compile/testing/teams.js';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';
import { nodeWorkers } from './workers.js';

const none = !hasAvx2AndFma();
const count = randomPrograms(30);

/** A host that makes machine code of everything, and counts it. */
function everything() {
  const native = findNative('on')!;
  const host = {
    compiled: 0,
    native: {
      ...native,
      from: 0,
      compile(module: Uint8Array) {
        host.compiled++;
        return native.compile(module);
      },
    },
  };
  return host satisfies Host;
}

describe(`${count} random programs as machine code`, () => {
  it.for([
    ['float64', 'of all kinds', randomProgram],
    ['float32', 'of all kinds', randomProgram],
    ['float64', 'of matrix products', matrixProgram],
    ['float32', 'of matrix products', matrixProgram],
    ['float64', 'of rows by indices', tableProgram],
    ['float32', 'of rows by indices', tableProgram],
  ] as const)(
    'equal interpreted ones in %s, %s, and touch no byte that is not theirs',
    { timeout: 3_600_000 },
    ([dtype, , programs], context) => {
      context.skip(none, 'no machine code on this machine');
      const host = everything();
      holdRandomPrograms(dtype, [{ name: 'machine code', host }], count, programs);
      expect(host.compiled).toBeGreaterThanOrEqual(count);
    },
  );

  it.for(['float64', 'float32'] as const)(
    'equal interpreted ones in %s, with batches whose rows products read where they lie',
    { timeout: 3_600_000 },
    (dtype, context) => {
      context.skip(none, 'no machine code on this machine');
      const host = everything();
      const picking = holdRandomBatches(dtype, { name: 'machine code', host }, count);
      expect(picking).toBeGreaterThan(count / 4);
    },
  );

  it('give the same bits by one, two and three threads', { timeout: 3_600_000 }, async (context) => {
    context.skip(none, 'no machine code on this machine');
    const { native } = everything();
    const arenas = await teams(8, { native, workers: { ...nodeWorkers, available: 3 } });
    const programs = fc.oneof(randomProgram, matrixProgram, tableProgram, randomBatch);
    fc.assert(
      fc.property(programs, fc.constantFrom('float32', 'float64'), (program, dtype) => {
        const made = 'held' in program ? realizeBatch(program, dtype) : realize(program, dtype);
        const { graph, inputs, renewed, fed } = made;
        expectSameBits(graph, inputs, arenas, renewed, fed);
      }),
      { numRuns: count },
    );
    for (const { crew } of arenas) crew?.close();
  });
});
