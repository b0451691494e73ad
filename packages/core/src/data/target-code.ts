import type { NdArray } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { asKind } from './cells.js';
import { readChoice, readList, readNumber, readObject, readText } from './check-json.js';
import { levelsOf } from './levels.js';
import { listed } from './names.js';
import type { NumericColumn } from './numeric-code.js';
import { moments } from './stats.js';
import { type Column, numbersOf } from './table.js';
import type { TargetFinding } from './task.js';

/** How the target becomes numbers and predictions become values again. Plain data. */
export type TargetCode = QuantityCode | ClassCode;

/** Trained on as (y − mean)/std of the training rows; `std` is 1 where they are all the same. */
export interface QuantityCode {
  readonly task: 'regression';
  readonly name: string;
  readonly mean: number;
  readonly std: number;
}

/** Trained on as the position of the class in `classes`. */
export interface ClassCode {
  readonly task: 'binary' | 'multiclass';
  readonly name: string;
  readonly classes: readonly string[];
}

/** Learns from the training rows how to encode the target; classes are those of the whole table. */
export function fitTarget(target: Column, finding: TargetFinding, rows: Int32Array): TargetCode {
  const { name, task } = finding;
  if (task !== 'regression') return { task, name, classes: finding.classes!.map((each) => each.name) };
  const { mean, std } = moments(targetNumbers(target), rows);
  return { task, name, mean, std: std > 0 ? std : 1 };
}

/**
 * Encodes the target at the given rows.
 *
 * Regression: `[rows, 1]` standardised; binary: `[rows, 1]` of 0 and 1; multiclass: `[rows]` of int32 class numbers.
 *
 * @throws when a row has no value, or a class that the code does not know
 */
export function encodeTarget(code: TargetCode, target: Column, rows: Int32Array, dtype: FloatType): NdArray {
  if (code.task === 'regression') {
    const values = targetNumbers(target);
    const data = allocate(dtype, rows.length);
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i]!]!;
      if (!Number.isFinite(value))
        throw misuse(`target ${JSON.stringify(code.name)}: row ${rows[i]! + 1} holds no finite number`);
      data[i] = (value - code.mean) / code.std;
    }
    return { data, shape: [rows.length, 1], dtype };
  }
  const numbers = classNumbers(code, target, rows);
  if (code.task === 'multiclass') return { data: numbers, shape: [rows.length], dtype: 'int32' };
  const data = allocate(dtype, rows.length);
  data.set(numbers);
  return { data, shape: [rows.length, 1], dtype };
}

/** The class of each of the rows, by its position in the code's `classes`. */
export function classNumbers(code: ClassCode, target: Column, rows: Int32Array): Int32Array {
  const { codes, levels } = levelsOf(target);
  const places = new Map(code.classes.map((name, place) => [name, place]));
  const placeOf = levels.map((level) => places.get(level));
  return rows.map((row) => {
    const place = placeOf[codes[row]!];
    if (place !== undefined) return place;
    const found = levels[codes[row]!];
    throw misuse(
      `target ${JSON.stringify(target.name)}: row ${row + 1} holds ${found === undefined ? 'nothing' : JSON.stringify(found)}, ` +
        `but the classes are ${listed(code.classes)}`,
    );
  });
}

/** The target's numbers, in its own units. */
export const targetNumbers = (target: Column): Float64Array =>
  numbersOf(asKind(target, target.kind === 'boolean' ? 'boolean' : 'number') as NumericColumn);

/** Reads a target code from the JSON it was stored as. */
export function readTarget(json: unknown, path = 'target'): TargetCode {
  const fields = readObject(json, path);
  const name = readText(fields.name, `${path}.name`);
  const task = readChoice(fields.task, `${path}.task`, ['regression', 'binary', 'multiclass']);
  if (task !== 'regression')
    return { task, name, classes: readList(fields.classes, `${path}.classes`, readText) };
  const mean = readNumber(fields.mean, `${path}.mean`);
  return { task, name, mean, std: readNumber(fields.std, `${path}.std`, 0) };
}
