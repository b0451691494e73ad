import { join } from 'node:path';
import { isFull, root, run } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * Recording a run costs less than 3% of it.
 *
 * @returns {Promise<Outcome>}
 */
export async function overhead() {
  const rounds = isFull() ? 31 : 7;
  const name = `recording costs under 3% of a run, in ${rounds} rounds`;
  const command = [process.execPath, join(root, 'scripts/overhead-rounds.mjs'), `${rounds}`];
  const { code, output } = await run(command, { timeout: 1800 });
  return { name, status: code === 0 ? 'passed' : 'failed', detail: output.trim() };
}
