import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { misuse } from '../misuse.js';

/** @throws when something is there already: a file, or a folder that holds something */
export async function refuseUsed(path: string): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw misuse(`${path} is a file; give a folder`);
    return [];
  });
  if (entries.length > 0) throw misuse(`${path} is there already and not empty; choose another folder`);
}

/** @throws when the folder that a file is to be written into is not there */
export async function refuseLost(file: string): Promise<void> {
  const found = await stat(dirname(file)).catch(() => undefined);
  if (!found?.isDirectory()) throw misuse(`${file}: there is no folder ${dirname(file)}; make it first`);
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw misuse(`${file} is a folder; give a file`);
}

/** Makes a folder and those above it; true when it was not there before. */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    return (await mkdir(path, { recursive: true })) !== undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      throw misuse(`${path}: no folder may be made here; choose another place`);
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw misuse(`${path}: a file stands in the way; choose another place`);
    throw error;
  }
}
