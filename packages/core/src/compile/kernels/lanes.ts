import type { FloatType } from '../../tensor/dtype.js';
import type { Func, Local } from '../func.js';

/** Bytes of a vector: those of WebAssembly have 16; machine code may have vectors of 32 (see `Host.native`). */
export type VectorBytes = 16 | 32;

/** How one vector holds a float type. */
export interface Lanes {
  readonly type: 'f32x4' | 'f64x2' | 'f32x8' | 'f64x4';
  readonly vector: 'v128' | 'v256';
  /** Integers of the lanes' size, which hold their bits. */
  readonly integers: 'i32x4' | 'i64x2' | 'i32x8' | 'i64x4';
  readonly scalar: 'f32' | 'f64';
  readonly count: 2 | 4 | 8;
  /** Bytes of one lane. */
  readonly bytes: 4 | 8;
  /** Bytes of all lanes. */
  readonly whole: VectorBytes;
}

const LANES: Record<VectorBytes, Record<FloatType, Lanes>> = {
  16: {
    float32: { ...common(16, 4), type: 'f32x4', integers: 'i32x4' },
    float64: { ...common(16, 8), type: 'f64x2', integers: 'i64x2' },
  },
  32: {
    float32: { ...common(32, 4), type: 'f32x8', integers: 'i32x8' },
    float64: { ...common(32, 8), type: 'f64x4', integers: 'i64x4' },
  },
};

function common(whole: VectorBytes, bytes: Lanes['bytes']) {
  return {
    vector: whole === 16 ? 'v128' : 'v256',
    scalar: bytes === 4 ? 'f32' : 'f64',
    count: (whole / bytes) as Lanes['count'],
    bytes,
    whole,
  } as const;
}

export const lanesOf = (dtype: FloatType, vector: VectorBytes = 16): Lanes => LANES[vector][dtype];

/** The lanes of half a vector of 32 bytes; others stay as they are. */
export const narrowed = ({ bytes }: Lanes): Lanes => LANES[16][bytes === 4 ? 'float32' : 'float64'];

/** Pushes the scalar at `address + offset`, copied to every lane. */
export function loadSplat(f: Func, lanes: Lanes, address: Local, offset: number): void {
  f.get(address).memory(`${lanes.vector}.load${lanes.bytes === 4 ? 32 : 64}_splat`, offset);
}

/** Pushes the `count` neighbours at `address + offset`, zeros above them; reads nothing else. */
export function loadLanes(f: Func, lanes: Lanes, count: number, address: Local, offset: number): void {
  const width = count * lanes.bytes;
  if (width === lanes.whole) f.get(address).memory(`${lanes.vector}.load`, offset);
  else if (lanes.whole === 32) f.get(address).memoryLane('v256.load_first', offset, width / 4);
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
  if (width === lanes.whole) f.get(address).get(vector).memory(`${lanes.vector}.store`, offset);
  else if (lanes.whole === 32) {
    // Masked stores take processors far longer than two or three that are not.
    for (const half of halves(f, lanes, vector, count))
      storeLanes(f, half.lanes, half.count, address, offset + half.from * lanes.bytes, half.vector);
  } else {
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

/** The first `count` lanes of a vector as vectors of 16 bytes, each with its first lane's place. */
export function halves(
  f: Func,
  lanes: Lanes,
  vector: Local,
  count: number,
): { lanes: Lanes; vector: Local; from: number; count: number }[] {
  if (lanes.whole === 16) return [{ lanes, vector, from: 0, count }];
  const narrow = narrowed(lanes);
  const half = (which: 'low' | 'high', from: number) => {
    const local = f.local('v128');
    f.get(vector).op(`v256.${which}`).set(local);
    return { lanes: narrow, vector: local, from, count: Math.min(count - from, narrow.count) };
  };
  return [half('low', 0), ...(count > narrow.count ? [half('high', narrow.count)] : [])];
}

/** Zero in every lane of each local. */
export function clear(f: Func, vectors: readonly Local[]): void {
  for (const vector of vectors) (vector.type === 'v256' ? f.f64x4(0) : f.f64x2(0)).set(vector);
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
