import type { Node } from '../tensor/graph.js';
import type { View } from '../tensor/view.js';
import { placements } from './emit.js';
import type { Func, Local } from './func.js';
import type { MathLibrary } from './kernels/math.js';
import { type Layout, pushPlace } from './layout.js';
import { type LoopCode, loopKernel } from './loop.js';
import { type Points, pointsOf } from './nest.js';
import { once } from './once.js';
import { type Addresses, accumulatorBytes, type Spot } from './running.js';
import type { Access, Kernel } from './schedule.js';
import type { LoopCut } from './threads/cost.js';
import type { WasmModule } from './wasm.js';

/** A loop's functions, and how what they are to be told before the chunks gets onto the stack. */
export interface CalledLoop extends LoopCode {
  give(f: Func): Func;
}

/**
 * The loops of a program. Those that do the same to different arrays, as layers do that are alike, are written once and
 * told where the arrays are; a loop that has no like knows its addresses.
 */
export class Loops {
  readonly #expected = new Map<string, number>();
  readonly #written = new Map<string, LoopCode>();

  constructor(
    readonly module: WasmModule,
    readonly math: MathLibrary,
  ) {}

  /** Says what is to come, so that what has its like among it is known. */
  expect(kernels: readonly Kernel[]): void {
    for (const points of kernels.flatMap(loopsOf)) {
      const pattern = patternOf(points);
      if (pattern !== undefined) this.#expected.set(pattern, (this.#expected.get(pattern) ?? 0) + 1);
    }
  }

  write(points: Points, layout: Layout, cut: LoopCut | undefined): CalledLoop {
    const pattern = patternOf(points);
    if (pattern === undefined || this.#expected.get(pattern) === 1)
      return { ...loopKernel(this.module, points, () => layout, this.math, cut), give: (f) => f };
    const arrays = arraysOf(points);
    const rooms = [...accumulatorBytes(points, cut).keys()];
    const give = (f: Func): Func => {
      for (const node of arrays) pushPlace(f, layout.place(node));
      for (const node of rooms) pushPlace(f, layout.beside(node));
      return f;
    };
    const key = `${pattern} ${JSON.stringify(cut)}`;
    const known = this.#written.get(key);
    if (known) return { ...known, give };
    const at = (given: readonly Local[]): Addresses => ({
      place: (node) => told(given[arrays.indexOf(node)]),
      beside: (node) => told(given[arrays.length + rooms.indexOf(node)]),
    });
    const code = loopKernel(this.module, points, at, this.math, cut, arrays.length + rooms.length);
    this.#written.set(key, code);
    return { ...code, give };
  }
}

/** What has no parameter is never asked for: room that is not needed, and constants that stand in the instructions. */
const told = (moved: Local | undefined): Spot => ({ address: 0, ...(moved && { moved }) });

const loopsOf = (kernel: Kernel): readonly Points[] => {
  if (kernel.kind === 'loop') return [pointsOf(kernel)];
  return kernel.kind === 'place' ? placements(kernel) : [];
};

/** The arrays that a loop reads and writes, each once. */
const arraysOf = once(({ loads, stores, reduces }: Points): readonly Node[] => {
  const bases = [...loads.values(), ...stores.values()].map(({ base }) => base);
  return [...new Set([...bases.filter((base) => constantOf(base) === undefined), ...reduces])];
});

/**
 * All that decides how a loop is written, but for addresses: nodes and arrays are numbered as they come. Parameters are words
 * and whole numbers, so their text says all of them. A loop that picks rows is like no other.
 */
const patternOf = once((points: Points): string | undefined => {
  const { domain, axes, body, loads, stores, adds, visits, reduces } = points;
  const picks = [...loads.values()].some(({ picked }) => picked) || adds.size > 0 || visits;
  if (picks) return undefined;
  const arrays = new Map(arraysOf(points).map((node, i) => [node, i]));
  const numbers = new Map<Node, number>();
  const number = (node: Node): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, numbers.size);
    return numbers.size - 1;
  };
  const access = ([node, { base, view }]: readonly [Node, Access]): string =>
    `${number(node)} ${base.dtype} ${constantOf(base) ?? `@${arrays.get(base)}`} ${viewed(view)}`;
  const made = ({ op, dtype, shape, params, inputs }: Node): string =>
    `${op} ${dtype} ${shape} ${JSON.stringify(params)} ${inputs.map(number)}`;
  return [
    `${domain} by ${axes}`,
    ...[...loads].map(access),
    // What is loaded and in the body is copied.
    ...body.map((node) => (loads.has(node) ? number(node) : `${made(node)} → ${number(node)}`)),
    ...[...stores].map(access),
    ...reduces.map((node) => `@${arrays.get(node)} ${made(node)}`),
  ].join('\n');
});

const viewed = ({ shape, strides, offset }: View): string => `${shape} ${strides} ${offset}`;

/** The value of a scalar that stands in the instructions. */
function constantOf({ op, shape, value }: Node): string | undefined {
  if (op !== 'constant' || shape.length > 0) return undefined;
  const [element] = value!.data;
  return Object.is(element, -0) ? '-0' : String(element);
}
