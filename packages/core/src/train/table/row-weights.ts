import { classWeights } from '../../data/class-weights.js';
import { didYouMean, plural } from '../../data/names.js';
import { column, isMissing } from '../../data/table.js';
import { classNumbers, type TargetCode, targetNumbers } from '../../data/target-code.js';
import { misuse } from '../../tensor/errors.js';
import { isClasses } from './network.js';
import type { TableSettings } from './options.js';
import type { Part } from './prepare.js';

/** How much the rows of a part count: by a column, by their class, or the product of both; undefined where all are alike. */
export function rowWeights(
  target: TargetCode,
  part: Part,
  { weight, classWeights: byClass }: TableSettings,
): Float64Array | undefined {
  const ofColumn = weight === undefined ? undefined : columnWeights(weight, part);
  const ofClass = byClass === undefined ? undefined : weightsByClass(target, part, byClass);
  if (!ofColumn || !ofClass) return ofColumn ?? ofClass;
  return ofColumn.map((value, row) => value * ofClass[row]!);
}

function columnWeights(name: string, { table, rows }: Part): Float64Array {
  const from = column(table, name);
  const lacking = rows.filter((row) => isMissing(from, row)).length;
  const title = JSON.stringify(name);
  if (lacking > 0)
    throw misuse(`weight: column ${title} is missing in ${plural(lacking, 'row')}; fill or remove them`);
  if (from.kind === 'text' || from.kind === 'date')
    throw misuse(`weight: column ${title} must hold numbers, but it holds ${from.kind}`);
  const values = targetNumbers(from);
  return Float64Array.from(rows, (row) => {
    if (values[row]! < 0)
      throw misuse(`weight: column ${title} must hold numbers from 0 on; row ${row + 1} has ${values[row]}`);
    return values[row]!;
  });
}

function weightsByClass(
  target: TargetCode,
  { table, rows }: Part,
  given: NonNullable<TableSettings['classWeights']>,
): Float64Array {
  if (!isClasses(target))
    throw misuse('classWeights: they are for classes, and the target is a quantity; leave them out');
  const numbers = classNumbers(target, column(table, target.name), rows);
  if (given === 'balanced') return classWeights(numbers);
  const odd = Object.keys(given).find((name) => !target.classes.includes(name));
  if (odd !== undefined)
    throw misuse(
      `classWeights: no class ${JSON.stringify(odd)}; ${didYouMean(odd, target.classes, 'classes')}`,
    );
  return classWeights(
    numbers,
    target.classes.map((name) => given[name] ?? 1),
  );
}
