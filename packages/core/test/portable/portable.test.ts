import { expect, it } from 'vitest';
import { itInBrowser } from '../browser/chromium.js';
import { runInBrowser } from '../browser/run-in-browser.js';
import { digests } from './digests.js';

it('the same seed gives the same bits, run after run and on every version of Node', async () => {
  const first = await digests();
  expect(await digests()).toEqual(first);
  // Made on Node 20. It changes only when arithmetic is changed on purpose: then on every engine alike.
  expect(first).toMatchSnapshot();
});

itInBrowser('a browser gives the same bits', async () => {
  const found = await runInBrowser(`
    import { digests } from '../portable/digests.js';
    export default digests;
  `);
  expect(found).toEqual(await digests());
});
