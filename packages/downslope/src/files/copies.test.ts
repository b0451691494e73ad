import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { oneLineEnd, withCopies } from './copies.js';

it('copies are there while they are worked with, and line ends are one, wherever chunks end', async () => {
  const chunks = ['a\r', '\nb\r\n\r\n', 'c\rd\n', 'e\r'].map((text) => Buffer.from(text));
  const path = await withCopies(async (copy) => {
    const made = await copy(Readable.from(chunks), oneLineEnd());
    expect(readFileSync(made, 'utf8')).toBe('a\nb\n\nc\rd\ne\r');
    return made;
  });
  expect(existsSync(path)).toBe(false);
});
