export { absolute } from './absolute.js';
export { binaryCrossEntropy } from './binary-cross-entropy.js';
export { crossEntropy } from './cross-entropy.js';
export { hinge } from './hinge.js';
export { huber } from './huber.js';
export type { Loss, LossFunction } from './loss.js';
export { poisson } from './poisson.js';
export { quantile } from './quantile.js';
export { squared } from './squared.js';
