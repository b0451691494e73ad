export { constant, zeros } from './constant.js';
export type { Initializer } from './initializer.js';
export { normal } from './normal.js';
export { orthogonal } from './orthogonal.js';
export { glorot, he, lecun, type ScaledOptions } from './scaled.js';
