import { type FileHandle, open } from 'node:fs/promises';
import { whyNot } from './failure.js';

/** Milliseconds in which lines gather, to be written together: each write costs as much as some epochs of a small run. */
const SOON = 100;

/** A file of lines that only grows. */
export interface Log {
  /** Adds a line; it is written soon. */
  write(line: string): void;
  /** All lines so far reach the disk; gives the file's length. What could not be written is tried again. */
  flush(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens a log, to go on from its first `length` bytes; what came after them is forgotten.
 *
 * Lines have their places in the file: what was written in part, as where a disk is full, is written over by the next try.
 */
export async function openLog(path: string, length: number): Promise<Log> {
  const file = await open(path, length === 0 ? 'w' : 'r+');
  await file.truncate(length);
  let end = length;
  let waiting = '';
  let turn: Promise<void> = Promise.resolve();
  let planned: NodeJS.Timeout | undefined;
  const writeWaiting = async (): Promise<void> => {
    planned = undefined;
    const text = waiting;
    if (text === '') return;
    await writeAt(file, end, Buffer.from(text)).catch((error) => {
      throw new Error(whyNot(error, path));
    });
    end += Buffer.byteLength(text);
    waiting = waiting.slice(text.length);
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  const flush = async (): Promise<number> => {
    await inTurn(writeWaiting);
    await file.datasync();
    return end;
  };
  return {
    write(line) {
      waiting += `${line}\n`;
      planned ??= setTimeout(() => void inTurn(writeWaiting).catch(() => {}), SOON); // told when it is flushed
    },
    flush,
    async close() {
      clearTimeout(planned);
      await flush().finally(() => file.close());
    },
  };
}

async function writeAt(file: FileHandle, position: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
