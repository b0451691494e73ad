/** Milliseconds that a call into a program should take, so that a page stays responsive. */
const CALL = { least: 6, most: 16 };

/** How many turns a call may take, by how long the last ones took. How turns are dealt out to calls changes no bit. */
export class Pace {
  #turns = 1;

  /** @param most turns in one call */
  constructor(readonly most: number) {}

  get turns(): number {
    return this.#turns;
  }

  /** Makes a call of so many turns. */
  time(call: () => void): void {
    const begin = performance.now();
    call();
    const milliseconds = performance.now() - begin;
    if (milliseconds < CALL.least) this.#turns = Math.max(1, Math.min(this.most, 2 * this.#turns));
    if (milliseconds > CALL.most) this.#turns = Math.max(1, Math.floor(this.#turns / 2));
  }
}
