import { join } from 'node:path';
import { isFull, root, run } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * `downslope train` with no other option against a tuned grid, on ten tables; a few of them and a little of the grid unless
 * the full suite is asked for.
 *
 * @returns {Promise<Outcome>}
 */
export async function tables() {
  const name = `training with no option against a tuned grid, on ${isFull() ? 'ten' : 'three'} tables`;
  const command = [
    process.execPath,
    join(root, 'bench/dist/tables/main.js'),
    ...(isFull() ? [] : ['--short']),
  ];
  const { code, output } = await run(command, { timeout: 3600 });
  return { name, status: code === 0 ? 'passed' : 'failed', detail: output.trim() };
}
