import { describe, expect, it } from 'vitest';
import { array } from '../../tensor/array.js';
import { chain } from '../chain.js';
import { coverage } from '../coverage.js';
import { adam } from '../optimizers/adam.js';
import { adamW } from '../optimizers/adam-w.js';
import { sgd } from '../optimizers/sgd.js';
import { exponential } from '../schedules/exponential.js';
import { descend, type Loss, type Position, start } from '../testing/descend.js';
import type { Transform } from '../transform.js';
import { ema } from './ema.js';
import { switchOptimizer } from './switch-optimizer.js';

const params = { x: array([3, -2]) };
const bowl: Loss = ({ x }) => x!.square().mul([1, 4]).sum();
const xOf = ({ params }: Position): number[] => [...params.x!.data];
const end = (optimizer: Transform, steps: number, from = start(optimizer, params)) =>
  descend(optimizer, bowl, from, steps);

describe('switchOptimizer', () => {
  it('is the first optimizer until its time, then the second as if training began', () => {
    const first = adam({ lr: 0.1 });
    const second = sgd({ lr: exponential(0.1, { gamma: 0.5 }), momentum: 0.9 });
    const both = switchOptimizer(first, second, { after: 3 });
    const there = end(first, 3);
    expect(xOf(end(both, 3))).toEqual(xOf(there));
    const anew = { ...start(second, there.params), taken: 0 };
    expect(xOf(end(both, 7))).toEqual(xOf(end(second, 4, anew)));
  });

  it('carries what is called the same, and goes on counting', () => {
    const [first, second] = [adam({ lr: 0.1 }), adamW({ lr: exponential(0.05, { gamma: 0.9 }) })];
    const both = switchOptimizer(first, second, { after: 3, state: 'carry' });
    // The states of both are the same tree.
    const straight = end(second, 4, end(first, 3));
    expect(xOf(end(both, 7))).toEqual(xOf(straight));
    expect(xOf(end(both, 7))).not.toEqual(xOf(end(switchOptimizer(first, second, { after: 3 }), 7)));
  });

  it('refuses to carry nothing', () => {
    const both = switchOptimizer(sgd({ lr: 1 }), adam(), { after: 3, state: 'carry' });
    expect(() => both.init(params)).toThrow(
      "switchOptimizer: sgd keeps nothing under the names of adam, such as scaleByAdam.x.m; take state: 'reset'",
    );
    expect(() => switchOptimizer(sgd(), sgd(), { after: 0 })).toThrow(
      'switchOptimizer: after must be a positive integer, got 0',
    );
  });

  it('merges hyperparameters, and says what each parameter gets when', () => {
    const both = switchOptimizer(sgd({ lr: 0.5 }), sgd({ lr: 0.25 }), { after: 10 });
    expect(both.hyper).toEqual({ lr: 0.5, lr_2: 0.25 });
    expect(coverage(both, params).x).toEqual([
      'the first 10 steps: scaleByLearningRate(lr 0.5)',
      'then: scaleByLearningRate(lr 0.25)',
    ]);
  });

  it('evaluates with the weights of the optimizer whose time it is', () => {
    const both = switchOptimizer(sgd({ lr: 0.1 }), chain(sgd({ lr: 0.1 }), ema({ decay: 0.5 })), {
      after: 1,
    });
    expect(both.evalParams).toBeTypeOf('function');
    expect(switchOptimizer(sgd(), sgd(), { after: 1 }).evalParams).toBeUndefined();
  });
});
