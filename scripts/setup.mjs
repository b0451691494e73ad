import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, npm, root } from './run.mjs';

/**
 * Installs what package-lock.json asks for, unless `node_modules` already holds just that: `npm ci` removes the
 * folder first, which nobody wants in the middle of their work.
 *
 * @returns {Promise<import('./run.mjs').Outcome>}
 */
export async function install() {
  if (isInstalled()) return { name: 'npm ci (already installed)', status: 'passed' };
  return check('npm ci', [...npm, 'ci', '--no-audit', '--no-fund'], { show: true });
}

/** Compiles both packages into their `dist` folders. */
export const build = () => check('build', [...npm, 'run', '--silent', 'build']);

/** Optional packages are left out of the comparison: they are those of other platforms. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
  } catch {
    return {}; // There is none: nothing is installed.
  }
}
