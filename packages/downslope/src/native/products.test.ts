import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  EDGES,
  expectProduct,
  type Last,
  partial,
  picking,
  shapes,
  type Way,
} from '../../../core/src/compile/kernels/testing/products.js';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';

/** Skipped where there is no machine code: on other processors and systems. */
describe.runIf(hasAvx2AndFma())('matrix products in machine code', () => {
  const sizes = fc.constantFrom(...EDGES);
  const way: Way = {
    vector: 32,
    fused: true,
    make: (module, memory) => findNative('on')!.compile(module).on(memory),
  };

  it('are right at all edges of tiles, and touch no byte that is not theirs', () => {
    const last = fc.constantFrom<Last>('a', 'b', 'c');
    const property = fc.property(shapes(sizes), last, (shape, last) =>
      expectProduct(shape, { ...way, last }),
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('are right as parts of larger ones', () => {
    fc.assert(
      fc.property(partial(sizes), (shape) => expectProduct(shape, way)),
      { numRuns: 100 },
    );
  });

  it('are right where an index picks the rows', () => {
    const last = fc.constantFrom<Last>('a', 'b', 'c', 'index');
    const property = fc.property(picking(sizes), last, (shape, last) =>
      expectProduct(shape, { ...way, last }),
    );
    fc.assert(property, { numRuns: 200 });
    for (const [m, n, k] of [
      [130, 258, 520],
      [301, 65, 600],
      [33, 1100, 260],
      [600, 30, 700],
    ] as const)
      for (const transA of [false, true])
        expectProduct(
          { dtype: 'float32', adds: false, batch: 1, m, n, k, transA, transB: false, picks: 50 },
          way,
        );
  });

  it('are right in several blocks, packed or not', () => {
    const shape = { dtype: 'float32', adds: false } as const;
    for (const [batch, m, n, k] of [
      [1, 130, 258, 520],
      [1, 301, 65, 600],
      [1, 33, 1100, 260],
      [1, 1, 300, 700],
      [1, 300, 1, 700],
      [3, 64, 33, 65],
    ] as const)
      for (const [transA, transB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const)
        expectProduct({ ...shape, batch, m, n, k, transA, transB }, way);
  });
});
