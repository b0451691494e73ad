import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as core from '../src/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const linksIn = (file: string): string[] =>
  [...read(file).matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => join(root, dirname(file), path!));
const examples = readdirSync(join(root, 'examples')).filter((file) => /^\d\d-.*\.ts$/.test(file));

it.each(['docs/concepts.md', 'examples/README.md'])(
  '%s links to files that are there, and to every example',
  (file) => {
    const links = linksIn(file);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
    expect(examples.filter((example) => !links.includes(join(root, 'examples', example)))).toEqual([]);
  },
);

it('docs/concepts.md says where an idea lives by names that are exported', () => {
  const rows = read('docs/concepts.md').split('\n## Where a text')[0]!.split('\n');
  const where = rows.filter((row) => /^\|.*\|.*\|.*\|$/.test(row)).map((row) => row.split('|')[3]!);
  const names = where.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  const unknown = names.filter((name) => !(name in core) && !name.startsWith('downslope '));
  expect(names.length).toBeGreaterThan(100);
  expect(unknown).toEqual([]);
});
