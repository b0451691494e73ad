/** Value types, by their byte in the binary format; v256 is none of WebAssembly's: see `OPCODES`. */
export const TYPES = { 127: 'i32', 126: 'i64', 125: 'f32', 124: 'f64', 123: 'v128', 122: 'v256' } as const;
export type ValueType = (typeof TYPES)[keyof typeof TYPES];

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function of a module: its body is the bytes from `begin` up to `end`. */
export interface FunctionCode {
  readonly signature: Signature;
  /** Parameters come first. */
  readonly locals: readonly ValueType[];
  readonly begin: number;
  readonly end: number;
}

/** What a module that `WasmModule` wrote consists of; it imports a memory alone. */
export interface ModuleCode {
  readonly bytes: Uint8Array;
  readonly functions: readonly FunctionCode[];
  /** The function that is exported as `run`. */
  readonly run: number;
  /** How many variables it has. */
  readonly globals: number;
}

/** Reads bytes and the numbers of the binary format one after another. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    return this.bytes[this.at++]!;
  }

  /** Passes over so many bytes, and gives the place of the first. */
  skip(count: number): number {
    this.at += count;
    return this.at - count;
  }

  /** An unsigned number below 2³² in LEB128. */
  leb(): number {
    let value = this.bytes[this.at++]!;
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over a number in LEB128, and gives its place. */
  skipLeb(): number {
    const place = this.at;
    while (this.byte() >= 0x80);
    return place;
  }

  /** A signed number of 64 bits in LEB128. */
  signed(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, byte & 0x40 ? value - (128n << shift) : value);
    }
  }

  /** The same of 32 bits. */
  signed32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return byte & 0x40 && shift < 25 ? value | (-1 << (shift + 7)) : value;
    }
  }

  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.leb() }, read);
  }
}

/**
 * Reads a module's sections.
 *
 * Source: WebAssembly Core Specification 2.0, chapter 5 (binary format).
 *
 * @throws when it imports a function
 */
export function readModule(bytes: Uint8Array): ModuleCode {
  const reader = new Reader(bytes, 8);
  const type = (): ValueType => TYPES[reader.byte() as keyof typeof TYPES];
  let signatures: Signature[] = [];
  let types: number[] = [];
  let globals = 0;
  let run = 0;
  const functions: FunctionCode[] = [];
  const read: Record<number, () => unknown> = {
    1: () => {
      signatures = reader.list(() => {
        reader.byte();
        return { params: reader.list(type), results: reader.list(type) };
      });
    },
    2: () => reader.list(() => readImport(reader)),
    3: () => {
      types = reader.list(() => reader.leb());
    },
    6: () => {
      globals = reader.leb();
    },
    7: () =>
      reader.list(() => {
        reader.skip(reader.leb());
        reader.byte();
        run = reader.leb();
      }),
    10: () =>
      reader.list(() => {
        const end = reader.leb() + reader.at;
        const signature = signatures[types[functions.length]!]!;
        const locals = [...signature.params];
        reader.list(() => {
          const count = reader.leb();
          const which = type();
          for (let i = 0; i < count; i++) locals.push(which);
        });
        functions.push({ signature, locals, begin: reader.at, end });
        reader.at = end;
      }),
  };
  while (reader.at < bytes.length) {
    const section = reader.byte();
    const end = reader.leb() + reader.at;
    read[section]?.();
    reader.at = end;
  }
  return { bytes, functions, run, globals };
}

function readImport(reader: Reader): void {
  reader.skip(reader.leb());
  reader.skip(reader.leb());
  if (reader.byte() !== 0x02)
    throw new Error('a program that calls functions from outside has no machine code');
  const limits = reader.byte();
  reader.leb();
  if (limits & 1) reader.leb();
}
