import type { Blas, Gemm, Host } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import {
  holdRandomPrograms,
  matrixProgram,
  randomPrograms,
} from '../../../core/src/compile/testing/random-graphs.js';
import { findBlas } from './blas.js';
import { gemmOf } from './gemm.js';

const found = findBlas();
const count = randomPrograms(100);

describe(`${count} random programs whose matrix products are the machine's`, () => {
  it.for(['float64', 'float32'] as const)(
    'equal interpreted ones in %s, and touch no byte that is not theirs',
    { timeout: 900_000 },
    (dtype, context) => {
      context.skip(!found, 'no BLAS on this machine');
      let calls = 0;
      const counted =
        (gemm: Gemm): Gemm =>
        (...args) => {
          calls++;
          gemm(...args);
        };
      const on: Blas['on'] = (memory) => {
        const { float32, float64 } = gemmOf(found!)(memory);
        return { float32: counted(float32), float64: counted(float64) };
      };
      const host: Host = { blas: { name: found!.name, from: () => 0, on } };
      holdRandomPrograms(dtype, [{ name: found!.name, host }], count, matrixProgram);
      expect(calls).toBeGreaterThan(count / 2);
    },
  );
});
