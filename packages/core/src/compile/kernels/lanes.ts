import type { FloatType } from '../../tensor/dtype.js';
import type { Func, Local } from '../wasm.js';

/** How one 128-bit vector holds a float type. */
export interface Lanes {
  readonly type: 'f32x4' | 'f64x2';
  readonly scalar: 'f32' | 'f64';
  readonly count: 4 | 2;
  /** Bytes of one lane. */
  readonly bytes: 4 | 8;
}

export const LANES: Record<FloatType, Lanes> = {
  float32: { type: 'f32x4', scalar: 'f32', count: 4, bytes: 4 },
  float64: { type: 'f64x2', scalar: 'f64', count: 2, bytes: 8 },
};

/** Pushes the scalar at `address + offset`, copied to every lane. */
export function loadSplat(f: Func, lanes: Lanes, address: Local, offset: number): void {
  f.get(address).memory(lanes.bytes === 4 ? 'v128.load32_splat' : 'v128.load64_splat', offset);
}

/** Pushes the `count` neighbours at `address + offset`, zeros above them; reads nothing else. */
export function loadLanes(f: Func, lanes: Lanes, count: number, address: Local, offset: number): void {
  const width = count * lanes.bytes;
  if (width === 16) f.get(address).memory('v128.load', offset);
  else if (width === 4) f.get(address).memory('v128.load32_zero', offset);
  else if (width === 8) f.get(address).memory('v128.load64_zero', offset);
  else {
    f.get(address).get(address).memory('v128.load64_zero', offset);
    f.memoryLane('v128.load32_lane', offset + 8, 2);
  }
}

/** Writes the first `count` lanes of `vector` at `address + offset`. */
export function storeLanes(
  f: Func,
  lanes: Lanes,
  count: number,
  address: Local,
  offset: number,
  vector: Local,
): void {
  const width = count * lanes.bytes;
  if (width === 16) f.get(address).get(vector).memory('v128.store', offset);
  else {
    if (width >= 8) f.get(address).get(vector).memoryLane('v128.store64_lane', offset, 0);
    if (width % 8 === 4) storeLane(f, lanes, address, offset + width - 4, vector, count - 1);
  }
}

/** Writes one lane of `vector` at `address + offset`. */
export function storeLane(
  f: Func,
  lanes: Lanes,
  address: Local,
  offset: number,
  vector: Local,
  lane: number,
): void {
  const store = lanes.bytes === 4 ? 'v128.store32_lane' : 'v128.store64_lane';
  f.get(address).get(vector).memoryLane(store, offset, lane);
}

/** Zero in every lane of each local. */
export function clear(f: Func, vectors: readonly Local[]): void {
  for (const vector of vectors) f.f64x2(0).set(vector);
}

/** The low halves of x and y, and their high halves, each with units of `unit` bytes from x and from y in turn. */
export function interleave(f: Func, unit: number, x: Local, y: Local): [low: Local, high: Local] {
  const half = (from: number): Local => {
    const bytes = Array.from({ length: 16 }, (_, byte) => {
      const place = Math.floor(byte / unit);
      return from + Math.floor(place / 2) * unit + (byte % unit) + (place % 2) * 16;
    });
    const local = f.local('v128');
    f.get(x).get(y).shuffle(bytes).set(local);
    return local;
  };
  return [half(0), half(8)];
}

/** The columns of a square whose rows are these vectors. */
export function transposed(f: Func, rows: readonly Local[], unit: number): Local[] {
  if (rows.length === 1) return [...rows];
  const pairs = Array.from({ length: rows.length / 2 }, (_, i) =>
    interleave(f, unit, rows[2 * i]!, rows[2 * i + 1]!),
  );
  return [0, 1].flatMap((half) =>
    transposed(
      f,
      pairs.map((pair) => pair[half]!),
      2 * unit,
    ),
  );
}
