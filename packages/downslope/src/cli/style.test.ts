import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { aligned, block, cut, isLive, styleFor, widthOf, wrapped } from './style.js';

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
    expect(cut('気温の平均', 8)).toBe('気温の…');
  });
  it('keeps to one line, without control characters', () => {
    expect(cut('a\r\nb\x1b[31m', 20)).toBe('a b [31m');
  });
});

describe('the width of a text', () => {
  it('is that of what shows: wide letters count two, marks and colours nothing', () => {
    const { red } = picocolors.createColors(true);
    expect(['abc', '気温', 'e\u0301', red('abc'), '😀'].map(widthOf)).toEqual([3, 4, 1, 3, 2]);
  });
});

describe('a line wider than the terminal', () => {
  const line = '  split      241 training, 52 validation, 51 test rows, at random, each class alike, seed 0';
  it('goes on beside the margin', () => {
    expect(wrapped(line, 100)).toEqual([line]);
    expect(wrapped(line, 70)).toEqual([
      '  split      241 training, 52 validation, 51 test rows, at random,',
      '               each class alike, seed 0',
    ]);
  });
  it('stands below its label where the terminal is narrow', () => {
    expect(wrapped(line, 50)).toEqual([
      '  split',
      '    241 training, 52 validation, 51 test rows, at',
      '      random, each class alike, seed 0',
    ]);
  });
  it('keeps the columns of a table on a narrow terminal', () => {
    const { bold } = picocolors.createColors(true);
    const lines = block(
      'scores',
      aligned(
        [
          ['', 'test'],
          ['RMSE', '1.5'],
        ],
        { indent: 0 },
      ),
      { ...picocolors, bold },
    );
    expect(lines.flatMap((line) => wrapped(line, 50))).toEqual([
      `  ${bold('scores')}`,
      '          test',
      '    RMSE  1.5',
    ]);
  });
  it('leaves a word that is wider still as it is', () => {
    expect(wrapped('a/long/path/to/somewhere', 10)).toEqual(['a/long/path/to/somewhere']);
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
