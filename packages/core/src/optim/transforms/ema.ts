import type { Tensor } from '../../tensor/tensor.js';
import { movingAverage } from '../averages.js';
import { leafwise, mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, State, Transform } from '../transform.js';

/**
 * A moving average of the weights, to evaluate with and to keep; training goes on with the weights themselves.
 *
 * avg ← decay·avg + (1 − decay)·x after each step, from avg = x₀. The last of a chain; one more number a parameter.
 *
 * It takes the noise out of the last weights much as a falling learning rate does, about 1/(1 − decay) steps deep. A
 * schedule that rises, such as (k) => Math.min(0.999, (1 + k)/(10 + k)), forgets the first weights sooner.
 *
 * @param options `decay` (default 0.999)
 * @example
 * ```ts
 * import { adam, chain, ema } from '@downslope/core';
 * const optimizer = chain(adam({ lr: 0.01 }), ema({ decay: 0.99 }));
 * ```
 */
export function ema(options: { decay?: Schedulable } = {}): Transform<'decay'> {
  const { decay } = optionsOf('ema', options, {
    decay: 0.999,
  });
  const averaging = leafwise({
    name: 'ema',
    hyper: { decay },
    init: (param) => ({ average: param }),
    update: (u, { average }, { hyper, param }) => [
      u,
      { average: movingAverage(average, param.add(u), hyper.decay) },
    ],
  });
  return {
    ...averaging,
    evalParams: (params, state) =>
      mapLeaves(params, (_, name) => (state[name] as State<Tensor>).average as Tensor),
  };
}
