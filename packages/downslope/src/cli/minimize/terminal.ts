import { significant } from '../../format.js';
import type { Style } from '../style.js';
import { clipped, type Scene, type Spot, unit } from './scene.js';

/** Dots of a cell of Braille, by their place: two columns, four rows from the top. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

interface Cell {
  ground: number;
  path: number;
  mark: string;
}

/**
 * The scene in cells of Braille: contours or curve dotted, the way solid, and the signs of what is marked.
 *
 * @param columns of the terminal
 */
export function drawn(scene: Scene, columns: number, style: Style): string[] {
  const width = Math.max(10, Math.min(columns - 5, 72));
  const height = Math.max(6, Math.min(24, Math.round(width / 3)));
  const cells = Array.from({ length: height }, () =>
    Array.from({ length: width }, (): Cell => ({ ground: 0, path: 0, mark: '' })),
  );
  const canvas = new Canvas(cells, width, height);
  const place = unit(scene);
  // Every second level: there is less room than on a page.
  for (const { rings } of scene.contours.filter((_, i) => i % 2 === 0))
    for (const ring of rings.flat()) canvas.line(ring.map(place), 'ground', 2);
  canvas.line(scene.curve.map(place), 'ground', 1);
  canvas.line(scene.path.map(place), 'path', 1);
  for (const { at, sign } of scene.marks) canvas.mark(place(at), sign);

  const { x, y } = scene;
  const log = y.log ? ' (log)' : '';
  const end = (value: number, isLog = false): string => significant(isLog ? 10 ** value : value, 3);
  return [
    `  ${style.dim(`${y.name}${log} ${end(y.high, y.log)}`)}`,
    `  ${style.dim(`┌${'─'.repeat(width)}┐`)}`,
    ...cells.map((row) => `  ${style.dim('│')}${painted(row, style)}${style.dim('│')}`),
    `  ${style.dim(`└${'─'.repeat(width)}┘`)}`,
    `  ${style.dim(beneath(`${end(y.low, y.log)}  ${x.name} ${end(x.low, x.log)}`, `${x.name} ${end(x.high, x.log)}`, width + 2))}`,
  ];
}

/** What stands in a cell, and in which colour. */
function shown({ mark, path, ground }: Cell): { text: string; colour: 'mark' | 'path' | 'ground' } {
  if (mark) return { text: mark, colour: 'mark' };
  if (path) return { text: braille(path), colour: 'path' };
  return { text: ground ? braille(ground) : ' ', colour: 'ground' };
}

/** A row of cells; those of one colour that follow one another are coloured at once. */
function painted(row: readonly Cell[], style: Style): string {
  const colours = {
    mark: (text: string) => style.bold(style.green(text)),
    path: style.yellow,
    ground: (text: string) => style.dim(style.cyan(text)),
  };
  const runs: ReturnType<typeof shown>[] = [];
  for (const cell of row.map(shown)) {
    const last = runs.at(-1);
    if (last?.colour === cell.colour) last.text += cell.text;
    else runs.push(cell);
  }
  return runs.map(({ text, colour }) => colours[colour](text)).join('');
}

const beneath = (left: string, right: string, width: number): string =>
  left + right.padStart(Math.max(right.length + 1, width - left.length));

const braille = (dots: number): string => String.fromCodePoint(0x2800 + dots);

class Canvas {
  readonly #cells: Cell[][];
  readonly #width: number;
  readonly #height: number;

  constructor(cells: Cell[][], width: number, height: number) {
    this.#cells = cells;
    this.#width = width;
    this.#height = height;
  }

  /** Joins spots of the unit square; `every` so many dots one is set. */
  line(spots: readonly Spot[], on: 'ground' | 'path', every: number): void {
    let count = 0;
    spots.forEach((to, i) => {
      const from = spots[Math.max(0, i - 1)]!;
      const part = clipped(from, to);
      if (part === undefined) return;
      const [[x0, y0], [x1, y1]] = part.map((spot) => this.#dot(spot)) as [Spot, Spot];
      const length = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
      for (let k = 0; k < length; k++)
        if (count++ % every === 0)
          this.#set(x0 + ((x1 - x0) * k) / length, y0 + ((y1 - y0) * k) / length, on);
      if (every === 1) this.#set(x1, y1, on);
    });
  }

  mark(spot: Spot, mark: string): void {
    if (spot.some((at) => !(at >= 0 && at <= 1))) return;
    const [x, y] = this.#dot(spot);
    this.#cells[Math.floor(y / 4)]![Math.floor(x / 2)]!.mark = mark;
  }

  #dot([x, y]: Spot): Spot {
    return [Math.round(x * (2 * this.#width - 1)), Math.round((1 - y) * (4 * this.#height - 1))];
  }

  #set(x: number, y: number, on: 'ground' | 'path'): void {
    const [column, row] = [Math.round(x), Math.round(y)];
    this.#cells[row >> 2]![column >> 1]![on] |= DOTS[column & 1]![row & 3]!;
  }
}
