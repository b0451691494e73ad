import { expect, it } from 'vitest';
import { outputOn } from './output.js';

it('lines are broken for a terminal of that width, and for nothing else', () => {
  const written = (stream: { isTTY: boolean; columns: number }) => {
    let text = '';
    const write = (part: unknown) => {
      text += part;
      return true;
    };
    outputOn({ ...stream, write }).lines(['  note       one two three four', '']);
    return text;
  };
  expect(written({ isTTY: true, columns: 30 })).toBe('  note\n    one two three four\n\n');
  expect(written({ isTTY: false, columns: 30 })).toBe('  note       one two three four\n\n');
});
