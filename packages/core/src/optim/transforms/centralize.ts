import { stateless } from '../leaves.js';
import type { Transform } from '../transform.js';
import { fanIn } from './fan-in.js';

/**
 * Gradient centralisation: takes from each unit's gradient its mean, so that the mean of its weights stays what it is.
 *
 * Gives gᵢ − mean(gᵢ) for each column of a matrix [inputs, outputs] and each kernel of [outputs, inputs, …]; vectors and
 * scalars pass as they are. The first of a chain.
 *
 * @example
 * ```ts
 * import { centralize, chain, sgd } from '@downslope/core';
 * const optimizer = chain(centralize(), sgd({ lr: 0.1, momentum: 0.9 }));
 * ```
 *
 * Source: H. Yong, J. Huang, X. Hua, L. Zhang, "Gradient centralization", 2020.
 */
export const centralize = (): Transform =>
  stateless('centralize', {}, (g) => (g.rank < 2 ? g : g.sub(g.mean(fanIn(g.rank), { keepDims: true }))));
