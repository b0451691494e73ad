// What the other scripts share: running commands, finding tools, scratch folders. Node's own modules only, for
// these files run before anything is installed.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * One line of the total: a test, an example, a sample or a check. `detail` says why it failed or was skipped.
 * @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', detail?: string }} Outcome
 */

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The built command line. */
export const cli = join(root, 'packages/downslope/dist/cli/main.js');

/** True when the long suites are wanted: `npm run test:full`. */
export const isFull = () => process.env.DOWNSLOPE_FULL === '1';

/** @type {Set<() => void>} what is to be stopped or removed when this process ends, however it ends */
const leftovers = new Set();
process.on('exit', () => {
  for (const tidy of leftovers) tidy();
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => process.exit(130));

/**
 * Runs a command to its end. Its output is kept, or shown as it comes with `show`. A command that outlives
 * `timeout` (seconds) is stopped with all that it started: it leads a process group of its own.
 *
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: Record<string, string>, timeout?: number, show?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, { cwd = root, env = {}, timeout = 600, show = false } = {}) {
  return new Promise((resolve) => {
    const [file = '', ...args] = command;
    const stdio = show ? 'inherit' : 'pipe';
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdio, stdio],
      detached: true,
    });
    const stop = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has already gone.
      }
    };
    leftovers.add(stop);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const alarm = setTimeout(() => {
      output += `\nstopped after ${timeout} s`;
      stop();
    }, timeout * 1000);
    /** @param {number} code @param {string} [more] */
    const finish = (code, more = '') => {
      clearTimeout(alarm);
      leftovers.delete(stop);
      resolve({ code, output: output + more });
    };
    child.on('error', (error) => finish(127, String(error)));
    child.on('close', (code) => finish(code ?? 1));
  });
}

/**
 * Runs a command as a check of that name.
 *
 * @param {string} name
 * @param {readonly string[]} command
 * @param {Parameters<typeof run>[1]} [options]
 * @returns {Promise<Outcome>}
 */
export async function check(name, command, options) {
  const { code, output } = await run(command, options);
  if (code === 0) return { name, status: 'passed' };
  return { name, status: 'failed', detail: `exit code ${code}\n${output.trim()}` };
}

/**
 * The command that starts an installed package's executable with this Node.
 *
 * @param {string} packageName
 * @param {string} [executable]
 */
export function tool(packageName, executable = packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[executable])];
}

/** The command that starts npm: the one that runs this script, when one does. */
export const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];

/** A folder for temporary files, removed when this process ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'downslope-'));
  leftovers.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/**
 * A temporary folder that looks like a user's project with both packages installed: `node_modules`,
 * `examples/data`, and a `bin` folder for the PATH with `downslope` and an `npx` that knows it.
 */
export function userFolder() {
  const folder = temporaryFolder();
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  mkdirSync(join(folder, 'examples'));
  symlinkSync(join(root, 'examples/data'), join(folder, 'examples/data'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  mkdirSync(join(folder, 'bin'));
  const start = `exec "${process.execPath}" "${cli}"`;
  writeFileSync(join(folder, 'bin/downslope'), `#!/bin/sh\n${start} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'bin/npx'), `#!/bin/sh\nshift\n${start} "$@"\n`, { mode: 0o755 });
  return folder;
}

/**
 * Maps with as many at once as there are processors; results in the order of the items.
 *
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} map
 * @returns {Promise<R[]>}
 */
export async function inParallel(items, map) {
  /** @type {R[]} */
  const results = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await map(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
