import { tableFrom, trainTable } from '@downslope/core';
import { expect, it } from 'vitest';
import { reportPage } from '../page/page.js';
import { emptyRecord, take } from './record.js';
import { reportData } from './report.js';

const rows = Array.from({ length: 200 }, (_, i) => ({
  x: (i % 40) / 20,
  z: i % 7,
  y: Math.sin(i % 40) + (i % 7),
}));

it('tells findings that are worth a look from those that say how it is trained, which have a picture', async () => {
  const record = emptyRecord();
  const run = trainTable(tableFrom(rows), { target: 'y', model: 'mlp', hidden: [4], lr: 'auto', epochs: 3 });
  for await (const event of run) take(record, event);
  take(record, { kind: 'finding', rule: 'nonFinite', message: 'the loss ran away' } as { kind: string });
  take(record, { kind: 'of another version' });
  const data = reportData(record, await run.result, { version: '0.0.0' });
  expect(data.findings).toContain('the loss ran away');
  const [{ notes, sweep } = { notes: [] }] = data.curves;
  expect(notes[0]).toMatch(/^learning rate /);
  expect(sweep!.rates.length).toBe(sweep!.losses.length);
  expect(sweep!.rates.length).toBeGreaterThan(20);
  const page = reportPage(data, { style: '', script: '' });
  expect(page).toContain('<h3>Range test</h3>');
  expect(page).toMatch(/class="warnings".*the loss ran away/s);
});
