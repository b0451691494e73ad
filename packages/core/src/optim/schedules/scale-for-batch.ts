import { optionsOf, REQUIRED } from '../options.js';

/**
 * The learning rate for another batch size.
 *
 * lr·to/from (`linear`), or lr·√(to/from) (`sqrt`). Linear suits SGD, whose steps then cover the same ground in an epoch;
 * the square root keeps the noise of a step and suits Adam and its kin. Both fail for very large batches; warm up.
 *
 * @param options `from` and `to`, rows in a batch; `rule` (default `linear`)
 * @example
 * ```ts
 * import { adam, scaleForBatch } from '@downslope/core';
 * const optimizer = adam({ lr: scaleForBatch(1e-3, { from: 32, to: 128, rule: 'sqrt' }) });
 * console.log(optimizer.hyper.lr); // 0.002
 * ```
 *
 * Sources: P. Goyal et al., "Accurate, large minibatch SGD", 2017; A. Krizhevsky, "One weird trick for parallelizing
 * convolutional neural networks", 2014.
 */
export function scaleForBatch(
  lr: number,
  options: { from: number; to: number; rule?: 'linear' | 'sqrt' },
): number {
  const defaults = { lr: REQUIRED, from: REQUIRED, to: REQUIRED, rule: 'linear' } as const;
  const { from, to, rule } = optionsOf('scaleForBatch', { lr, ...options }, defaults);
  return lr * (rule === 'sqrt' ? Math.sqrt(to / from) : to / from);
}
