import { expect, it } from 'vitest';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';

it('machine code is had where it can be, and not where it is not wanted', () => {
  expect(findNative('off')).toBeUndefined();
  const found = findNative('');
  if (hasAvx2AndFma()) {
    expect(found).toMatchObject({ name: 'x86-64 with AVX2 and FMA', required: false });
    expect(findNative('on')).toMatchObject({ name: found!.name, required: true });
  } else {
    expect(found).toBeUndefined();
    expect(() => findNative('on')).toThrow(
      'DOWNSLOPE_NATIVE=on: there is no machine code here; it takes Linux',
    );
  }
});

it('other words than on and off are refused', () => {
  expect(() => findNative('yes')).toThrow("DOWNSLOPE_NATIVE must be 'on' or 'off', got 'yes'");
});
