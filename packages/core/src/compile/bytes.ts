/** Bytes in the order in which they are written. */
export class Bytes {
  #room = new Uint8Array(64);
  #length = 0;

  /** Those written so far. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#room.subarray(0, this.#length);
  }

  byte(value: number): this {
    if (this.#length === this.#room.length) this.#grow(1);
    this.#room[this.#length++] = value;
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    if (this.#length + values.length > this.#room.length) this.#grow(values.length);
    this.#room.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** A whole number from 0 below 2³² in LEB128: seven bits a byte, the lowest first, the top bit set on all but the last. */
  leb(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    return this.byte(rest);
  }

  /** An int32 in signed LEB128: the last byte's seventh bit is the sign. */
  signedLeb(value: number): this {
    let rest = value;
    for (; rest < -0x40 || rest > 0x3f; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    return this.byte(rest & 0x7f);
  }

  /** An int64 in signed LEB128. */
  signedLeb64(value: bigint): this {
    let rest = value;
    for (; rest < -0x40n || rest > 0x3fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest & 0x7fn));
  }

  /** Bytes after their count. */
  sized(values: ArrayLike<number>): this {
    return this.leb(values.length).bytes(values);
  }

  /** UTF-8 after its count of bytes. */
  text(value: string): this {
    return this.sized(new TextEncoder().encode(value));
  }

  #grow(by: number): void {
    const room = new Uint8Array(2 * this.#room.length + by);
    room.set(this.written);
    this.#room = room;
  }
}
