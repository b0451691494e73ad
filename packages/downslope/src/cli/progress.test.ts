import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type EpochProgress, type ProgressOptions, progressOn } from './progress.js';
import { sparkline, traceOf } from './sparkline.js';
import { Terminal } from './testing/terminal.js';

const style = picocolors.createColors(true);

function recorder(columns: number, options: Partial<ProgressOptions> = {}) {
  const terminal = new Terminal(columns);
  terminal.write('  before\n');
  let text = '';
  const clock = { now: 0 };
  const display = progressOn({
    write: (part) => {
      text += part;
      terminal.write(part);
    },
    style,
    live: true,
    size: () => ({ columns: terminal.columns, rows: 24 }),
    rows: 1000,
    now: () => clock.now,
    ...options,
  });
  return { display, clock, terminal, written: () => text };
}

const epoch = (number: number): EpochProgress => ({
  model: 'linear',
  epoch: number,
  epochs: 100,
  steps: 16 * number,
  loss: 1 / number,
  validationLoss: 1.5 / number,
  lr: 0.003,
  gradNorm: 0.1234,
  updateRatio: { a: 0.001, b: 0.004, c: 0.002 },
  seconds: number / 10,
});

function after(columns: number, epochs: number, options: Partial<ProgressOptions> = {}) {
  const recorded = recorder(columns, options);
  for (let number = 1; number <= epochs; number++) {
    recorded.clock.now += 1000;
    recorded.display.epoch(epoch(number));
  }
  return recorded;
}

describe('the progress display', () => {
  it('has the time left and the pace, both losses and how they went, and what the steps are like', () => {
    expect(after(100, 25).terminal.screen().slice(1)).toEqual([
      `  linear     ${'━'.repeat(8)}${'─'.repeat(22)}  epoch  25/100  ≤ 7.5 s left  160 steps/s`,
      '  training   0.04000    █▆▆▅▅▄▄▃▃▃▃▃▂▂▂▂▂▂▂▁▁▁▁▁▁',
      '  validation 0.06000    █▆▆▅▄▄▄▃▃▃▃▃▂▂▂▂▂▂▂▁▁▁▁▁▁',
      '  steps      rate 0.003  gradient 0.123  update ratio 0.0020',
    ]);
  });

  it('never breaks a line or leaves one behind, from 12 columns to 200', () => {
    for (let columns = 12; columns <= 200; columns++) {
      const { terminal, display } = after(columns, 40);
      expect(terminal.screen(), String(columns)).toHaveLength(5);
      expect(terminal.wraps, String(columns)).toBe(0);
      expect(terminal.cursor).toBe(false);
      display.stop();
      expect(terminal.screen(), String(columns)).toEqual(['  before']);
      expect(terminal.cursor).toBe(true);
    }
  });

  it.each([
    [120, 60],
    [60, 120],
    [80, 30],
    [200, 21],
  ])('leaves nothing behind when the window goes from %i columns to %i', (from, to) => {
    const { terminal, display, clock } = after(from, 30);
    terminal.resize(to);
    clock.now += 1000;
    display.epoch(epoch(31));
    expect(terminal.screen()).toHaveLength(5);
    terminal.resize(from);
    display.stop();
    expect(terminal.screen()).toEqual(['  before']);
  });

  it('is one line where there is no room for more', () => {
    const { terminal } = after(100, 3, { size: () => ({ columns: 100, rows: 5 }) });
    expect(terminal.screen()).toHaveLength(2);
  });

  it('draws at most every 100 ms, each time at once', () => {
    const { display, clock, written } = recorder(80);
    for (let number = 1; number <= 100; number++) {
      clock.now = 1.5 * number;
      display.epoch(epoch(number));
    }
    expect(written().split('\x1b[?2026h')).toHaveLength(3);
    expect(written().split('\x1b[?2026l')).toHaveLength(3);
  });

  it('shows the last validation loss and update ratio until there are others', () => {
    const { display, clock, terminal } = recorder(80);
    for (const [number, validationLoss] of [0.7, undefined, 0.6].entries()) {
      clock.now += 1000;
      display.epoch({
        ...epoch(number + 1),
        validationLoss,
        updateRatio: number === 0 ? { a: 0.5 } : undefined,
      });
      expect(terminal.screen()[3]).toMatch(number < 2 ? /validation 0\.7000 / : /validation 0\.6000 /);
      expect(terminal.screen()[4]).toMatch(/update ratio 0\.50/);
    }
  });

  it('goes away when it is stopped, and gives the cursor back, once', () => {
    const { display, written } = after(80, 2);
    display.stop();
    display.stop();
    expect(written().split('\x1b[?25h')).toHaveLength(2);
  });

  it('writes a plain line every ten seconds where it is no terminal', () => {
    const { written } = after(80, 30, { live: false });
    expect(written().split('\n')[0]).toBe(
      '  linear   epoch  10/100   loss 0.1000   validation 0.1500   ≤ 9.0 s left   10k rows/s',
    );
    expect(written().trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('a sparkline', () => {
  it('is logarithmic where it can be, flat where nothing changes, and blank where there is nothing', () => {
    expect(sparkline([1, 10, 100])).toBe('▁▅█');
    expect(sparkline([-1, 0, 1])).toBe('▁▅█');
    expect(sparkline([3, 3])).toBe('▁▁');
    expect(sparkline([1, Number.NaN, 2])).toBe('▁ █');
    expect(sparkline([])).toBe('');
  });

  it('is of a whole run, however long', () => {
    const trace = traceOf(16);
    for (let i = 0; i < 10_000; i++) trace.add(i);
    const cells = trace.cells(8);
    expect(cells).toHaveLength(8);
    expect(cells).toEqual(cells.toSorted((a, b) => a - b));
    expect(cells[0]).toBeLessThan(1300);
    expect(cells[7]).toBeGreaterThan(8000);
  });
});
