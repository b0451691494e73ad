import { count, counted, decimals, duration, significant } from '../../format.js';
import type { Learned, ReportData } from '../data.js';
import { PART_NAMES, presentParts } from '../parts.js';
import { type Content, html, type Markup } from './html.js';
import { fileOf, listOf, modelName } from './parts.js';

/** What was trained on what, and the result in a sentence. */
export function headOf(data: ReportData): Markup {
  const { title, learned, made, version, end } = data;
  const facts = [
    ...(learned ? [rowsOf(learned)] : []),
    ...(end ? [`trained in ${duration(end.seconds)}`] : []),
    new Date(made).toISOString().replace('T', ' ').slice(0, 16),
    `downslope ${version}`,
  ];
  return html`<header class="head">${BRAND}
<h1>${title}</h1>
${learned && html`<p class="lede">predicted from ${counted(learned.features.length, 'column')} of <b>${fileOf(learned.source)}</b> by a ${modelName(learned.model)}</p>`}
<p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
${learned && html`<p class="verdict">${verdictOf(learned)}</p>`}
${warningsOf(data)}</header>`;
}

export const BRAND = html`<div class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 4C7 5 8 19 14 20S19 14 22 13"/><circle cx="14.4" cy="20" r="2.6"/></svg><span>Downslope</span></div>`;

const rowsOf = ({ rows }: Learned): string =>
  `${presentParts(rows)
    .map(([part, number]) => `${count(number)} ${PART_NAMES[part]}`)
    .join(' + ')} rows`;

function verdictOf({ metrics, baseline, judged, classes }: Learned): Content {
  const scores = metrics[judged.part]!;
  const rows = `${count(judged.rows)} ${PART_NAMES[judged.part]} rows`;
  if ('rmse' in scores && 'rmse' in baseline.scores)
    return html`On the ${rows} its predictions are off by <b>${significant(scores.rmse)}</b> (RMSE). Always answering ${significant(Number(baseline.answer))}, the mean, is off by ${significant(baseline.scores.rmse)}.`;
  if (!('accuracy' in scores && 'accuracy' in baseline.scores)) return undefined;
  const right = (share: number) => Math.round(share * judged.rows);
  return html`Of the ${rows} it gets <b>${count(right(scores.accuracy))} right</b> (${percent(scores.accuracy)}). Always answering ${baseline.answer}, the most frequent of ${classes?.length} classes, gets ${count(right(baseline.scores.accuracy))} right (${percent(baseline.scores.accuracy)}).`;
}

const percent = (share: number): string => `${decimals(100 * share).slice(0, -3)}%`;

/** What to know before the model is used. */
function warningsOf({ learned, findings, end }: ReportData): Content {
  const seen =
    learned?.judged.part === 'train'
      ? ['There are no other rows to judge by: these scores are of the rows that it learned from.']
      : learned?.judged.part === 'validation'
        ? [
            'There are no test rows: these scores are of rows that also chose the weights, and a little too good.',
          ]
        : [];
  const stopped = end?.status === 'aborted' ? ['The run was stopped before its end.'] : [];
  const lines = [...(learned?.doubts ?? []), ...findings, ...stopped, ...seen];
  return warningsIn(lines);
}

export const warningsIn = (lines: readonly string[]): Content =>
  lines.length > 0 && html`<aside class="warnings" aria-label="Worth knowing">${listOf(lines)}</aside>`;
