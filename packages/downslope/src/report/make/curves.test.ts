import { random } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { chartsOf, type Epoch } from './curves.js';

const dice = random(4, 'curves');
const names = ['a.w', 'a.b', 'b.w', 'b.b', 'c.w', 'c.b', 'd.w', 'd.b', 'e.w', 'e.b'];

const epoch = (number: number, more: Partial<Epoch> = {}): Epoch => ({
  kind: 'epoch',
  epoch: number,
  steps: number,
  loss: Math.exp(dice.normal()),
  validationLoss: Math.exp(dice.normal()),
  gradNorm: Math.exp(dice.normal()),
  lr: 0.1 / number,
  seconds: number,
  ...more,
});

describe('charts of a training', () => {
  it('are small however long it was, and keep every peak', () => {
    const history = Array.from({ length: 100_000 }, (_, i) =>
      epoch(i + 1, { updateRatio: Object.fromEntries(names.map((name) => [name, Math.exp(dice.normal())])) }),
    );
    const spiked = history.with(54_321, { ...history[54_321]!, loss: 1e6 });
    const { charts } = chartsOf(spiked);
    expect(charts.map(({ id }) => id)).toEqual(['loss', 'rate', 'gradient', 'ratio']);
    expect(JSON.stringify(charts).length).toBeLessThan(300_000);
    const [loss] = charts;
    expect(loss!.x).toContain(54_322);
    expect(loss!.series[0]!.values[loss!.x.indexOf(54_322)]).toBe(1e6);
    expect(charts.at(-1)!.series.map(({ name }) => name)).toEqual([...names.slice(0, 4), ...names.slice(-4)]);
  });

  it('say in words what stays the same, and leave out what was not recorded', () => {
    const { charts, constants } = chartsOf(
      [1, 2, 3].map((number) => epoch(number, { lr: 0.003, clipped: 0, validationLoss: undefined })),
    );
    expect(charts.map(({ id }) => id)).toEqual(['loss', 'gradient']);
    expect(charts[0]!.series.map(({ name }) => name)).toEqual(['training']);
    expect(constants).toEqual(['learning rate 0.003 throughout', 'no step was clipped']);
  });

  it('have gaps where a loss is not finite or was not looked at', () => {
    const history = [
      epoch(1, { loss: 2 }),
      epoch(2, { loss: Number.POSITIVE_INFINITY, validationLoss: undefined }),
    ];
    const [loss] = chartsOf(history).charts;
    expect(loss!.series.map(({ values }) => values[1])).toEqual([null, null]);
  });

  it('mark the epoch that the weights are from', () => {
    expect(chartsOf([epoch(1), epoch(2)], 1).charts[0]!.mark).toEqual({ at: 1, name: 'weights kept' });
  });
});
