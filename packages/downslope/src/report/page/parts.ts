import { count } from '../../format.js';
import { type Content, html, type Markup } from './html.js';

/** A part of the page that its contents list names. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

export const sectionOf = ({ id, title, content }: Section): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;

/** A picture with its title, what it says, and the numbers behind it. */
export const figureOf = (title: string, about: Content, picture: Content, table?: Markup): Markup =>
  html`<figure class="card"><figcaption><h3>${title}</h3>${about && html`<p>${about}</p>`}</figcaption>${picture}${table}</figure>`;

export interface TableOptions {
  readonly caption: string;
  readonly head: readonly Content[];
  readonly rows: readonly (readonly Content[])[];
  /** How many columns on the left hold text. */
  readonly texts?: number;
}

/** A table whose first cell of a row names it. It scrolls within itself where it is too wide. */
export function tableOf({ caption, head, rows, texts = 1 }: TableOptions): Markup {
  const kind = (i: number) => (i < texts ? 'text' : 'number');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption class="unseen">${caption}</caption>
<thead><tr>${head.map((cell, i) => html`<th scope="col" class="${kind(i)}">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row" class="text">${name}</th>${cells.map((cell, i) => html`<td class="${kind(i + 1)}">${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** Rows that the table behind a picture shows. */
const MOST_ROWS = 200;

/** The numbers behind a picture, to be unfolded: all of them, or as many as make sense to read, evenly spread. */
export function dataTable(options: TableOptions): Markup {
  const { rows } = options;
  const every = Math.ceil(rows.length / MOST_ROWS);
  const shown = rows.filter((_, i) => i % every === 0 || i === rows.length - 1);
  const part =
    shown.length < rows.length && html`<p>${count(shown.length)} of ${count(rows.length)} rows</p>`;
  return html`<details class="data"><summary>Data<span class="unseen"> of ${options.caption}</span></summary>${part}${tableOf({ ...options, rows: shown })}</details>`;
}

/** A list of lines, or nothing. */
export const listOf = (lines: readonly string[]): Content =>
  lines.length > 0 && html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A model as people call it. */
export const modelName = (model: string): string => MODEL_NAMES[model] ?? model;

const MODEL_NAMES: Readonly<Record<string, string>> = {
  linear: 'linear model',
  mlp: 'multilayer perceptron',
};

/** The last part of a path. */
export const fileOf = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
