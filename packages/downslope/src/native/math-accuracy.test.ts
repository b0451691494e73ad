import { describe, expect, it } from 'vitest';
import {
  MEASURED,
  POW,
  UNARY,
  worstDouble,
  worstPowerDouble,
  worstPowerSingle,
  worstSingle,
} from '../../../core/src/compile/kernels/testing/accuracy.js';
import { findNative } from './machine-code.js';

const native = findNative('');

/** Where products and sums are one instruction errors are smaller: none is larger than what WebAssembly's tests state. */
describe.skipIf(!native)('elementary functions in machine code', () => {
  it.each(UNARY.map((name) => [name, MEASURED[name].float64, MEASURED[name].float32] as const))(
    '%s is within %d ulp in float64 and %d in float32',
    (name, double, single) => {
      expect(worstDouble(name, native)).toBeLessThanOrEqual(double);
      expect(worstSingle(name, native)).toBeLessThanOrEqual(single);
    },
  );

  it(`pow is within ${POW.float64} ulp in float64 and ${POW.float32} in float32`, () => {
    expect(worstPowerDouble(native)).toBeLessThanOrEqual(POW.float64);
    expect(worstPowerSingle(native)).toBeLessThanOrEqual(POW.float32);
  });
});
