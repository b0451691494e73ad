/** Constants that stand behind the code, each once. */
export class Pool {
  readonly #constants: Uint8Array[] = [];
  readonly #numbers = new Map<string, number>();
  /** The same array mostly comes again. */
  readonly #known = new Map<Uint8Array, number>();

  /** The number of a constant of 4, 8, 16 or 32 bytes. */
  number(bytes: Uint8Array): number {
    const known = this.#known.get(bytes);
    if (known !== undefined) return known;
    const key = bytes.join();
    const number = this.#numbers.get(key) ?? this.#constants.push(bytes.slice()) - 1;
    this.#numbers.set(key, number);
    this.#known.set(bytes, number);
    return number;
  }

  /** All of them, and where each is by its number: the longest first, so that each is at a multiple of its length. */
  laidOut(): { readonly bytes: Uint8Array; readonly places: readonly number[] } {
    const order = this.#constants.map((_, number) => number);
    order.sort((a, b) => this.#constants[b]!.length - this.#constants[a]!.length);
    const bytes = new Uint8Array(this.#constants.reduce((sum, constant) => sum + constant.length, 0));
    const places: number[] = [];
    let at = 0;
    for (const number of order) {
      bytes.set(this.#constants[number]!, at);
      places[number] = at;
      at += this.#constants[number]!.length;
    }
    return { bytes, places };
  }
}
