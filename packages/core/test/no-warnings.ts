// A warning in a test is a failure. A test that expects one replaces console.warn itself.
import { format } from 'node:util';

console.warn = (...parts: unknown[]): never => {
  throw new Error(`a warning in a test: ${format(...parts)}`);
};
process.on('warning', (warning) => {
  throw warning;
});
