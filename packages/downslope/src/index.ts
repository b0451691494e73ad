export * from '@downslope/core';
export { type ReadOptions, readTable } from './files/tables.js';
export { writeTable } from './files/write.js';
