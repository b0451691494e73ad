export { compile } from './compile.js';
export { interpret } from './interpret.js';
