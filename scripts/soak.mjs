import { join } from 'node:path';
import { isFull, root, run } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * Models made and dropped in one process, which must not grow: 10,000 over ten minutes in the full suite.
 *
 * @returns {Promise<Outcome>}
 */
export async function soak() {
  const [models, seconds] = isFull() ? [10_000, 600] : [600, 10];
  const name = `${models} models made and dropped in one process`;
  const command = [process.execPath, join(root, 'scripts/soak-models.mjs'), `${models}`, `${seconds}`];
  const { code, output } = await run(command, { timeout: 3600 });
  return { name, status: code === 0 ? 'passed' : 'failed', detail: output.trim() };
}
