import { type Cell, random, type TrainTableOptions, tableFrom, trainTable } from '@downslope/core';
import { emptyRecord, take } from '../src/report/make/record.js';
import { reportData } from '../src/report/make/report.js';
import { reportPage } from '../src/report/page/page.js';

/** What someone who means no good calls a column, or writes into a cell. */
export const HOSTILE = [
  `</script><script>alert(1)</script>`,
  `<img src=x onerror=alert(2)>`,
  `"onmouseover="alert(3)`,
  `' --><svg/onload=alert(4)>`,
  `$\{alert(5)}&lt;b&gt;`,
];

const [target, first, second, kind, level] = HOSTILE as [string, string, string, string, string];

/** A table whose every name and text is hostile. */
export function hostileTable(rows = 120) {
  const dice = random(1, 'hostile');
  const made = Array.from({ length: rows }, (_, i): Record<string, Cell> => {
    const x = dice.normal();
    return {
      [target]: x + 0.4 * dice.normal() > 0 ? level : first,
      [first]: x,
      [second]: dice.normal(),
      [kind]: HOSTILE[i % 3]!,
    };
  });
  return { table: tableFrom(made), target, quantity: first };
}

/** The report of a run as the command makes it. */
export async function pageOf(
  table: ReturnType<typeof tableFrom>,
  options: TrainTableOptions,
  { command = ['downslope', 'train'], findings = [] as string[] } = {},
): Promise<string> {
  const record = emptyRecord();
  const run = trainTable(table, options);
  for await (const event of run) take(record, event);
  record.findings.push(...findings);
  const facts = {
    path: 'runs/a',
    folder: '/home/<b>me</b>',
    command,
    started: '2026-01-31T12:00:00.000Z',
    options: { target: options.target, hidden: [8, 8] },
    versions: { downslope: '0.0.0', node: '20' },
  };
  const data = reportData(record, await run.result, {
    version: '0.0.0',
    table,
    source: `a/${second}.csv`,
    run: facts,
  });
  return reportPage(data);
}
