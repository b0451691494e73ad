import { ticks as roundNumbers } from 'd3-array';
import { contours } from 'd3-contour';
import { look } from './look.js';
import type { Sought } from './problem.js';
import type { Stage } from './walk.js';

export type Spot = readonly [x: number, y: number];

/** An axis; where it is logarithmic, positions on it are powers of ten. */
export interface Axis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

/** A spot that is marked, by a sign in the terminal and by its name on a page. */
export interface Mark {
  readonly at: Spot;
  readonly sign: string;
  readonly name: string;
}

/** Both ends of a way. */
const endsOf = (start: Spot, end: Spot): Mark[] => [
  { at: start, sign: '○', name: 'start' },
  { at: end, sign: '✕', name: 'best point' },
];

/** A picture of a way down, in the coordinates of its axes; how it is drawn is another matter. */
export interface Scene {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Where the function has a certain value, the lowest first, as rings around what is above it. */
  readonly contours: readonly { readonly level: number; readonly rings: readonly (readonly Spot[])[][] }[];
  /** The function itself, of one variable. */
  readonly curve: readonly Spot[];
  readonly path: readonly Spot[];
  /** What is marked: where the way began (○), the best point of it (✕), or anything by a sign of one cell. */
  readonly marks: readonly Mark[];
}

/** The way over the function, of one or two variables; of more, the value against the steps. Undefined where nothing can be seen. */
export function sceneOf(
  sought: Sought,
  path: readonly Stage[],
  best: readonly number[],
  sign: 1 | -1,
): Scene | undefined {
  const finite = path.filter(({ x, value }) => Number.isFinite(value) && x.every(Number.isFinite));
  if (finite.length === 0) return undefined;
  if (sought.variables.length === 1) return curveScene(sought, finite, best[0]!, sign);
  if (sought.variables.length === 2) return contourScene(sought, finite, best);
  return finite.length > 1 ? valueScene(sought, finite) : undefined;
}

/** What a way takes up, and a quarter of it on either side. */
function spanOf(values: readonly number[], other = 0): [low: number, high: number] {
  const [low, high] = extent(values);
  const pad = (high - low) / 4 || other / 2 || Math.max(1, Math.abs(low)) / 2;
  return [low - pad, high + pad];
}

const extent = (values: readonly number[]): [number, number] => [
  values.reduce((a, b) => Math.min(a, b), Infinity),
  values.reduce((a, b) => Math.max(a, b), -Infinity),
];

const spaced = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

function curveScene(sought: Sought, path: readonly Stage[], best: number, sign: 1 | -1): Scene {
  const [name] = sought.variables as [string];
  const [low, high] = sought.view?.[0] ?? spanOf(path.map(({ x }) => x[0]!));
  const xs = spaced(low, high, 400);
  const seen = look(
    sought.of,
    sought.variables,
    xs.map((x) => [x]),
  );
  const curve = xs
    .map((x, i): Spot => [x, sign * seen[i]!.value])
    .filter(([, value]) => Number.isFinite(value));
  const spots = path.map(({ x, value }): Spot => [x[0]!, sign * value]);
  const [bottom, top] = extent([...curve, ...spots.filter(([x]) => x >= low && x <= high)].map(([, y]) => y));
  const pad = (top - bottom) / 12 || 1;
  return {
    title: sought.text,
    x: { name, low, high },
    y: { name: 'f', low: bottom - pad, high: top + pad },
    contours: [],
    curve,
    path: spots,
    marks: endsOf(spots[0]!, [best, sign * look(sought.of, sought.variables, [[best]])[0]!.value]),
  };
}

/** Points of the grid along each side, and lines between the lowest and the highest. */
const GRID = 120;
const LEVELS = 9;

function contourScene(sought: Sought, path: readonly Stage[], best: readonly number[]): Scene {
  const [xs, ys] = [0, 1].map((i) => path.map(({ x }) => x[i]!)) as [number[], number[]];
  const width = (values: number[]): number => extent(values)[1] - extent(values)[0];
  const [left, right] = sought.view?.[0] ?? spanOf(xs, width(ys));
  const [bottom, top] = sought.view?.[1] ?? spanOf(ys, width(xs));
  const along = spaced(left, right, GRID);
  const up = spaced(bottom, top, GRID);
  const grid = look(
    sought.of,
    sought.variables,
    up.flatMap((y) => along.map((x) => [x, y])),
  ).map(({ value }) => (Number.isNaN(value) ? Infinity : value));
  // The generator of contours counts from the corners of cells, whose middles are the points of the grid.
  const place = (at: number, low: number, high: number): number =>
    low + ((at - 0.5) * (high - low)) / (GRID - 1);
  const drawn = contours().size([GRID, GRID]).thresholds(levelsOf(grid, path))(grid);
  return {
    title: sought.text,
    x: { name: sought.variables[0]!, low: left, high: right },
    y: { name: sought.variables[1]!, low: bottom, high: top },
    contours: drawn.map(({ value, coordinates }) => ({
      level: value,
      rings: coordinates.map((polygon) =>
        polygon.map((ring) => ring.map(([x, y]): Spot => [place(x!, left, right), place(y!, bottom, top)])),
      ),
    })),
    curve: [],
    path: path.map(({ x }): Spot => [x[0]!, x[1]!]),
    marks: endsOf([xs[0]!, ys[0]!], [best[0]!, best[1]!]),
  };
}

/** Levels whose heights above the lowest point grow by a factor, so that a flat valley is seen as well as steep walls. */
export function levelsOf(grid: readonly number[], path: readonly { readonly value: number }[]): number[] {
  const heights = grid.filter(Number.isFinite).sort((a, b) => a - b);
  const lowest = Math.min(heights[0] ?? 0, ...path.slice(-1).map(({ value }) => value));
  const share = (part: number): number => (heights[Math.floor(part * (heights.length - 1))] ?? 0) - lowest;
  const [high, low] = [share(0.93), Math.max(share(0.015), share(0.93) * 1e-6)];
  if (!(high > low && low > 0)) return [];
  return spaced(Math.log(low), Math.log(high), LEVELS).map((height) => lowest + Math.exp(height));
}

/** The value against the steps: above 0 as it is, else how far it is above the lowest. */
function valueScene({ text }: Sought, path: readonly Stage[]): Scene | undefined {
  const [lowest] = extent(path.map(({ value }) => value));
  const floor = lowest > 0 ? 0 : lowest;
  const spots = path
    .filter(({ value }) => value > floor)
    .map(({ step, value }): Spot => [step, Math.log10(value - floor)]);
  if (spots.length < 2) return undefined;
  const [low, high] = extent(spots.map(([, y]) => y));
  const pad = (high - low) / 12 || 0.5;
  return {
    title: text,
    x: { name: 'step', low: 0, high: path.at(-1)!.step },
    y: { name: floor === 0 ? 'f' : 'f − lowest', low: low - pad, high: high + pad, log: true },
    contours: [],
    curve: [],
    path: spots,
    marks: endsOf(spots[0]!, spots.at(-1)!),
  };
}

/** Round numbers on an axis, and what is written there. */
export function ticksOf({ low, high, log }: Axis, count: number): { at: number; label: string }[] {
  const all = roundNumbers(low, high, count);
  const whole = log ? all.filter(Number.isInteger) : all;
  return whole.map((at) => ({ at, label: log ? powerOfTen(at) : tickLabel(at) }));
}

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const powerOfTen = (power: number): string =>
  `10${String(power)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => DIGITS[Number(digit)]!)}`;

const tickLabel = (at: number): string => {
  const size = Math.abs(at);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? at.toExponential().replace('+', '') : String(at);
  return text.replaceAll('-', '−');
};

/** The part of a line that is within the unit square: Liang and Barsky's way. */
export function clipped([x0, y0]: Spot, [x1, y1]: Spot): readonly [Spot, Spot] | undefined {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [from, to] = [0, 1];
  for (const [p, q] of [
    [-dx, x0],
    [dx, 1 - x0],
    [-dy, y0],
    [dy, 1 - y0],
  ] as const) {
    if (p === 0 && q < 0) return undefined;
    if (p < 0) from = Math.max(from, q / p);
    if (p > 0) to = Math.min(to, q / p);
  }
  if (!(from <= to)) return undefined;
  return [
    [x0 + from * dx, y0 + from * dy],
    [x0 + to * dx, y0 + to * dy],
  ];
}

/** Positions in the unit square, (0, 0) at the lower left. */
export const unit =
  ({ x, y }: Scene) =>
  ([at, up]: Spot): Spot => [(at - x.low) / (x.high - x.low), (up - y.low) / (y.high - y.low)];
