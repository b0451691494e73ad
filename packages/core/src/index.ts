export * from './autodiff/index.js';
export * from './compile/index.js';
export * from './data/index.js';
export * from './minimize/index.js';
export * from './nn/index.js';
export * from './optim/index.js';
export * as problems from './problems/index.js';
export * from './tensor/index.js';
export * from './train/index.js';
