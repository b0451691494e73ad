import type { InspectedColumn, Inspection } from '@downslope/core';
import { count, counted, range } from '../../format.js';
import type { Learned } from '../data.js';
import { html } from './html.js';
import { listOf, type Section, tableOf } from './parts.js';

const MOST = { columns: 80, classes: 30 };

/** What the table holds, and what was made of it. */
export function tableSection(learned: Learned, { columns, target, rows }: Inspection): Section {
  const shown = [...columns]
    .sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role))
    .slice(0, MOST.columns);
  const notes = [
    ...columns.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    ...learned.notes,
  ];
  const { classes = [] } = target;
  return {
    id: 'table',
    title: 'The table',
    content: html`<p>${learned.source}: ${counted(rows, 'row')}, ${counted(columns.length, 'column')}. The target is taken for ${WORDS[target.task]}, as ${target.reason}.</p>
${
  classes.length > 0 &&
  html`<p class="facts">${classes.slice(0, MOST.classes).map(({ name, count: rows }) => html`<span>${name}: ${count(rows)}</span>`)}${classes.length > MOST.classes && html`<span>and ${classes.length - MOST.classes} more classes</span>`}</p>`
}
${tableOf({
  caption: 'The columns of the table',
  head: ['Column', 'Use', 'Kind', 'Values', 'Missing'],
  texts: 4,
  rows: shown.map((column) => [
    column.name,
    html`${column.role}${column.reason !== undefined && html` <small>${column.reason}</small>`}`,
    column.kind,
    valuesOf(column),
    column.missing + column.infinite > 0 ? count(column.missing + column.infinite) : '',
  ]),
})}
${columns.length > shown.length && html`<p class="note">and ${count(columns.length - shown.length)} more</p>`}
${notes.length > 0 && html`<h3>Notes</h3>${listOf(notes)}`}`,
  };
}

const ORDER: readonly InspectedColumn['role'][] = ['target', 'feature', 'left out', 'unused'];
const WORDS = {
  regression: 'a quantity',
  binary: 'one of two classes',
  multiclass: 'one of several classes',
};

function valuesOf({ kind, numbers, distinct, frequent }: InspectedColumn): string {
  if (kind === 'text') {
    const most = frequent?.map(({ level }) => level).slice(0, 3) ?? [];
    return `${counted(distinct, 'level')}${most.length > 0 ? `: ${most.join(', ')}${distinct > most.length ? ', …' : ''}` : ''}`;
  }
  if (kind === 'boolean' || !numbers) return '';
  if (kind === 'date') return `${dayOf(numbers.min)} to ${dayOf(numbers.max)}`;
  return range(numbers.min, numbers.max);
}

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
