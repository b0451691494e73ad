import { expect } from 'vitest';
import { randomPrograms } from '../../src/compile/testing/random-graphs.js';
import { itInBrowser } from './chromium.js';
import { runInBrowser } from './run-in-browser.js';

const count = randomPrograms(60);

itInBrowser(
  `${count} random programs of each float type, compiled, equal interpreted ones, by one thread and by three`,
  async () => {
    const held = await runInBrowser(`
      import { Arena } from '../../src/compile/arena.js';
      import { holdRandomPrograms, tableProgram } from '../../src/compile/testing/random-graphs.js';
      export default async () => {
        const team = new Arena({}, 3, 8);
        await team.crew.assembled();
        const engines = [{ name: 'one thread' }, { name: 'three threads', arena: () => team }];
        for (const dtype of ['float64', 'float32']) {
          holdRandomPrograms(dtype, engines, ${count});
          holdRandomPrograms(dtype, engines, ${count / 2}, tableProgram);
        }
        const { ready } = team.crew;
        team.crew.close();
        return ready;
      };
    `);
    expect(held).toBe(3);
  },
  900_000,
);
