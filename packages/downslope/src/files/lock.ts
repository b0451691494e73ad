import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { misuse } from '../misuse.js';
import { partOf } from './atomic.js';
import { whyNot } from './failure.js';
import { isAlive, startOf } from './process.js';

interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly host: string;
}

/**
 * Makes a folder this process's own, by a file `lock` in it. One that a process left behind which no longer runs is taken
 * over.
 *
 * @param called what the user calls it, for errors
 * @returns gives it back
 * @throws when another process works in it
 */
export function lockFolder(folder: string, called = folder): () => void {
  const path = join(folder, 'lock');
  const own: Holder = { pid: process.pid, start: startOf(process.pid), host: hostname() };
  for (let tries = 0; !claim(path, own); tries++) {
    const holder = holderOf(path);
    if (holder && (tries > 20 || holds(holder))) throw misuse(refusal(called, path, holder));
    if (holder) putAside(path, holder);
  }
  return () => {
    const holder = holderOf(path);
    if (holder?.pid === own.pid && holder.start === own.start) rmSync(path, { force: true });
  };
}

/** Making the file is what claims the folder; it is written before, so that no one sees half of it. */
function claim(path: string, own: Holder): boolean {
  const beside = partOf(path);
  try {
    writeFileSync(beside, `${JSON.stringify(own)}\n`);
    try {
      linkSync(beside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      copyFileSync(beside, path, constants.COPYFILE_EXCL); // a file system without links
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw misuse(whyNot(error, path));
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Who holds a lock; one that was not written to its end holds nothing. */
function holderOf(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.endsWith('\n') ? JSON.parse(text) : { pid: 0, start: '', host: hostname() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { pid: 0, start: '', host: hostname() };
  }
}

/** Of another machine one cannot know. */
const holds = ({ pid, start, host }: Holder): boolean =>
  host !== hostname() || (pid > 0 && isAlive(pid) && startOf(pid) === start);

/**
 * Takes a dead lock away. Of two that do so at once one may move what the other has just made: it sees whose that is, and
 * puts it back.
 */
function putAside(path: string, dead: Holder): void {
  const aside = partOf(path);
  try {
    renameSync(path, aside);
  } catch {
    return; // another was faster
  }
  const moved = holderOf(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(dead) && holds(moved)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

const refusal = (folder: string, path: string, { pid, host }: Holder): string =>
  host === hostname()
    ? `${folder} is in use by process ${pid}; wait until it is done, or stop it`
    : `${folder} is in use by process ${pid} on ${host}; if that is no longer so, remove ${path}`;
