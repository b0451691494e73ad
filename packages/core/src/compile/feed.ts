import type { Arena, Region } from './arena.js';
import type { Stream } from './step-loop.js';

/** A number, or one for each step: a function of the number of steps already taken. */
export type PerStep = number | ((taken: number) => number);

/**
 * Numbers that a program takes as float64 scalars: what changes from step to step comes through a ring, what stays is
 * written once.
 */
export interface Feed {
  readonly places: Readonly<Record<string, Region>>;
  readonly fed: readonly Stream[];
  /** Writes the numbers of so many steps, to be run as steps 0, 1, … of one call. */
  write(taken: number, steps: number): void;
  /** Gives one of them another value from the next call on; a function only where there was one. */
  set(name: string, value: PerStep): void;
  /** The values of one of them in the steps last written. */
  column(name: string): Float64Array;
}

/** @param room steps that one call may take at most */
export function feedOf(arena: Arena, given: Readonly<Record<string, PerStep>>, room: number): Feed {
  const values = { ...given };
  const moving = Object.keys(values).filter((name) => typeof values[name] === 'function');
  const width = moving.length;
  const slot = arena.allocate([width], 'float64');
  const ring = arena.allocate([room, width], 'float64');
  const place = (name: string, value: PerStep): Region => {
    const at = moving.indexOf(name);
    if (at >= 0) return { address: slot.address + 8 * at, shape: [], dtype: 'float64' };
    const region = arena.allocate([], 'float64');
    arena.write(region, [value as number]);
    return region;
  };
  const places = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, place(name, value)]),
  );
  let written = 0;
  return {
    places,
    fed: width === 0 ? [] : [{ slot, ring }],
    write(taken, steps) {
      const numbers = arena.view(ring);
      moving.forEach((name, at) => {
        const value = values[name]!;
        for (let step = 0; step < steps; step++)
          numbers[step * width + at] = typeof value === 'number' ? value : value(taken + step);
      });
      written = steps;
    },
    set(name, value) {
      values[name] = value;
      if (!moving.includes(name)) arena.write(places[name]!, [value as number]);
    },
    column(name) {
      const at = moving.indexOf(name);
      const column = new Float64Array(written);
      if (at < 0) return column.fill((values[name] as number | undefined) ?? Number.NaN);
      const numbers = arena.view(ring);
      for (let step = 0; step < written; step++) column[step] = numbers[step * width + at]!;
      return column;
    },
  };
}
