/** As much of a terminal as the progress display uses: what stands on it after some text was written to it. */
export class Terminal {
  #lines: string[][] = [[]];
  /** Lines that go on where the one before was full. */
  #wrapped = new Set<number>();
  #row = 0;
  #column = 0;
  cursor = true;

  constructor(public columns: number) {}

  /** Lines that were too long. */
  get wraps(): number {
    return this.#wrapped.size;
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\p{Cc}\[[?\d;]*[a-zA-Z]|./gsu)) {
      if (part.startsWith('\x1b[')) this.#obey(part);
      else this.#put(part);
    }
  }

  /** Another width: lines that no longer fit are broken, as today's terminals do. */
  resize(columns: number): void {
    const whole: string[][] = [];
    let at = 0;
    this.#lines.forEach((line, row) => {
      if (this.#wrapped.has(row)) whole.at(-1)!.push(...line);
      else whole.push([...line]);
      if (row === this.#row) at = whole.length - 1;
    });
    const offset = this.#column;
    this.columns = columns;
    this.#lines = [];
    this.#wrapped.clear();
    whole.forEach((line, i) => {
      const pieces = Math.max(1, Math.ceil(line.length / columns));
      for (let piece = 0; piece < pieces; piece++)
        this.#lines.push(line.slice(piece * columns, (piece + 1) * columns));
      if (i === at) {
        this.#row = this.#lines.length - 1;
        this.#column = offset % columns;
      }
    });
  }

  screen(): string[] {
    const lines = this.#lines.map((line) => line.join('').trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  #put(letter: string): void {
    if (letter === '\r') this.#column = 0;
    else if (letter === '\n') this.#go(this.#row + 1, 0);
    else {
      if (this.#column >= this.columns) {
        this.#go(this.#row + 1, 0);
        this.#wrapped.add(this.#row);
      }
      const line = this.#lines[this.#row]!;
      while (line.length < this.#column) line.push(' ');
      line[this.#column++] = letter;
    }
  }

  #obey(code: string): void {
    const count = Number(code.slice(2, -1)) || 1;
    if (code.endsWith('A')) this.#row = Math.max(0, this.#row - count);
    else if (code.endsWith('K'))
      this.#lines[this.#row]!.length = Math.min(this.#lines[this.#row]!.length, this.#column);
    else if (code.endsWith('J')) {
      this.#lines[this.#row]!.length = Math.min(this.#lines[this.#row]!.length, this.#column);
      this.#lines.length = this.#row + 1;
      this.#wrapped = new Set([...this.#wrapped].filter((row) => row <= this.#row));
    } else if (code === '\x1b[?25l') this.cursor = false;
    else if (code === '\x1b[?25h') this.cursor = true;
    else if (!/^.\[(\?2026[hl]|[\d;]*m)$/.test(code)) throw new Error(`unknown: ${JSON.stringify(code)}`);
  }

  #go(row: number, column: number): void {
    this.#row = row;
    this.#column = column;
    while (this.#lines.length <= row) this.#lines.push([]);
  }
}
