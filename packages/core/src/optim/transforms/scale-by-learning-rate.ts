import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/** Turns a direction of ascent into a step: gives −lr·g. The last of most chains. */
export function scaleByLearningRate(lr: Schedulable): Transform<'lr'> {
  checkOptions('scaleByLearningRate', { lr });
  return stateless('scaleByLearningRate', { lr }, (g, { hyper }) => g.mul(hyper.lr.neg()));
}
