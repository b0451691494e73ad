import { describe, expect, it } from 'vitest';
import { array, isNdArray } from '../tensor/array.js';
import { flatten } from '../tensor/tree.js';
import { chain, nameTransform } from './chain.js';
import { mapLeaves } from './leaves.js';
import { nesterov } from './optimizers/nesterov.js';
import { descend, type Loss, start } from './testing/descend.js';
import type { Transform } from './transform.js';
import { addDecayedWeights } from './transforms/add-decayed-weights.js';
import { addMomentum } from './transforms/add-momentum.js';
import { scaleByAdam } from './transforms/scale-by-adam.js';
import { scaleByLearningRate } from './transforms/scale-by-learning-rate.js';

const params = { w: array([3, -1]), b: array(2) };
const bowl: Loss = ({ w, b }) => w!.square().sum().add(b!.square().mul(3));

const end = (optimizer: Transform, steps = 4) => {
  const position = descend(optimizer, bowl, start(optimizer, params), steps);
  return mapLeaves(position.params, ({ data }) => [...data]);
};

describe('chain', () => {
  it('hands the updates from one transform to the next, in order', () => {
    const decayFirst = chain(addDecayedWeights(0.5), scaleByLearningRate(0.1));
    const decayLast = chain(scaleByLearningRate(0.1), addDecayedWeights(0.5));
    expect(end(decayFirst, 1).b).toEqual([2 - 0.1 * (12 + 0.5 * 2)]);
    expect(end(decayLast, 1).b).toEqual([2 - 0.1 * 12 + 0.5 * 2]);
  });

  it('does the same however it is bracketed', () => {
    const parts = () => [addDecayedWeights(0.1), scaleByAdam(), scaleByLearningRate(0.1)] as const;
    const [a, b, c] = parts();
    const flat = end(chain(a, b, c));
    expect(end(chain(chain(a, b), c))).toEqual(flat);
    expect(end(chain(a, chain(b, c)))).toEqual(flat);
  });

  it('leaves out what is false', () => {
    const { hyper } = chain(false, scaleByLearningRate(0.1), false);
    expect(hyper).toEqual({ lr: 0.1 });
  });

  it('merges hyperparameters and numbers the names that come up again', () => {
    const two = chain(addDecayedWeights(0.1), addDecayedWeights(0.2));
    const all = chain(addDecayedWeights(0.3), two, scaleByLearningRate(0.4));
    expect(all.hyper).toEqual({
      weightDecay: 0.3,
      weightDecay_2: 0.1,
      weightDecay_3: 0.2,
      lr: 0.4,
    });
  });

  it('gives each transform its own hyperparameters under its own names', () => {
    const [b] = end(chain(addDecayedWeights(1), addDecayedWeights(10), scaleByLearningRate(0.01)), 1).b!;
    expect(b).toBeCloseTo(2 - 0.01 * (12 + 2 + 20), 14);
  });

  it('keeps state under the names of transforms, parameters and slots', () => {
    const optimizer = chain(addMomentum(), nameTransform('mine', chain(addMomentum(), addMomentum())));
    const { names } = flatten(optimizer.init(params), isNdArray);
    expect(names).toEqual([
      'addMomentum.w.b',
      'addMomentum.b.b',
      'mine.addMomentum.w.b',
      'mine.addMomentum.b.b',
      'mine.addMomentum_2.w.b',
      'mine.addMomentum_2.b.b',
    ]);
  });

  it('evaluates with the weights of a transform that has its own, and else with the parameters', () => {
    expect(chain(scaleByLearningRate(0.1)).evalParams).toBeUndefined();
    const optimizer = chain(addDecayedWeights(0.1), nesterov({ lr: 0.1 }));
    const { state } = start(optimizer, params);
    const weights = optimizer.evalParams!(params as never, state as never);
    expect(weights).toEqual(params);
  });
});
