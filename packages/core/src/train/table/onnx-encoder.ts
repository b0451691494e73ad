import { DAY } from '../../data/dates.js';
import type { Encoder, FeatureCode } from '../../data/encode.js';
import { inverse, type NumericCode } from '../../data/numeric-code.js';
import type { TextCode } from '../../data/text-code.js';
import type { Door } from '../../onnx/file.js';
import type { FloatType } from '../../tensor/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';

// What `data/encode.ts` does to columns, in tensor methods, to be exported with the model.

/** What a text that is missing counts as among the numbers of levels. */
const MISSING = -2;
/** What a text without a column of its own counts as, where there is no column for the others. */
const NONE = -1;

/** Encoded features [rows, width] of columns [rows, 1]: numbers as float64, texts as int32 numbers of levels. */
export const encodedTensor = (
  { features }: Encoder,
  columns: readonly Tensor[],
  dtype: FloatType,
): Tensor => {
  const [first, ...others] = features.flatMap((code, i) =>
    code.kind === 'text' ? textColumns(code, columns[i]!, dtype) : numericColumns(code, columns[i]!, dtype),
  );
  return first!.concat(others, 1);
};

function numericColumns(code: NumericCode, x: Tensor, dtype: FloatType): Tensor[] {
  const values = code.kind === 'date' ? dateNumbers(code, x) : x;
  const present = values.sub(values).eq(0); // false for NaN and ±Infinity
  const scaled = present.where(values, code.fill).sub(code.mean).mul(inverse(code.std));
  return [scaled.cast(dtype), ...(code.indicator ? [present.not().cast(dtype)] : [])];
}

const dateNumbers = (code: Extract<NumericCode, { kind: 'date' }>, x: Tensor): Tensor =>
  code.unit === 'days' ? x.sub(code.origin).div(DAY) : yearOf(x);

/**
 * The calendar year of milliseconds since 1970, UTC. Years begin in March here, so that a leap day ends one, and are counted
 * within eras of 400 years, which all have 146,097 days.
 *
 * Source: H. Hinnant: "chrono-compatible low-level date algorithms", civil_from_days.
 */
function yearOf(milliseconds: Tensor): Tensor {
  const over = (x: Tensor, by: number): Tensor => x.div(by).floor();
  const day = over(milliseconds, DAY).add(719_468); // since 0000-03-01
  const era = over(day, 146_097);
  const ofEra = day.sub(era.mul(146_097));
  const leaps = over(ofEra, 1460).neg().add(over(ofEra, 36_524)).sub(over(ofEra, 146_096));
  const year = over(ofEra.add(leaps), 365);
  const ofYear = ofEra.sub(year.mul(365).add(over(year, 4)).sub(over(year, 100)));
  const beforeMarch = ofYear.ge(306).cast('float64');
  return era.mul(400).add(year).add(beforeMarch);
}

function textColumns({ levels, pooled, fill, indicator }: TextCode, x: Tensor, dtype: FloatType): Tensor[] {
  const missing = x.eq(MISSING);
  const place = missing.where(fill === null ? otherPlace({ levels, pooled }) : levels.indexOf(fill), x);
  const width = levels.length + (pooled > 0 ? 1 : 0);
  const places = x.constant(Int32Array.from({ length: width }, (_, i) => i));
  return [...(width > 0 ? [place.eq(places).cast(dtype)] : []), ...(indicator ? [missing.cast(dtype)] : [])];
}

const otherPlace = ({ levels, pooled }: Pick<TextCode, 'levels' | 'pooled'>): number =>
  pooled > 0 ? levels.length : NONE;

/** How a feature comes in: under its name, as numbers, or as texts that become numbers of levels. */
export function featureDoor(code: FeatureCode): Door {
  if (code.kind !== 'text') return { name: code.name };
  return {
    name: code.name,
    element: 'string',
    turn: (w, value) => {
      const number = w.addMl('LabelEncoder', [value], {
        keys_strings: ['', ...code.levels],
        values_int64s: [MISSING, ...code.levels.keys()],
        default_int64: otherPlace(code),
      });
      return w.cast(number, 'int32');
    },
  };
}
