import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a stream, changed on its way, into a new temporary file; gives its path. */
export type MakeCopy = (from: Readable, ...through: readonly Transform[]) => Promise<string>;

/** Runs `work`, which may make copies of what DuckDB cannot read as it is; they are removed afterwards. */
export async function withCopies<T>(work: (copy: MakeCopy) => Promise<T>): Promise<T> {
  let folder: Promise<string> | undefined;
  let count = 0;
  try {
    return await work(async (from, ...through) => {
      folder ??= mkdtemp(join(tmpdir(), 'downslope-'));
      const path = join(await folder, String(count++));
      await pipeline([from, ...through, createWriteStream(path)]);
      return path;
    });
  } finally {
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  }
}

const CR = 0x0d;
const LF = 0x0a;

/** Makes each CR LF a LF, byte by byte: in UTF-8 and Latin-1 these bytes are nothing else. */
export function oneLineEnd(): Transform {
  let held = false; // whether a CR ended the last chunk
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const from = held ? Buffer.concat([Buffer.of(CR), chunk]) : chunk;
      held = from.at(-1) === CR;
      const end = held ? from.length - 1 : from.length;
      const to = Buffer.alloc(end);
      let length = 0;
      for (let i = 0; i < end; i++) if (from[i] !== CR || from[i + 1] !== LF) to[length++] = from[i]!;
      done(null, to.subarray(0, length));
    },
    flush(done) {
      done(null, held ? Buffer.of(CR) : undefined);
    },
  });
}
