import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type ProgressOptions, progressOn } from './progress.js';

const style = picocolors.createColors(false);

function recorder(options: Partial<ProgressOptions> = {}) {
  let text = '';
  const clock = { now: 0 };
  const write = (part: string) => {
    text += part;
  };
  const display = progressOn({
    write,
    style,
    live: true,
    width: () => 120,
    rows: 1000,
    now: () => clock.now,
    ...options,
  });
  return { display, clock, written: () => text };
}

const epoch = (number: number) => ({
  model: 'linear',
  epoch: number,
  epochs: 100,
  loss: 1 / number,
  validationLoss: 1.5 / number,
  seconds: number / 10,
});

describe('the progress display', () => {
  it('draws a bar with both losses, the time left and the rate over one line', () => {
    const { display, written } = recorder();
    display.epoch(epoch(25));
    expect(written()).toBe(
      `\x1b[?25l\r\x1b[2K  linear  ${'━'.repeat(6)}${'─'.repeat(18)}  epoch  25/100  loss 0.04000` +
        '  validation 0.06000  ≤ 7.5 s left  10k rows/s',
    );
  });

  it('shortens the bar, then leaves out facts that do not fit, and never wraps', () => {
    const lines = [100, 80, 50, 30, 12].map((width) => {
      const { display, written } = recorder({ width: () => width });
      display.epoch(epoch(25));
      const line = written().replace('\x1b[?25l\r\x1b[2K', '');
      expect(line.length, String(width)).toBeLessThan(width);
      return line;
    });
    expect(lines.slice(1)).toEqual([
      '  linear  ━━────  epoch  25/100  loss 0.04000  validation 0.06000  ≤ 7.5 s left',
      '  linear  ━━━───────  epoch  25/100  loss 0.04000',
      '  linear  epoch  25/100',
      '  linear  …',
    ]);
  });

  it('draws at most every 80 ms', () => {
    const { display, clock, written } = recorder();
    for (let number = 1; number <= 100; number++) {
      clock.now = number;
      display.epoch(epoch(number));
    }
    expect(written().split('\r')).toHaveLength(3); // nothing, epoch 1, epoch 81
  });

  it('shows the last validation loss until there is another', () => {
    const { display, clock, written } = recorder();
    for (const [number, validationLoss] of [0.7, undefined, 0.6].entries()) {
      clock.now += 1000;
      display.epoch({ ...epoch(number + 1), validationLoss });
    }
    expect(written().match(/validation \S+/g)).toEqual(
      ['0.7000', '0.7000', '0.6000'].map((loss) => `validation ${loss}`),
    );
  });

  it('goes away when it is stopped, and gives the cursor back, once', () => {
    const { display, written } = recorder();
    display.epoch(epoch(1));
    display.stop();
    display.stop();
    expect(written().endsWith('\r\x1b[2K\x1b[?25h')).toBe(true);
    expect(written().split('\x1b[?25h')).toHaveLength(2);
  });

  it('writes a plain line every ten seconds where it is no terminal', () => {
    const { display, clock, written } = recorder({ live: false });
    for (let number = 1; number <= 30; number++) {
      clock.now = number * 1000;
      display.epoch(epoch(number));
    }
    expect(written().split('\n')[0]).toBe(
      '  linear   epoch  10/100   loss 0.1000   validation 0.1500   ≤ 9.0 s left   10k rows/s',
    );
    expect(written().trimEnd().split('\n')).toHaveLength(3);
  });
});
