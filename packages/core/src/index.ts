export * from './data/index.js';
export * from './tensor/index.js';
