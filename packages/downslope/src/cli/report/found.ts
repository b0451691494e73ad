import type { InspectedColumn, Inspection, Table } from '@downslope/core';
import { count, counted, range } from '../../format.js';
import { aligned, block, cut, oneLine, type Style } from '../style.js';

/** Longer lists are cut, and say by how much. */
const MOST = { features: 20, leftOut: 12, classes: 12 };

/** What was read, and how its oddities were handled. */
export const tableLines = (
  { rows, columns, notes = [] }: Table,
  name: string | undefined,
  style: Style,
): string[] =>
  block(
    'table',
    [`${nameOf(name)}: ${counted(rows, 'row')}, ${counted(columns.length, 'column')}`, ...notes].map(oneLine),
    style,
  );

export const nameOf = (name: string | undefined): string =>
  name === undefined ? 'the query' : name === '-' ? 'standard input' : name;

/** What will be learned from a table: target, features, what is left out and why, what is worth a look. */
export function foundLines(inspection: Inspection, style: Style): string[] {
  const { columns, leftOut, notes } = inspection;
  const features = columns.filter((column) => column.role === 'feature');
  const shown = features.slice(0, MOST.features);
  const more = features.length - shown.length;
  return [
    ...block('target', targetLines(inspection), style),
    ...block(
      'features',
      [...featureLines(shown, style), ...(more > 0 ? [`and ${count(more)} more`] : [])],
      style,
    ),
    ...block('left out', leftOutLines(leftOut), style),
    ...block('note', [...lookLines(columns), ...notes].map(oneLine), style),
  ];
}

function targetLines({ target }: Inspection): string[] {
  const { name, task, reason, classes = [], missing } = target;
  const without = missing > 0 ? [`${counted(missing, 'row')} without it left out`] : [];
  const sizes = classes.slice(0, MOST.classes).map((each) => `${cut(each.name, 24)}: ${count(each.count)}`);
  if (classes.length > sizes.length) sizes.push(`${classes.length - sizes.length} more`);
  return [
    [`${cut(name, 40)}: ${task}, as ${reason}`, ...without].join('; '),
    ...(sizes.length > 0 ? [sizes.join(' · ')] : []),
  ];
}

function featureLines(columns: readonly InspectedColumn[], style: Style): string[] {
  const rows = columns.map((column) => [
    cut(column.name, 32),
    style.dim(column.kind),
    valuesOf(column),
    gapsOf(column),
  ]);
  return aligned(rows, { indent: 0, gap: 3 });
}

/** The range of numbers and dates, or how many levels text has. */
function valuesOf({ kind, numbers, distinct }: InspectedColumn): string {
  if (kind === 'text') return counted(distinct, 'level');
  if (kind === 'boolean' || numbers === undefined) return '';
  if (kind === 'date') return `${dayOf(numbers.min)} to ${dayOf(numbers.max)}`;
  return range(numbers.min, numbers.max);
}

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

const gapsOf = ({ missing, infinite }: InspectedColumn): string => {
  const gaps = missing + infinite;
  return gaps > 0 ? `${count(gaps)} missing` : '';
};

/** Names that share a reason share a line. */
function leftOutLines(leftOut: Inspection['leftOut']): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of leftOut) names.set(reason, [...(names.get(reason) ?? []), cut(name, 32)]);
  const rows = [...names].map(([reason, list]) => {
    const shown = list.slice(0, MOST.leftOut);
    const rest = list.length - shown.length;
    return [`${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`, reason];
  });
  return rows.map(([list, reason]) => `${list}: ${reason}`);
}

const lookLines = (columns: readonly InspectedColumn[]): string[] =>
  columns.flatMap((column) => column.notes.map((note) => `${column.name}: ${note}`));
