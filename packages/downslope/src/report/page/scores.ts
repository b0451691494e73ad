import type { Learned } from '../data.js';
import { scoreStrip } from '../figures/strips.js';
import { MEASURES, type Measure, measuresOf, scoreOf } from '../measures.js';
import { PART_NAMES, presentParts } from '../parts.js';
import { type Content, html, type Markup } from './html.js';
import { capital, type Section, tableOf } from './parts.js';

/** The scores beside the baseline's, and where they may lie by chance. */
export function scoresSection(learned: Learned): Section {
  const { metrics, baseline, judged } = learned;
  const measures = measuresOf([metrics[judged.part]!]);
  const parts = presentParts(metrics);
  return {
    id: 'scores',
    title: 'Scores',
    content: html`<div class="tiles">${measures.slice(0, 4).map((measure) => tileOf(measure, learned))}</div>
${tableOf({
  caption: 'All scores',
  head: [
    'Measure',
    ...parts.map(([part]) => capital(PART_NAMES[part])),
    `95% interval (${PART_NAMES[judged.part]})`,
    'Baseline',
  ],
  rows: measures.map((measure) => {
    const write = (value: number | undefined) => (value === undefined ? '' : MEASURES[measure].write(value));
    return [
      html`${MEASURES[measure].name} <small>${MEASURES[measure].about}</small>`,
      ...parts.map(([, scores]) => write(scoreOf(scores, measure))),
      intervalOf(learned, measure) ?? '–',
      write(scoreOf(baseline.scores, measure)),
    ];
  }),
})}
<p class="note">The intervals say how far chance in the choice of these ${String(judged.rows)} rows may move a score: Wilson’s for accuracy, else a seeded bootstrap. They know nothing of what comes from elsewhere than these rows.</p>`,
  };
}

function tileOf(measure: Measure, learned: Learned): Markup {
  const { metrics, baseline, judged } = learned;
  const { name, write, rises } = MEASURES[measure];
  const value = scoreOf(metrics[judged.part]!, measure)!;
  const always = scoreOf(baseline.scores, measure)!;
  const range = intervalOf(learned, measure);
  const label = `${name} ${write(value)}${range ? `, interval ${range}` : ''}, baseline ${write(always)}`;
  return html`<div class="tile"><h3>${capital(name)} <small>${rises ? 'more is better' : 'less is better'}</small></h3>
<p class="big">${write(value)}</p>
${Number.isFinite(value) && Number.isFinite(always) && scoreStrip(label, value, judged.intervals[measure], always)}
<p class="small">${range && html`<span><i class="key range"></i>${range}</span>`}<span><i class="key baseline"></i>baseline ${write(always)}</span></p></div>`;
}

function intervalOf({ judged }: Learned, measure: Measure): string | undefined {
  const range = judged.intervals[measure];
  return range?.map((end) => MEASURES[measure].write(end)).join(' to ');
}

/** Why which model was kept. */
export function comparisonOf({ comparison }: Learned): Content {
  return comparison && html`<p>${capital(comparison.message)}.</p>`;
}
