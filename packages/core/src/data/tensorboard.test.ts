import { expect, it } from 'vitest';
import { tensorboardHeader, tensorboardRecord } from './tensorboard.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

it('gives the bytes that TensorFlow gives', () => {
  // python: tensorboard's EventFileWriter and its protos, at wall_time 1234567890.5
  expect(hex(tensorboardHeader(1234567890.5))).toBe(
    '1800000000000000a37f4b22090000a0b48065d2411a0d627261696e2e4576656e743a32f5e8f016',
  );
  const event = { step: 300, wallTime: 1234567890.5, scalars: { 'loss/train': 0.25, lr: 1e-3 } };
  expect(hex(tensorboardRecord(event))).toBe(
    '2c00000000000000f4aecc45090000a0b48065d24110ac022a1e0a110a0a6c6f73732f747261696e150000803e0a090a026c72156f12833a95641c12',
  );
});

it('leaves out a step of 0 nowhere, and refuses steps that are none', () => {
  expect(() => tensorboardRecord({ step: 0.5, scalars: {} })).toThrow('step must be an integer ≥ 0, got 0.5');
  expect(() => tensorboardRecord({ step: -1, scalars: {} })).toThrow('step must be an integer ≥ 0, got -1');
});
