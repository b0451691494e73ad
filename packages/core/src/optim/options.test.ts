import { expect, it } from 'vitest';
import { DownslopeError } from '../tensor/errors.js';
import { adam } from './optimizers/adam.js';
import { cosine } from './schedules/cosine.js';
import { scaleByAdam } from './transforms/scale-by-adam.js';

it('an option out of range is named with its range and the value got', () => {
  expect(() => adam({ beta1: 1.2 })).toThrow(new DownslopeError('adam: beta1 must be in [0, 1), got 1.2'));
  expect(() => scaleByAdam({ eps: -1 })).toThrow('scaleByAdam: eps must be at least 0, got -1');
});

it('what is not a number is shown as it is', () => {
  expect(() => adam({ lr: '0.1' as never })).toThrow("adam: lr must be at least 0, got '0.1'");
  expect(() => adam({ lr: null as never })).toThrow('adam: lr must be at least 0, got null');
});

it('schedules and options left out are taken as they are', () => {
  const lr = cosine(0.1, { steps: 10 });
  expect(adam({ lr, beta1: undefined }).hyper).toEqual({ lr, beta1: 0.9, beta2: 0.999, eps: 1e-8 });
});

it('a convention that is none is answered with the known ones', () => {
  expect(() => adam({ convention: 'jax' as never })).toThrow(
    "adam: convention must be one of torch, optax, keras, got 'jax'",
  );
});

it('an option under no known name, or of another optimizer, and options that are none, are refused', () => {
  expect(() => adam({ learningRate: 0.1 } as never)).toThrow(
    'adam: there is no option learningRate; the options are',
  );
  expect(() => adam({ rho: 0.9 } as never)).toThrow('adam: there is no option rho; the options are "lr", ');
  expect(() => adam({ weigthDecay: 0.1 } as never)).toThrow(
    'adam: there is no option weigthDecay; did you mean "weightDecay"?',
  );
  expect(() => cosine(1, { step: 3 } as never)).toThrow(
    'cosine: there is no option step; did you mean "steps"?',
  );
  expect(() => adam(0.1 as never)).toThrow('adam: options must be an object such as { lr: 0.01 }, got 0.1');
  expect(() => adam({ amsgrad: 'yes' as never })).toThrow(
    "adam: amsgrad must be one of true, false, got 'yes'",
  );
});
