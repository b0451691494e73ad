import { count, decimals } from '../../format.js';
import { type Content, html, type Markup } from './html.js';
import { figureOf, tableOf } from './parts.js';

/** Classes that a matrix is readable with. */
const MOST_CLASSES = 15;
const MOST_PAIRS = 20;

type Counts = readonly (readonly number[])[];

/** How often each class was taken for each; of very many classes, the pairs that are mistaken most often. */
export function confusionFigure(classes: readonly string[], counts: Counts, which: string): Markup {
  return classes.length <= MOST_CLASSES
    ? figureOf(
        'Confusion matrix',
        `${which}: what they are down, what was predicted across. Recall is the share of a class that is found, precision the share of its predictions that are right.`,
        matrixOf(classes, counts),
      )
    : figureOf(
        'Classes most often confused',
        `${which}, ${classes.length} classes.`,
        pairsOf(classes, counts),
      );
}

function matrixOf(classes: readonly string[], counts: Counts): Markup {
  const totals = counts.map((row) => row.reduce((sum, each) => sum + each, 0));
  const called = classes.map((_, k) => counts.reduce((sum, row) => sum + row[k]!, 0));
  const share = (part: number, of: number) => (of === 0 ? '–' : decimals(part / of).slice(0, -2));
  const cell = (value: number, actual: number, predicted: number): Content => {
    const heat = Math.ceil((9 * value) / Math.max(1, totals[actual]!));
    return html`<td class="${actual === predicted ? 'hit' : 'miss'} heat-${heat}">${value === 0 ? '·' : count(value)}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Confusion matrix"><table class="confusion"><caption class="unseen">Rows by actual class (down) and predicted class (across)</caption>
<thead><tr><th scope="col" class="corner">actual ↓ predicted →</th>${classes.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="edge">recall</th></tr></thead>
<tbody>${counts.map(
    (row, actual) =>
      html`<tr><th scope="row">${classes[actual]}</th>${row.map((value, predicted) => cell(value, actual, predicted))}<td class="edge">${share(row[actual]!, totals[actual]!)}</td></tr>`,
  )}
<tr><th scope="row" class="edge">precision</th>${called.map((all, k) => html`<td class="edge">${share(counts[k]![k]!, all)}</td>`)}<td class="edge"></td></tr></tbody></table></div>`;
}

function pairsOf(classes: readonly string[], counts: Counts): Markup {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((times, predicted) =>
      times > 0 && actual !== predicted ? [{ actual, predicted, times }] : [],
    ),
  );
  if (pairs.length === 0) return html`<p>No row is taken for another class.</p>`;
  return tableOf({
    caption: 'Classes most often confused',
    head: ['Actual', 'Predicted', 'Rows'],
    texts: 2,
    rows: pairs
      .sort((a, b) => b.times - a.times)
      .slice(0, MOST_PAIRS)
      .map(({ actual, predicted, times }) => [classes[actual], classes[predicted], count(times)]),
  });
}
