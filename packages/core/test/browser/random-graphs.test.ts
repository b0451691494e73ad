import { expect } from 'vitest';
import { randomPrograms } from '../../src/compile/testing/random-graphs.js';
import { itInBrowser, runInBrowser } from './run-in-browser.js';

const count = randomPrograms(60);

itInBrowser(
  `${count} random programs of each float type, compiled, equal interpreted ones`,
  async () => {
    const held = await runInBrowser(`
      import { holdRandomPrograms } from '../../src/compile/testing/random-graphs.js';
      export default () => {
        for (const dtype of ['float64', 'float32']) holdRandomPrograms(dtype, [{ name: 'compiled' }], ${count});
        return ${count};
      };
    `);
    expect(held).toBe(count);
  },
  600_000,
);
