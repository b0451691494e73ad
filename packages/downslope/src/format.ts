/** `1,234,567` */
export const count = (value: number): string => value.toLocaleString('en-US');

/** Rows a step: `batches of 32`. */
export function batchInWords(batch: number | 'full' | 'auto'): string {
  if (batch === 'full') return 'full batches';
  return batch === 'auto' ? 'batches by the noise of gradients' : `batches of ${count(batch)}`;
}

/** `1 row`, `2 rows`, `344 rows` */
export const counted = (value: number, thing: string): string =>
  `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

/** A number by its significant digits, without an exponent where that is readable: `0.1394`, `11.62`, `1,234`. */
export function significant(value: number, digits = 4): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'none' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text =
    size < 1e-4 || size >= 1e12
      ? value.toExponential(digits - 1).replace('+', '')
      : size >= 10 ** (digits - 1)
        ? count(Math.round(value))
        : value.toPrecision(digits);
  return text.replaceAll('-', '−');
}

/** A number by four decimals, for measures of about unit size: `0.9712`, `−0.0120`. */
export function decimals(value: number): string {
  if (!(Math.abs(value) < 1e4)) return significant(value);
  const text = value.toFixed(4);
  return text === '-0.0000' ? '0.0000' : text.replace('-', '−');
}

/** {@link significant} without zeros at its end: `1.5`, `3,000`. */
export const short = (value: number): string =>
  significant(value)
    .replace(/(\.\d*?)0+(?=e|$)/, '$1')
    .replace(/\.(?=e|$)/, '');

/** The ends of a range; years, as whole numbers from 1500 to 2200 may be, without separators: `1900 to 2023`. */
export function range(min: number, max: number): string {
  const years = Number.isInteger(min) && Number.isInteger(max) && min >= 1500 && max <= 2200;
  const written = years ? String : short;
  return `${written(min)} to ${written(max)}`;
}

/** `12 ms`, `0.3 s`, `42 s`, `2 min 05 s`, `1 h 02 min` */
export function duration(seconds: number): string {
  if (seconds < 0.095) return `${Math.ceil(1000 * seconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts = (large: number, small: number, units: string[]) =>
    `${large} ${units[0]} ${String(small).padStart(2, '0')} ${units[1]}`;
  if (whole < 3600) return parts(Math.floor(whole / 60), whole % 60, ['min', 's']);
  return parts(Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), ['h', 'min']);
}

/** `950`, `1.2k`, `3.4M`, for rates */
export function compact(value: number): string {
  const units = ['', 'k', 'M', 'G'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** power;
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled)}${units[power]}`;
}
