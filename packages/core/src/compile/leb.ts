export function append(target: number[], ...parts: readonly (readonly number[])[]): void {
  for (const part of parts) for (const byte of part) target.push(byte);
}

/** Items after their count. */
export function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = leb(items.length);
  append(bytes, ...items);
  return bytes;
}

/** Bytes after their count. */
export function sized(body: readonly number[]): number[] {
  const bytes = leb(body.length);
  append(bytes, body);
  return bytes;
}

/** UTF-8 after its count of bytes. */
export function text(value: string): number[] {
  return sized(Array.from(new TextEncoder().encode(value)));
}

/** So many bytes, as `fill` writes them. */
export function bytesOf(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** A whole number ≥ 0 in LEB128: seven bits a byte, the lowest first, the top bit set on all but the last. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** An int32 in signed LEB128. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** An int64 in signed LEB128. */
export function signedLeb64(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}
