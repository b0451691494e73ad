/** Points of one quantity, and the straight line (a power law) that is to be drawn through some of them. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  readonly law?: Law;
}

export type Point = readonly [x: number, y: number];

/** y = factor · x^slope, between two values of x. */
export interface Law {
  readonly slope: number;
  readonly factor: number;
  readonly from: number;
  readonly to: number;
}

/** The power law closest to these points: least squares of the logarithms. */
export function powerLaw(points: readonly Point[]): Law {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  const slope = mean(logs.map(([x, y]) => (x - mx) * (y - my))) / mean(logs.map(([x]) => (x - mx) ** 2));
  const xs = points.map(([x]) => x);
  return { slope, factor: Math.exp(my - slope * mx), from: Math.min(...xs), to: Math.max(...xs) };
}

const [WIDTH, HEIGHT] = [560, 340];
const MARGIN = { left: 64, right: 24, top: 40, bottom: 44 };
const COLOURS = ['#2f81f7', '#d29922', '#3fb950'];

/** The powers of ten around these values. */
function decades(values: readonly number[]): [low: number, high: number] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [low, Math.max(high, low + 1)];
}

/** 10 as "10", 10 000 as 10 with a raised 4. */
const power = (exponent: number): string =>
  exponent >= 0 && exponent < 4
    ? String(10 ** exponent)
    : `10<tspan dy="-5" font-size="9">${exponent}</tspan><tspan dy="5">​</tspan>`;

/** A drawing with logarithms on both axes, for light pages and dark ones. */
export function logLog(title: string, xName: string, yName: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const [xLow, xHigh] = decades(all.map(([x]) => x));
  const [yLow, yHigh] = decades(all.map(([, y]) => y));
  const along = (value: number, low: number, high: number): number =>
    (Math.log10(value) - low) / (high - low);
  const right = WIDTH - MARGIN.right;
  const base = HEIGHT - MARGIN.bottom;
  const x = (value: number): string =>
    (MARGIN.left + along(value, xLow, xHigh) * (right - MARGIN.left)).toFixed(1);
  const y = (value: number): string => (base - along(value, yLow, yHigh) * (base - MARGIN.top)).toFixed(1);
  const exponents = (low: number, high: number): number[] =>
    Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const grid = [
    ...exponents(xLow, xHigh).map(
      (e) =>
        `<path class="grid" d="M${x(10 ** e)} ${MARGIN.top}V${base}"/><text x="${x(10 ** e)}" y="${base + 18}" text-anchor="middle">${power(e)}</text>`,
    ),
    ...exponents(yLow, yHigh).map(
      (e) =>
        `<path class="grid" d="M${MARGIN.left} ${y(10 ** e)}H${right}"/><text x="${MARGIN.left - 8}" y="${Number(y(10 ** e)) + 4}" text-anchor="end">${power(e)}</text>`,
    ),
  ];
  const drawn = series.map(({ name, points, law }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const at = (value: number): string => `${x(value)} ${y(law!.factor * value ** law!.slope)}`;
    return [
      law &&
        `<path d="M${at(law.from)}L${at(law.to)}" stroke="${colour}" stroke-opacity="0.5" stroke-width="2" fill="none"/>`,
      `<polyline points="${points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')}" stroke="${colour}" stroke-opacity="${law ? 0 : 0.6}" fill="none"/>`,
      ...points.map(([px, py]) => `<circle cx="${x(px)}" cy="${y(py)}" r="3.5" fill="${colour}"/>`),
      `<text x="${MARGIN.left + 10}" y="${MARGIN.top + 18 + 16 * i}" style="fill:${colour}">${name}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
<title>${title}</title>
<style>text { fill: #1f2328 } .grid { stroke: #8c959f; stroke-opacity: 0.25 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
<text x="${MARGIN.left}" y="20" font-size="14" font-weight="600">${title}</text>
${grid.join('\n')}
<text x="${right}" y="${HEIGHT - 8}" text-anchor="end">${xName}</text>
<text x="${MARGIN.left}" y="${MARGIN.top - 6}" text-anchor="start">${yName}</text>
${drawn.join('\n')}
</svg>
`;
}
