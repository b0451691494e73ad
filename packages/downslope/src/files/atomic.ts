import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive } from './process.js';

/**
 * Writes a file beside its place, flushes it, and renames it into place: a reader, or a crash, sees either the old
 * file or the whole new one.
 *
 * @param parts the content, or its parts one after the other
 */
export async function writeAtomically(
  path: string,
  parts: string | Uint8Array | Iterable<string>,
): Promise<void> {
  await replace(path, (beside) => writeThrough(beside, parts));
}

/** Writes a folder with these files in the same way: it appears when it is whole. */
export async function writeFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await replace(path, (beside) => fillFolder(beside, files));
}

let claims = 0;

/** The same where nothing is yet, or an empty folder; false when something is. */
export async function claimFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<boolean> {
  claims++;
  const beside = partOf(`${path}.${claims}`);
  try {
    await fillFolder(beside, files);
    await rename(beside, path);
    await flushFolder(dirname(path));
    return true;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    if (existsSync(path) && IN_THE_WAY.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function fillFolder(path: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) await writeThrough(join(path, name), content);
  await flushFolder(path);
}

/** Lets `write` make a file or folder beside `path`, then renames it; leaves nothing behind when that fails. */
export async function replace(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = partOf(path);
  try {
    await write(beside);
    await rename(beside, path).catch(async (error) => {
      if (!IN_THE_WAY.includes(error.code)) throw error;
      await remove(path);
      await rename(beside, path);
    });
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

/** What systems say when a folder that holds something would have to give way. */
const IN_THE_WAY = ['ENOTEMPTY', 'EEXIST', 'EPERM'];

/** Removes a folder, which is gone in one moment. */
export async function remove(path: string): Promise<void> {
  const aside = `${path}.old.${process.pid}.part`;
  await rename(path, aside);
  await rm(aside, { recursive: true });
}

/** What a path is called while this process writes it. */
export const partOf = (path: string): string => `${path}.${process.pid}.part`;

/** Removes from a folder what processes left half written that run no more; of what begins so. */
export async function removeUnfinished(folder: string, prefix = ''): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const writer = /\.(\d+)\.part$/.exec(name)?.[1];
    if (writer && !isAlive(Number(writer))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function writeThrough(path: string, parts: string | Uint8Array | Iterable<string>): Promise<void> {
  const file = await open(path, 'w');
  try {
    if (typeof parts === 'string' || parts instanceof Uint8Array) await file.writeFile(parts);
    else for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The names in a folder reach the disk, too; where folders cannot be opened (Windows) that is up to the system. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
