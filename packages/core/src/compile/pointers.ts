import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import type { Func, Local } from './func.js';
import type { Stream } from './nest.js';
import type { Opcode } from './opcodes.js';
import type { Picked } from './picked.js';

/** An address in two parts: instructions for what moves, a constant offset for the rest. */
export interface Pointer {
  push(): Func;
  readonly offset: number;
}

/** Reaches the elements of streams from within the loops of a nest. */
export class Pointers {
  /** The loops' counters, outermost first. */
  readonly counters: readonly Local[];
  /** The innermost counter's value where it is known: in a turn that is written out. */
  turn: number | undefined;
  readonly #rows = new Map<Stream, Local>();
  /** Rows that are picked in this turn, by index and by the number of rows there are. */
  readonly #picks = new Map<string, Local>();

  constructor(
    readonly f: Func,
    extents: readonly number[],
    /** Bytes that an array as a whole has moved on by. */
    readonly shifts: ReadonlyMap<Node, Local>,
    /** Where arrays begin that rows are picked by. */
    readonly array: (index: Node) => number,
  ) {
    this.counters = extents.map(() => f.local('i32'));
  }

  /** Works out how far a stream has moved outside of the innermost loop, once for all of its passes. */
  enter(stream: Stream, dtype: DType): void {
    const { f, counters } = this;
    const shift = this.shifts.get(stream.base);
    const moves = stream.strides.slice(0, -1).flatMap((stride, d) => (stride === 0 ? [] : [{ stride, d }]));
    if (moves.length === 0) {
      if (shift) this.#rows.set(stream, shift);
      return;
    }
    const row = f.local('i32');
    moves.forEach(({ stride, d }, i) => {
      const at = d === 0 && stream.picked ? this.#pick(stream.picked) : counters[d]!;
      pushScaled(f, at, stride * BYTES[dtype]);
      if (i > 0) f.op('i32.add');
    });
    if (shift) f.get(shift).op('i32.add');
    f.set(row);
    this.#rows.set(stream, row);
  }

  /** The row of a table that an index names for this turn of the outermost loop. */
  #pick({ index, rows }: Picked): Local {
    const { f } = this;
    const key = `${index.id} ${rows}`;
    const known = this.#picks.get(key);
    if (known) return known;
    const row = f.local('i32');
    this.#picks.set(key, row);
    pushScaled(f, this.counters[0]!, BYTES.int32);
    const shift = this.shifts.get(index);
    if (shift) f.get(shift).op('i32.add');
    f.memory('i32.load', this.array(index)).set(row);
    return clamp(f, row, rows);
  }

  /**
   * Where a stream's element is, when its array begins at `base`.
   *
   * @param inner whether the innermost loop is under way; otherwise its first pass is meant
   * @param turn of a fold that is written out
   */
  to(stream: Stream, dtype: DType, base: number, inner: boolean, turn = 0): Pointer {
    const { f } = this;
    const stride = stream.strides.at(-1) ?? 0;
    const known = inner && this.turn !== undefined;
    const ahead = stream.offset + turn * stream.turn + (known ? this.turn! * stride : 0);
    const start = base + ahead * BYTES[dtype];
    const step = known ? 0 : stride * BYTES[dtype];
    const row = this.#rows.get(stream);
    // A constant offset is added without wrapping round, so a stream that runs backward adds its start itself.
    const backward = stream.strides.some((stride) => stride < 0);
    const terms: (() => void)[] = [];
    if (row) terms.push(() => f.get(row));
    if (inner && step !== 0) terms.push(() => pushScaled(f, this.counters.at(-1)!, step));
    if (backward || terms.length === 0) terms.push(() => f.i32(backward ? start : 0));
    const push = (): Func => {
      terms.forEach((term, i) => {
        term();
        if (i > 0) f.op('i32.add');
      });
      return f;
    };
    return { push, offset: backward ? 0 : start };
  }
}

/** Holds a row's number within a table: no index reaches outside of it. As a rule none tries: that is one comparison. */
export function clamp(f: Func, row: Local, rows: number): Local {
  f.get(row).i32(rows).op('i32.ge_u');
  f.if(() =>
    f
      .i32(0)
      .i32(rows - 1)
      .get(row)
      .i32(0)
      .op('i32.lt_s')
      .op('select')
      .set(row),
  );
  return row;
}

/** Pushes `index · by`. */
export const pushScaled = (f: Func, index: Local, by: number): Func => f.get(index).i32(by).op('i32.mul');

export const LOAD: Record<DType, Opcode> = {
  float32: 'f32.load',
  float64: 'f64.load',
  int32: 'i32.load',
  bool: 'i32.load',
  float16: 'i32.load16_u',
};

export const STORE: Record<DType, Opcode> = {
  float32: 'f32.store',
  float64: 'f64.store',
  int32: 'i32.store',
  bool: 'i32.store',
  float16: 'i32.store16',
};

/** One element, copied to every lane of a vector: instructions of its type, but for float16. */
export const SPLAT: Record<Exclude<DType, 'float16'>, 'load32_splat' | 'load64_splat'> = {
  float32: 'load32_splat',
  float64: 'load64_splat',
  int32: 'load32_splat',
  bool: 'load32_splat',
};
