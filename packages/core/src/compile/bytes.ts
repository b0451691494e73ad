/** Bytes in the order in which they are written. Short ones are a call each: a compiler's first run is not optimised. */
export class Bytes {
  readonly #values: number[] = [];

  /** Those written so far. */
  get written(): readonly number[] {
    return this.#values;
  }

  byte(value: number): this {
    this.#values.push(value);
    return this;
  }

  /** Two bytes, or more when the second number is larger: an instruction and its index. */
  pair(value: number, index: number): this {
    if (index < 0x80) this.#values.push(value, index);
    else this.byte(value).leb(index);
    return this;
  }

  /** A few bytes. */
  bytes(values: readonly number[]): this {
    this.#values.push(...values);
    return this;
  }

  /** The first bytes of an array, so many times. */
  repeated(values: ArrayLike<number>, count: number, times = 1): this {
    for (let i = 0; i < count * times; i++) this.#values.push(values[i % count]!);
    return this;
  }

  /** A whole number from 0 below 2³² in LEB128: seven bits a byte, the lowest first, the top bit set on all but the last. */
  leb(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#values.push((rest & 0x7f) | 0x80);
    this.#values.push(rest);
    return this;
  }

  /** An int32 in signed LEB128: the last byte's seventh bit is the sign. */
  signedLeb(value: number): this {
    let rest = value;
    for (; rest < -0x40 || rest > 0x3f; rest >>= 7) this.#values.push((rest & 0x7f) | 0x80);
    this.#values.push(rest & 0x7f);
    return this;
  }

  /** An int64 in signed LEB128. */
  signedLeb64(value: bigint): this {
    let rest = value;
    for (; rest < -0x40n || rest > 0x3fn; rest >>= 7n) this.#values.push(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest & 0x7fn));
  }

  /** Bytes after their count. */
  sized(values: readonly number[]): this {
    return this.leb(values.length).bytes(values);
  }

  /** UTF-8 after its count of bytes. */
  text(value: string): this {
    return this.sized([...new TextEncoder().encode(value)]);
  }
}
