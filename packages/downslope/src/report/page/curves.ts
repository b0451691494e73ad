import { batchInWords, count, counted, duration, short, significant } from '../../format.js';
import type { Chart, ModelCurves } from '../data.js';
import { sweepFigure } from '../figures/sweep.js';
import { type Content, html, json, type Markup } from './html.js';
import { capital, dataTable, figureOf, modelName, type Section } from './parts.js';

/** How each model's training went, against the epoch. */
export function curvesSection(curves: readonly ModelCurves[], why: Content): Section {
  const choice =
    curves.length > 1 &&
    html`<fieldset class="choice" data-choice="model"><legend class="unseen">Which model’s training to show</legend>${curves.map(
      ({ model, kept }, i) =>
        html`<label><input type="radio" name="model" value="${i}"${i === 0 && CHECKED}><span>${modelName(model)}${kept && ' (kept)'}</span></label>`,
    )}</fieldset>`;
  return {
    id: 'training',
    title: 'Training',
    content: [why && html`<div class="why">${why}</div>`, choice, curves.map(modelOf)],
  };
}

const CHECKED = html` checked`;

function modelOf(curves: ModelCurves, i: number): Markup {
  const { model, charts, notes, sweep } = curves;
  const [first, ...others] = charts;
  return html`<div class="model" data-model="${i}">
<h3>${capital(modelName(model))}</h3>${summaryOf(curves)}${notes.map((note) => html`<p class="note">${capital(note)}.</p>`)}
${first && html`<div class="wide">${chartOf(first, modelName(model))}</div>`}
<div class="grid">${others.map((chart) => chartOf(chart, modelName(model)))}${sweep && sweepOf(sweep, model)}</div></div>`;
}

function summaryOf({ facts, trained, epochs, constants }: ModelCurves): Content {
  const batch = facts && batchInWords(facts.batch);
  const lines = [
    ...(facts ? [`${counted(facts.parameters, 'weight')}, ${facts.optimizer}, ${batch}`] : []),
    ...(trained
      ? [`${counted(trained.epochs, 'epoch')} in ${duration(trained.seconds)}: ${trained.message}`]
      : [counted(epochs, 'epoch')]),
    ...constants,
  ];
  return html`<p class="facts">${lines.map((line) => html`<span>${line}</span>`)}</p>`;
}

const sweepOf = (sweep: NonNullable<ModelCurves['sweep']>, model: string): Markup =>
  figureOf(
    'Range test',
    `The loss while the learning rate rises, the median of several sweeps. The line is the rate that was chosen, ${short(sweep.lr)}.`,
    sweepFigure(sweep),
    dataTable({
      caption: `range test of the ${modelName(model)}`,
      head: ['Learning rate', 'Loss'],
      rows: sweep.rates.map((rate, i) => [significant(rate), significant(sweep.losses[i]!)]),
    }),
  );

/** A place for the page's script to draw in. */
export function chartOf(chart: Chart, of: string): Markup {
  const { title, series, x, mark } = chart;
  const about = mark && html`<span class="mark-note">${mark.name}: after epoch ${count(mark.at)}</span>`;
  const drawn = html`<div class="chart" data-tall="${chart.id === 'loss' ? 'yes' : 'no'}"><script type="application/json">${json(chart)}</script>
<noscript>Pictures against the epoch need scripts; the numbers are below.</noscript></div>`;
  const cell = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : significant(value);
  return figureOf(
    title,
    about,
    drawn,
    dataTable({
      caption: `${title} of the ${of}`,
      head: ['Epoch', ...series.map(({ name }) => capital(name))],
      rows: x.map((epoch, i) => [count(epoch), ...series.map(({ values }) => cell(values[i]))]),
    }),
  );
}
