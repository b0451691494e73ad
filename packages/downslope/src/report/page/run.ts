import type { ModelCurves, RunFacts } from '../data.js';
import { shellCommand } from '../shell.js';
import { html } from './html.js';
import { type Section, tableOf } from './parts.js';

/** How to run it again, and all settings. */
export function runSection(run: RunFacts, curves: readonly ModelCurves[]): Section {
  const options = Object.entries(run.options).filter(([, value]) => value !== undefined);
  const facts = curves.flatMap(({ facts }) => (facts ? [facts] : []));
  const settled = [...new Set(facts.flatMap((each) => Object.keys(each)))].filter(
    (name) => name !== 'kind' && name !== 'model',
  );
  return {
    id: 'run',
    title: 'The run',
    content: html`<p>This repeats it, in <code>${run.folder}</code>:</p>
<div class="command"><pre tabindex="0"><code>${shellCommand(run.command)}</code></pre><button type="button" class="copy" hidden>Copy</button></div>
<div class="grid">
${tableOf({
  caption: 'Options as given; the rest is as it is by default',
  head: ['Option', 'Given'],
  texts: 2,
  rows: options.map(([name, value]) => [name, written(value)]),
})}
${
  facts.length > 0 &&
  tableOf({
    caption: 'Settings of each model',
    head: ['Settled', ...facts.map(({ model }) => model)],
    texts: 1 + facts.length,
    rows: settled.map((name) => [
      name,
      ...facts.map((each) => written((each as object as Record<string, unknown>)[name])),
    ]),
  })
}
${tableOf({
  caption: 'Where and when',
  head: ['Run', run.path],
  texts: 2,
  rows: [['started', run.started], ...Object.entries(run.versions)],
})}</div>`,
  };
}

const written = (value: unknown): string =>
  value === undefined
    ? ''
    : Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'object' && value !== null
        ? JSON.stringify(value)
        : String(value);
