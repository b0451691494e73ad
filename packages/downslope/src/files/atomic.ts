import { open, rename, rm } from 'node:fs/promises';

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
  await replace(path, async (beside) => {
    const file = await open(beside, 'w');
    try {
      if (typeof parts === 'string' || parts instanceof Uint8Array) await file.writeFile(parts);
      else for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Lets `write` make a file beside `path`, then renames it; leaves nothing behind when that fails. */
export async function replace(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
