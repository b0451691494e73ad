import { join } from 'node:path';
import { isFull, root, run } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * Models made and dropped in one process, which must not grow: first where Node makes machine code, then with the machine's
 * BLAS in place of it. In the full suite 10,000 and ten minutes each.
 *
 * @returns {Promise<Outcome[]>}
 */
export async function soak() {
  const [models, seconds] = isFull() ? [10_000, 600] : [160, 5];
  const outcomes = [];
  for (const [ground, native] of /** @type {const} */ ([
    ['machine code', ''],
    ['BLAS', 'off'],
  ])) {
    const name = `${models} models made and dropped in one process, with ${ground} where there is any`;
    const command = [process.execPath, join(root, 'scripts/soak-models.mjs'), `${models}`, `${seconds}`];
    const { code, output } = await run(command, { env: { DOWNSLOPE_NATIVE: native }, timeout: 3600 });
    /** @type {Outcome} */
    const outcome = { name, status: code === 0 ? 'passed' : 'failed', detail: output.trim() };
    outcomes.push(outcome);
  }
  return outcomes;
}
