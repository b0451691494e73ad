import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellCommand } from './shell.js';

it('quotes words so that a shell reads them back', () => {
  const words = [
    '',
    'plain',
    "it's",
    'a b',
    '$HOME',
    '"x"',
    '`ls`',
    'a\nb',
    '*',
    '!',
    '--sql',
    'select 1; --',
  ];
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(words);
});
