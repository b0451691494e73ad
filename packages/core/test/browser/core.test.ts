import { expect } from 'vitest';
import { itInBrowser } from './chromium.js';
import { runInBrowser } from './run-in-browser.js';

itInBrowser('the core bundle makes an array in a page', async () => {
  const made = await runInBrowser(`
    import { array } from '@downslope/core';
    export default () => {
      const { data, shape, dtype } = array([[1, 2], [3, 4]], { dtype: 'float32' });
      return { data, shape, dtype, page: location.origin, isolated: crossOriginIsolated };
    };
  `);
  expect(made).toEqual({
    data: Float32Array.of(1, 2, 3, 4),
    shape: [2, 2],
    dtype: 'float32',
    page: 'http://localhost',
    isolated: true,
  });
});

itInBrowser('what a page throws reaches the test', async () => {
  const ragged = `import { array } from '@downslope/core'; export default () => array([[1, 2], [3]]);`;
  await expect(runInBrowser(ragged)).rejects.toThrow('nested lists must all have one length');
});
