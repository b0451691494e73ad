import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { fileURLToPath } from 'node:url';

export const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${type()} ${release()}`;

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const BEGIN = '<!-- figures: what follows is written by npm run bench -->';
const END = '<!-- end of figures -->';

/** Writes a file among the documents. */
export const save = (name: string, text: string): void => writeFileSync(`${DOCS}${name}`, text);

/** Puts figures into their place in a document; the text around them stays. */
export function putFigures(name: string, figures: string): void {
  const text = readFileSync(`${DOCS}${name}`, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${name} has no place for figures: ${BEGIN} … ${END}`);
  save(name, `${text.slice(0, from + BEGIN.length)}\n\n${figures}\n\n${text.slice(to)}`);
}
