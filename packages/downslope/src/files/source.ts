import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { nearest } from '@downslope/core';
import { misuse } from '../misuse.js';

export type Format = 'csv' | 'json' | 'parquet';

/** A file that holds a table, as far as its name and its first bytes tell. */
export interface Source {
  readonly path: string;
  /** As the user knows it; the path may be a copy's. */
  readonly name: string;
  readonly format: Format;
  readonly gzip: boolean;
  readonly utf16: boolean;
  /** The beginning of the text, decompressed; empty for Parquet. */
  readonly head: string;
}

const HEAD_BYTES = 64 * 1024;

const FORMATS: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.txt': 'csv',
  '.json': 'json',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.parquet': 'parquet',
  '.pq': 'parquet',
};

/**
 * Looks at a file before it is read: the name's ending decides the format, else its first bytes do.
 *
 * @param name what it is called in messages, where the file is a copy
 * @throws when there is no such file (with the nearest name in its folder), or it is a folder, empty, or binary
 */
export async function inspectSource(path: string, name = path): Promise<Source> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw misuse(await absent(path));
  if (found.isDirectory())
    throw misuse(`${name} is a folder; give a file, or a glob such as "${name}/*.csv"`);
  if (found.size === 0) throw misuse(`${name} is empty`);
  const raw = await firstBytes(path);
  const gzip = raw[0] === 0x1f && raw[1] === 0x8b;
  const bytes = gzip ? gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }) : raw;
  const named = FORMATS[extname(gzip ? name.replace(/\.gz$/i, '') : name).toLowerCase()];
  if (startsWith(bytes, 'PAR1')) return { path, name, format: 'parquet', gzip, utf16: false, head: '' };
  if (named === 'parquet') throw misuse(`${name} is not a Parquet file, though its name says so`);
  // A byte order mark tells UTF-16 from a binary file.
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const head = textOf(name, bytes, utf16 ? 'utf16le' : 'utf8');
  return { path, name, format: named ?? (/^\s*[[{]/.test(head) ? 'json' : 'csv'), gzip, utf16, head };
}

/** What to say of a file that is not there. */
async function absent(path: string): Promise<string> {
  if (/^\w+:\/\//.test(path)) return `${path} is an address; only files are read: download it first`;
  const names = await readdir(dirname(path)).catch(() => undefined);
  if (names === undefined) return `no such file: ${path} (there is no folder ${dirname(path)})`;
  const near = nearest(basename(path), names);
  return near === undefined ? `no such file: ${path}` : `no such file: ${path}; did you mean ${near}?`;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const startsWith = (bytes: Buffer, magic: string): boolean =>
  bytes.toString('latin1', 0, magic.length) === magic;

function textOf(name: string, bytes: Buffer, encoding: BufferEncoding): string {
  const text = bytes.toString(encoding).replace(/^\ufeff/, '');
  if (startsWith(bytes, 'PK'))
    throw misuse(`${name} is an Excel workbook or a zip archive; save the sheet as CSV, or unpack it`);
  if ([...text.slice(0, 4096)].some((letter) => letter < '\t'))
    throw misuse(`${name} is a binary file; tables are read from CSV, TSV, JSON, JSON lines and Parquet`);
  if (text.trim() === '') throw misuse(`${name} is empty: it holds nothing but blanks`);
  return text;
}
