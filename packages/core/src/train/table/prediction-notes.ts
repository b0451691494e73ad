import { asKind } from '../../data/cells.js';
import type { FeatureCode } from '../../data/encode.js';
import { listed, plural } from '../../data/names.js';
import { allRows, column, isMissing, type Table, type TextColumn } from '../../data/table.js';
import type { TextCode } from '../../data/text-code.js';
import type { Essence } from './model.js';

/** What prediction makes of a table that a person should know, a line each. */
export function notesOn({ encoder, target }: Pick<Essence, 'encoder' | 'target'>, table: Table): string[] {
  const used = new Set([target.name, ...encoder.features.map(({ name }) => name)]);
  const ignored = table.columns.filter(({ name }) => !used.has(name)).map(({ name }) => name);
  return [
    ...(ignored.length > 0 ? [`not used in the model, so ignored: ${listed(ignored)}`] : []),
    ...encoder.features.flatMap((code) => featureNotes(code, table)),
  ];
}

function featureNotes(code: FeatureCode, table: Table): string[] {
  const from = asKind(column(table, code.name), code.kind);
  const name = JSON.stringify(code.name);
  const missing = allRows(table.rows).filter((row) => isMissing(from, row)).length;
  return [
    ...(missing > 0 ? [`${name}: ${plural(missing, 'missing value')} filled as in training`] : []),
    ...(code.kind === 'text' ? unknownLevels(code, from as TextColumn, name) : []),
  ];
}

function unknownLevels(code: TextCode, { codes, levels }: TextColumn, name: string): string[] {
  const known = new Set(code.levels);
  const unknown = levels.map((level) => !known.has(level));
  const rows = codes.filter((level) => unknown[level]).length;
  if (rows === 0) return [];
  const seen = new Set(codes);
  const found = listed(levels.filter((_, level) => unknown[level] && seen.has(level)));
  return [
    code.pooled > 0
      ? `${name}: ${found} in ${plural(rows, 'row')}, rare or new, counted as (other)`
      : `${name}: ${found} in ${plural(rows, 'row')}, not seen in training, counted as none of the levels known`,
  ];
}
