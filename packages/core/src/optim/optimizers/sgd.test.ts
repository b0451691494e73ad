import { expect, it } from 'vitest';
import { sgd } from './sgd.js';

it('sgd leaves momentum and weight decay out of the program when they are 0', () => {
  expect(sgd().hyper).toEqual({ lr: 1e-3 });
  expect(Object.keys(sgd({ momentum: 0.9, weightDecay: 0.1 }).hyper)).toEqual([
    'weightDecay',
    'momentum',
    'dampening',
    'lr',
  ]);
});

it('sgd refuses nesterov without momentum, or with dampening', () => {
  const refusal = 'sgd: nesterov needs momentum above 0 and no dampening';
  expect(() => sgd({ nesterov: true })).toThrow(refusal);
  expect(() => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 })).toThrow(refusal);
});
