import { writeAtomically } from '../../files/atomic.js';
import { refuseLost } from '../../files/folder.js';
import { readRun } from '../../files/past-runs.js';
import { duration } from '../../format.js';
import { misuse } from '../../misuse.js';
import { type ComparedRuns, comparedRuns } from '../../report/make/comparison.js';
import { MEASURES } from '../../report/measures.js';
import { comparePage } from '../../report/page/compare.js';
import { ownVersion } from '../../version.js';
import { checked, compareSchema } from '../options.js';
import { type Output, outputOn } from '../output.js';
import { aligned, block, cut, type Style } from '../style.js';

/** `downslope compare`: runs beside each other, here and on a page. */
export async function compare(paths: readonly string[], given: Record<string, unknown>): Promise<void> {
  const { out = 'compare.html', json } = checked(compareSchema, given);
  if (paths.length < 2)
    throw misuse(`compare takes two runs or more, as in compare runs/*; got only ${paths[0]}`);
  await refuseLost(out);
  const compared = comparedRuns(await Promise.all(paths.map(readRun)));
  await writeAtomically(out, comparePage(compared, { at: new Date(), version: ownVersion() }));
  const { runs, differing, notes } = compared;
  const report = outputOn(json ? process.stderr : process.stdout);
  report.drawn(tableLines(compared, report));
  report.lines([...block('note', notes, report.style), ...block('page', [out], report.style), '']);
  if (json) {
    const settings = Object.fromEntries(differing.map(({ name, values }) => [name, values]));
    process.stdout.write(`${JSON.stringify({ runs, differing: settings, notes, out })}\n`);
  }
}

/** A line for each run: its scores, then the settings that differ. */
function tableLines({ runs, measures, differing }: ComparedRuns, { style }: Output): string[] {
  const head = [
    'run',
    ...measures.map(({ measure }) => MEASURES[measure].name),
    'ended',
    'time',
    ...differing.map(({ name }) => name),
  ];
  const rows = runs.map((run, i) => [
    run.name,
    ...measures.map(({ measure, best }) => {
      const value = run.scores[measure];
      return value === undefined ? '' : `${MEASURES[measure].write(value)}${value === best ? ' ✓' : ''}`;
    }),
    run.status,
    run.seconds === undefined ? '' : duration(run.seconds),
    ...differing.map(({ values }) => marked(values[i]!, values[0]!)),
  ]);
  const [first = '', ...lines] = aligned([head, ...rows]);
  return [
    '',
    style.bold(first),
    ...lines.map((line) => coloured(line, style)),
    '',
    `  ${style.dim(LEGEND)}`,
    '',
  ];
}

const LEGEND = '✓ the best   ≠ not as in the first run';

/** Of a setting, such as a list of features. */
const WIDEST = 40;

const marked = (value: string, first: string): string => {
  const text = cut(value === '' ? '–' : value, WIDEST);
  return value === first ? text : `≠ ${text}`;
};

/** Marks stand out in colour, too. */
const coloured = (line: string, style: Style): string =>
  line
    .replace(/\S+ ✓/g, (best) => style.green(best))
    .replace(/≠ .*?(?= {2}|$)/g, (other) => style.yellow(other));
