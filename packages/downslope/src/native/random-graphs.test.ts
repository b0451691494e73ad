import type { Blas, Gemm, Host } from '@downslope/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  holdRandomPrograms,
  matrixProgram,
  randomPrograms,
  realize,
} from '../../../core/src/compile/testing/random-graphs.js';
import { expectSameBits, teams } from '../../../core/src/compile/testing/teams.js';
import { nativeHost } from './host.js';
import { nodeWorkers } from './workers.js';

const found = nativeHost.blas;
const count = randomPrograms(100);
const few = randomPrograms(30);

/** A host whose BLAS does all products that it might do faster; those of this thread are counted. */
function everything() {
  const on: Blas['on'] = (memory) => {
    const { float32, float64 } = found!.on(memory);
    return { float32: counted(float32), float64: counted(float64) };
  };
  const counted =
    (gemm: Gemm): Gemm =>
    (...args) => {
      host.calls++;
      gemm(...args);
    };
  const host = {
    calls: 0,
    relaxed: true,
    blas: { ...found!, from: () => 0, on },
    workers: { ...nodeWorkers, available: 3 },
  };
  return host satisfies Host;
}

describe("random programs whose matrix products are the machine's", () => {
  it.for(['float64', 'float32'] as const)(
    `${count} equal interpreted ones in %s, and touch no byte that is not theirs`,
    { timeout: 900_000 },
    (dtype, context) => {
      context.skip(!found, 'no BLAS on this machine');
      const host = everything();
      holdRandomPrograms(dtype, [{ name: found!.name, host }], count, matrixProgram);
      expect(host.calls).toBeGreaterThan(count / 2);
    },
  );

  it.for(['float64', 'float32'] as const)(
    `${few} by teams of two and three do so in %s, and give the bits of one thread`,
    { timeout: 1_800_000 },
    async (dtype, context) => {
      context.skip(!found, 'no BLAS on this machine');
      const host = everything();
      const arenas = await teams(8, host);
      const engines = arenas.slice(1).map((arena, i) => ({ name: `${i + 2} threads`, arena: () => arena }));
      holdRandomPrograms(dtype, engines, few, matrixProgram);
      fc.assert(
        fc.property(matrixProgram, (program) => {
          const { graph, inputs, renewed, fed } = realize(program, dtype);
          expectSameBits(graph, inputs, arenas, renewed, fed);
        }),
        { numRuns: few },
      );
      expect(arenas.map(({ crew }) => crew?.ready ?? 1)).toEqual([1, 2, 3]);
      expect(host.calls).toBeGreaterThan(few);
      for (const { crew } of arenas) crew?.close();
    },
  );
});
