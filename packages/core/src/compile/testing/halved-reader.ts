/** Reads what `Bytes` writes. */
export class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.#at++]!;
  }

  take(count: number): Uint8Array {
    this.#at += count;
    return this.bytes.subarray(this.#at - count, this.#at);
  }

  /** The bytes of a number, as a view. */
  view(count: number): DataView {
    return new DataView(this.take(count).slice().buffer);
  }

  leb(): number {
    return Number(this.#number().value);
  }

  signedLeb(): bigint {
    const { value, bits } = this.#number();
    return BigInt.asIntN(bits, value);
  }

  sized(): Reader {
    return new Reader(this.take(this.leb()));
  }

  text(): string {
    return new TextDecoder().decode(this.sized().bytes);
  }

  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.leb() }, read);
  }

  #number(): { value: bigint; bits: number } {
    let value = 0n;
    let bits = 0;
    for (let more = true; more; bits += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      more = byte >= 0x80;
    }
    return { value, bits };
  }
}
