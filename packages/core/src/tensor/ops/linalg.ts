export { cholesky, triangularSolve } from './linalg-cholesky.js';
export { eigh } from './linalg-eigh.js';
export { qr } from './linalg-qr.js';
