export * from '@downslope/core';
export { loadModel, saveModel } from './files/model.js';
export { type ReadOptions, readTable } from './files/tables.js';
export { writeTable } from './files/write.js';
