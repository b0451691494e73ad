/** A number as an axis or a legend has room for. */
export function write(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e6 ? value.toExponential(2) : value.toPrecision(4);
  return text
    .replace(/(\.\d*?)0+(?=e|$)/, '$1')
    .replace(/\.(?=e|$)/, '')
    .replace('e+', 'e')
    .replaceAll('-', '−');
}
