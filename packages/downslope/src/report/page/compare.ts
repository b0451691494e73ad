import { counted, duration } from '../../format.js';
import type { ComparedRun, ComparedRuns, Setting } from '../make/comparison.js';
import { MEASURES } from '../measures.js';
import type { Assets } from './assets.js';
import { chartOf } from './curves.js';
import { BRAND, warningsIn } from './head.js';
import { type Content, html, type Markup } from './html.js';
import { wholePage } from './page.js';
import { type Section, tableOf } from './parts.js';

/** Runs beside each other, as one page that needs nothing else. */
export function comparePage(
  data: ComparedRuns,
  made: { at: Date; version: string },
  assets?: Assets,
): string {
  const heading = `${counted(data.runs.length, 'run')} compared`;
  const facts = [made.at.toISOString().replace('T', ' ').slice(0, 16), `downslope ${made.version}`];
  const head = html`<header class="head">${BRAND}
<h1>${heading}</h1>
<p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
${warningsIn(data.notes)}</header>`;
  const sections = [scoresOf(data), ...(data.charts.length > 0 ? [curvesOf(data)] : []), settingsOf(data)];
  return wholePage({ heading, head, sections }, assets);
}

function scoresOf({ runs, measures }: ComparedRuns): Section {
  const cell = ({ scores }: ComparedRun, { measure, best }: ComparedRuns['measures'][number]): Content => {
    const value = scores[measure];
    if (value === undefined) return '–';
    const text = MEASURES[measure].write(value);
    return value === best ? html`<b>${text}</b> <small>best</small>` : text;
  };
  return {
    id: 'scores',
    title: 'Scores',
    content: tableOf({
      caption: 'Scores of all runs',
      head: [
        'Run',
        'Ended',
        ...measures.map(
          ({ measure }) =>
            html`${MEASURES[measure].name}<br><small>${MEASURES[measure].rises ? 'more' : 'less'} is better</small>`,
        ),
        'Time',
      ],
      texts: 2,
      rows: runs.map((run) => [
        run.name,
        run.status,
        ...measures.map((each) => cell(run, each)),
        run.seconds === undefined ? '–' : duration(run.seconds),
      ]),
    }),
  };
}

function curvesOf({ charts }: ComparedRuns): Section {
  const [first, ...others] = charts;
  return {
    id: 'training',
    title: 'Training',
    content: html`<p class="note">Of each run the model that was kept, against the epoch.</p>
<div class="wide">${first && chartOf(first, 'runs')}</div>
<div class="grid">${others.map((chart) => chartOf(chart, 'runs'))}</div>`,
  };
}

/** Settings that differ, with what is not as in the first run marked; then those that are the same everywhere. */
function settingsOf({ runs, differing, same }: ComparedRuns): Section {
  return {
    id: 'settings',
    title: 'Settings',
    content: html`${
      differing.length > 0
        ? html`<h3>That differ</h3><p class="note">≠ marks what is not as in the first run.</p>
${tableOf({
  caption: 'Settings that differ',
  head: ['Setting', ...runs.map(({ name }) => name)],
  texts: 1 + runs.length,
  rows: differing.map(({ name, values }) => [name, ...values.map((value) => settingCell(value, values[0]!))]),
})}`
        : html`<p>All settings are the same.</p>`
    }
${same.length > 0 && html`<h3>The same in all</h3>${sameTable(same)}`}`,
  };
}

const settingCell = (value: string, first: string): Content => {
  const text = value === '' ? '–' : value;
  return value === first ? text : html`<b>≠ ${text}</b>`;
};

const sameTable = (same: readonly Setting[]): Markup =>
  tableOf({
    caption: 'Settings that are the same in all runs',
    head: ['Setting', 'In all runs'],
    texts: 2,
    rows: same.map(({ name, values }) => [name, values[0]!]),
  });
