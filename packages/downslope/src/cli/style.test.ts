import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { aligned, block, cut, isLive, styleFor } from './style.js';

describe('aligned', () => {
  it('makes columns as wide as what shows in them', () => {
    const { red } = picocolors.createColors(true);
    const rows = [
      ['name', '1'],
      [red('n'), '1,000'],
    ];
    expect(aligned(rows, { align: ['left', 'right'] })).toEqual(['  name      1', `  ${red('n')}     1,000`]);
  });
});

describe('block', () => {
  it('writes the label once, in the margin', () => {
    const style = picocolors.createColors(false);
    expect(block('split', ['a', 'b'], style)).toEqual(['  split      a', '             b']);
  });
});

describe('cut', () => {
  it('shortens with an ellipsis', () => {
    expect([cut('species', 7), cut('species', 5)]).toEqual(['species', 'spec…']);
  });
});

describe('colours and drawing over', () => {
  const terminal = { isTTY: true };
  it('are for terminals', () => {
    expect([styleFor(terminal, {}).isColorSupported, styleFor({}, {}).isColorSupported]).toEqual([
      true,
      false,
    ]);
    expect([isLive(terminal, {}), isLive({}, {})]).toEqual([true, false]);
  });
  it('obey NO_COLOR, FORCE_COLOR, TERM and CI', () => {
    expect(styleFor(terminal, { NO_COLOR: '1' }).isColorSupported).toBe(false);
    expect(styleFor({}, { FORCE_COLOR: '1' }).isColorSupported).toBe(true);
    expect(styleFor(terminal, { TERM: 'dumb' }).isColorSupported).toBe(false);
    expect([isLive(terminal, { CI: 'true' }), isLive(terminal, { TERM: 'dumb' })]).toEqual([false, false]);
  });
});
