// Everything that has to hold, from a fresh clone: `npm test`. Ends with one line that adds up all of it.
//   node scripts/test.mjs [--full] [stage …]     no stage named: all of them
import { examples } from './examples.mjs';
import { overhead } from './overhead.mjs';
import { packages } from './packages.mjs';
import { check, isFull, tool } from './run.mjs';
import { samples } from './samples.mjs';
import { build, install } from './setup.mjs';
import { soak } from './soak.mjs';
import { survive } from './survive.mjs';
import { tables } from './tables.mjs';
import { node24, unit } from './unit.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/** @type {Record<string, { needs?: string, full?: true, run: () => Promise<Outcome | Outcome[]> }>} */
const stages = {
  install: { run: install },
  types: {
    needs: 'install',
    run: () => check('type check', [...tool('typescript', 'tsc'), '-p', 'tsconfig.json']),
  },
  lint: { needs: 'install', run: () => check('lint', [...tool('@biomejs/biome', 'biome'), 'check', '.']) },
  build: { needs: 'install', run: build },
  unit: { needs: 'install', run: () => unit() },
  examples: { needs: 'build', run: examples },
  samples: { needs: 'build', run: samples },
  packages: { needs: 'build', run: packages },
  soak: { needs: 'build', run: soak },
  overhead: { needs: 'build', full: true, run: overhead },
  survive: { needs: 'build', run: () => survive() },
  tables: { needs: 'build', run: tables },
  node24: { needs: 'install', full: true, run: node24 },
};

const args = process.argv.slice(2);
if (args.includes('--full')) process.env.DOWNSLOPE_FULL = '1';
const asked = args.filter((arg) => arg !== '--full');
const unknown = asked.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}

/** @type {Outcome[]} */
const total = [];
/** @type {Record<string, { outcomes: Outcome[], seconds: number }>} */
const done = {};
for (const [name, stage] of Object.entries(stages)) {
  const wanted = asked.length > 0 ? asked.includes(name) : !stage.full || isFull();
  if (!wanted) continue;
  console.log(`\n── ${name}`);
  const start = performance.now();
  const outcomes = await outcomesOf(name, stage);
  done[name] = { outcomes, seconds: (performance.now() - start) / 1000 };
  total.push(...outcomes);
  for (const outcome of outcomes) show(outcome, outcomes.length < 20);
}

console.log('\n── time');
for (const [name, { outcomes, seconds }] of Object.entries(done)) {
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  console.log(
    `${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s   ${failed || 'none'} of ${outcomes.length} failed`,
  );
}
/** @param {Outcome['status']} wanted */
const count = (wanted) => total.filter(({ status }) => status === wanted).length;
console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = count('failed') > 0 ? 1 : 0;

/**
 * @param {string} name
 * @param {(typeof stages)[string]} stage
 * @returns {Promise<Outcome[]>}
 */
async function outcomesOf(name, { needs, run }) {
  if (needs && done[needs]?.outcomes.some(({ status }) => status !== 'passed'))
    return [{ name, status: 'skipped', detail: `it needs ${needs}, which failed` }];
  try {
    return [await run()].flat();
  } catch (error) {
    return [{ name, status: 'failed', detail: error instanceof Error ? error.stack : String(error) }];
  }
}

/** @param {Outcome} outcome @param {boolean} all whether those that passed are worth a line */
function show({ name, status, detail }, all) {
  if (status === 'passed' && !all) return;
  const lines = detail ? detail.split('\n') : [];
  console.log(`${status}  ${name}`);
  for (const line of lines.slice(0, 40)) console.log(`        ${line}`);
  if (lines.length > 40) console.log(`        … and ${lines.length - 40} more lines`);
}
