import { misuse } from '../tensor/errors.js';
import { asDateWhereIso } from './cells.js';
import { type LeaveOutKind, whyLeaveOut } from './leave-out.js';
import { levelsOf } from './levels.js';
import { didYouMean, plural } from './names.js';
import { type ColumnSummary, summarise } from './summary.js';
import { column, type Table } from './table.js';
import { findTask, type TargetFinding, type Task } from './task.js';
import { comparable, mostlyNumbers, suspicious, worthALook } from './worth-a-look.js';

export interface InspectOptions {
  readonly target: string;
  /** The features to use; by default all columns that nothing speaks against. */
  readonly features?: readonly string[];
  /** Columns not to use. */
  readonly exclude?: readonly string[];
  /** What to predict, where the target's values would say otherwise. */
  readonly task?: Task;
  /** What will happen to missing values; default `'impute'`. */
  readonly missing?: 'impute' | 'drop';
  /** Columns that say how to split: no features unless asked for by name. */
  readonly split?: string;
  readonly group?: string;
  readonly time?: string;
  /** The column that says how much each row counts: no feature either. */
  readonly weight?: string;
}

/** `unused`: not among the features that were asked for. */
export type Role = 'target' | 'feature' | 'left out' | 'unused';

export interface InspectedColumn extends ColumnSummary {
  readonly role: Role;
  /** Why it is left out, in words. */
  readonly reason?: string;
  /** What is worth a look, a line each. */
  readonly notes: readonly string[];
}

export interface LeftOut {
  readonly name: string;
  readonly kind: LeaveOutKind | 'excluded' | 'reserved';
  readonly reason: string;
}

/** What a table holds, what will be predicted and from what. Plain data, to be shown or stored. */
export interface Inspection {
  readonly rows: number;
  readonly target: TargetFinding;
  /** In the table's order. */
  readonly columns: readonly InspectedColumn[];
  /** The names of the features, in the table's order. */
  readonly features: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** What else to say, a line each: renamed columns, features kept as asked in spite of a reason. */
  readonly notes: readonly string[];
}

/** Text columns of ISO dates as dates; the rest as it is. */
export const withDates = (table: Table): Table => ({ ...table, columns: table.columns.map(asDateWhereIso) });

/**
 * Looks through a table before training: types, gaps, the task, and which columns can be features.
 *
 * Left out, with the reason in words: columns without values, constants, the target's twin, identifiers, row
 * numbers, free text. A feature asked for by name is kept all the same, with a line in `notes`, unless it has
 * no information at all. Row numbers are kept when there would be no feature otherwise.
 *
 * @throws when a name is unknown (the error suggests one), the target cannot be learned, or no feature is left
 * @example
 * ```ts
 * import { inspect, tableFrom } from '@downslope/core';
 * const rows = [0, 1, 2, 3].map((i) => ({ size: 30 + 7.5 * i, price: 100 + 20.5 * i }));
 * inspect(tableFrom(rows), { target: 'price' }).target.task; // 'regression'
 * ```
 */
export function inspect(input: Table, options: InspectOptions): Inspection {
  refuseUnknownNames(input, options);
  if (input.rows === 0) throw misuse('the table has no rows');
  const table = withDates(input);
  const target = column(table, options.target);
  const summaries = table.columns.map(summarise);
  const found = findTask(target, summaries[table.columns.indexOf(target)]!, options.task);
  const classes = found.classes && levelsOf(target);
  const verdicts = keepRowNumbersIfNeeded(
    table.columns.map((each, i) => {
      if (each === target) return { name: each.name, role: 'target' };
      const missing = options.missing ?? 'impute';
      const against = whyLeaveOut({ column: each, summary: summaries[i]!, target, classes, missing });
      return judge(each.name, options, against);
    }),
  );
  refuseNoFeatures(verdicts, table.rows);
  for (const [i, { role }] of verdicts.entries())
    if (role === 'feature' || (role === 'target' && !classes)) refuseOverflow(summaries[i]!, role);
  const wanted = comparable(target, classes);
  return {
    rows: table.rows,
    target: found,
    columns: table.columns.map((each, i) => {
      const { role, reason, kind } = verdicts[i]!;
      const look =
        role === 'target' || role === 'feature'
          ? worthALook(each, summaries[i]!)
          : kind === 'freeText' || kind === 'identifier'
            ? mostlyNumbers(each)
            : [];
      const notes = role === 'feature' ? [...look, ...suspicious(each, wanted)] : look;
      return { ...summaries[i]!, role, reason, notes };
    }),
    features: verdicts.filter(({ role }) => role === 'feature').map(({ name }) => name),
    leftOut: verdicts.flatMap(({ name, kind, reason }) => (kind && reason ? [{ name, kind, reason }] : [])),
    notes: [
      ...(table.notes ?? []),
      ...verdicts.flatMap(({ name, kept }) => (kept ? [`${JSON.stringify(name)} is kept ${kept}`] : [])),
    ],
  };
}

interface Verdict {
  readonly name: string;
  readonly role: Role;
  /** Of a column left out. */
  readonly kind?: LeftOut['kind'];
  readonly reason?: string;
  /** Why it is kept in spite of a reason against it. */
  readonly kept?: string;
}

function judge(name: string, options: InspectOptions, against: ReturnType<typeof whyLeaveOut>): Verdict {
  const out = (kind: LeftOut['kind'], reason: string): Verdict => ({ name, role: 'left out', kind, reason });
  if (options.exclude?.includes(name)) return out('excluded', 'excluded, as asked');
  if (options.features?.includes(name)) {
    if (!against) return { name, role: 'feature' };
    if (against.useless) return out(against.kind, `${against.reason}, so it cannot help though asked for`);
    return { name, role: 'feature', kept: `as asked, although ${against.reason}` };
  }
  if (options.features) return { name, role: 'unused' };
  const use = (['split', 'group', 'time'] as const).find((way) => options[way] === name);
  if (use) return out('reserved', `it decides the split (${use})`);
  if (options.weight === name) return out('reserved', 'it says how much each row counts (weight)');
  return against ? out(against.kind, against.reason) : { name, role: 'feature' };
}

/** In a table such as x = 1, 2, 3 … and y, the row number is what to learn from. */
function keepRowNumbersIfNeeded(verdicts: readonly Verdict[]): readonly Verdict[] {
  if (verdicts.some(({ role }) => role === 'feature')) return verdicts;
  return verdicts.map(({ name, role, kind, reason }) =>
    kind === 'rowNumber'
      ? { name, role: 'feature', kept: `as there is no other feature, although ${reason}` }
      : { name, role, kind, reason },
  );
}

function refuseUnknownNames(
  table: Table,
  { target, features, exclude, split, group, time, weight }: InspectOptions,
): void {
  const names = table.columns.map((each) => each.name);
  const reserved = { split: [split], group: [group], time: [time], weight: [weight] };
  const asked = { target: [target], features, exclude, ...reserved };
  for (const [option, list = []] of Object.entries(asked))
    for (const name of list) {
      if (name === undefined) continue;
      if (!names.includes(name))
        throw misuse(`${option}: no column ${JSON.stringify(name)}; ${didYouMean(name, names, 'columns')}`);
      if (name === target && option !== 'target')
        throw misuse(`${option}: ${JSON.stringify(name)} is the target and cannot be used so`);
    }
}

/** With fewer rows nearly every column seems to name the rows, or the target's classes. */
const FEW_ROWS = 3;

function refuseNoFeatures(verdicts: readonly Verdict[], rows: number): void {
  if (verdicts.some(({ role }) => role === 'feature')) return;
  const judged = verdicts.some(({ kind }) => kind && kind !== 'excluded' && kind !== 'reserved');
  if (rows < FEW_ROWS && judged)
    throw misuse(`too few rows to learn from: the table has ${plural(rows, 'row')}`);
  const reasons = verdicts.flatMap(({ name, reason }) =>
    reason ? [`${JSON.stringify(name)}: ${reason}`] : [],
  );
  const id = verdicts.find(({ kind }) => kind === 'identifier');
  if (id) reasons.push(`features ['${id.name}'] would use it all the same`);
  throw misuse(`no usable feature: ${reasons.join('; ') || 'the table has no column besides the target'}`);
}

/** Features are divided by their standard deviation; losses of the target are in its square. */
function refuseOverflow({ name, numbers }: ColumnSummary, role: Role): void {
  if (!numbers || numbers.min === numbers.max) return;
  const { min, max, std } = numbers;
  const scale = role === 'target' ? std * std : std;
  if (scale < Infinity && 1 / scale < Infinity) return;
  throw misuse(
    `${role} ${JSON.stringify(name)} reaches from ${min} to ${max}, and that is too ${std < 1 ? 'little' : 'far'} to reckon with; ` +
      'give it in another unit',
  );
}
