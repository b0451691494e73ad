import { expect } from 'vitest';
import { randomPrograms } from '../../src/compile/testing/random-graphs.js';
import { itInBrowser } from './chromium.js';
import { runInBrowser } from './run-in-browser.js';

const count = randomPrograms(60);

itInBrowser(
  `${count} random programs of each float type, compiled, equal interpreted ones, by one, two and three threads`,
  async () => {
    expect(await heldInBrowser('{}')).toEqual([1, 2, 3]);
  },
  1_800_000,
);

itInBrowser(
  `${count} random programs of each float type do so in relaxed SIMD, too, as pages run them by default`,
  async (context) => {
    const fuses = await runInBrowser(`export { canFuse as default } from '../../src/compile/probe.js';`);
    context.skip(!fuses, 'this browser has no relaxed SIMD (Chromium has it from version 114 on)');
    expect(await heldInBrowser('{ relaxed: true }')).toEqual([1, 2, 3]);
  },
  1_800_000,
);

/** Holds programs that run on a host by teams of one, two and three; gives how many threads each had. */
const heldInBrowser = (host: string): Promise<unknown> =>
  runInBrowser(`
    import { Arena } from '../../src/compile/arena.js';
    import { holdRandomPrograms, matrixProgram, tableProgram } from '../../src/compile/testing/random-graphs.js';
    export default async () => {
      const arenas = [1, 2, 3].map((threads) => new Arena(${host}, threads, 8));
      for (const { crew } of arenas) await crew?.assembled();
      const engines = [
        { name: 'cut by shape alone', host: ${host} },
        ...arenas.map((arena, i) => ({ name: \`\${i + 1} threads, cut finely\`, arena: () => arena })),
      ];
      for (const dtype of ['float64', 'float32']) {
        holdRandomPrograms(dtype, engines, ${count});
        holdRandomPrograms(dtype, engines, ${count / 2}, tableProgram);
        holdRandomPrograms(dtype, engines, ${Math.ceil(count / 6)}, matrixProgram);
      }
      const ready = arenas.map(({ crew }) => crew?.ready ?? 1);
      for (const { crew } of arenas) crew?.close();
      return ready;
    };
  `);
