import { internal } from '../tensor/errors.js';
import { Bytes } from './bytes.js';
import {
  Func,
  type FuncRef,
  type Global,
  type Local,
  type Piece,
  TYPE_BYTE,
  type ValueType,
} from './func.js';

interface Signature {
  readonly key: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/**
 * Writes one WebAssembly module: imports first, then functions, then exports.
 *
 * Source: WebAssembly Core Specification 2.0, chapter 5 (binary format).
 */
export class WasmModule {
  readonly #types: Signature[] = [];
  readonly #imports: Bytes[] = [];
  readonly #functions: { readonly type: number; body: readonly Piece[] }[] = [];
  readonly #exports: Bytes[] = [];
  #importedFunctions = 0;
  #globals = 0;

  importMemory(module: string, name: string, pages: number, maximum?: number, shared = false): void {
    const kind = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0);
    const memory = new Bytes().text(module).text(name).byte(0x02).byte(kind).leb(pages);
    this.#imports.push(maximum === undefined ? memory : memory.leb(maximum));
  }

  importFunction(module: string, name: string, params: ValueType[], results: ValueType[]): FuncRef {
    if (this.#functions.length > 0) throw internal('imports come before functions');
    const type = this.#type(params, results);
    this.#imports.push(new Bytes().text(module).text(name).byte(0x00).leb(type));
    return { index: this.#importedFunctions++ };
  }

  /**
   * Adds a function whose body `build` writes; its parameters are the first locals. Its place is taken before `build`
   * runs, so `build` may add further functions and call them.
   */
  func(
    params: readonly ValueType[],
    results: readonly ValueType[],
    build: (f: Func, ...params: Local[]) => void,
  ): FuncRef {
    const index = this.#importedFunctions + this.#functions.length;
    const slot = { type: this.#type(params, results), body: [] as readonly Piece[] };
    this.#functions.push(slot);
    const f = new Func(params);
    build(f, ...f.params);
    slot.body = f.encode();
    return { index };
  }

  /** A variable of type i32, zero at first. */
  global(): Global {
    return { index: this.#globals++ };
  }

  export(name: string, func: FuncRef): void {
    this.#exports.push(new Bytes().text(name).byte(0x00).leb(func.index));
  }

  encode(): Uint8Array<ArrayBuffer> {
    const all: Piece[] = [MAGIC];
    const section = (id: number, count: number, content: readonly Piece[]): void => {
      if (count === 0) return;
      const head = new Bytes().leb(count).written;
      all.push(new Bytes().byte(id).leb(head.length + lengthOf(content)).written, head);
      for (const piece of content) all.push(piece);
    };
    const functions = this.#functions;
    const types = this.#types.map(({ params, results }) =>
      new Bytes().byte(0x60).sized(typeBytes(params)).sized(typeBytes(results)),
    );
    section(1, types.length, types.map(written));
    section(2, this.#imports.length, this.#imports.map(written));
    section(
      3,
      functions.length,
      functions.map(({ type }) => new Bytes().leb(type).written),
    );
    section(6, this.#globals, Array(this.#globals).fill(ZERO));
    section(7, this.#exports.length, this.#exports.map(written));
    section(
      10,
      functions.length,
      functions.flatMap(({ body }) => [new Bytes().leb(lengthOf(body)).written, ...body]),
    );
    return joined(all);
  }

  #type(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params} ${results}`;
    const found = this.#types.findIndex((type) => type.key === key);
    return found >= 0 ? found : this.#types.push({ key, params, results }) - 1;
  }
}

const MAGIC: Piece = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const written = (bytes: Bytes): Piece => bytes.written;

const lengthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

function joined(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const typeBytes = (types: readonly ValueType[]): number[] => types.map((type) => TYPE_BYTE[type]);

/** A variable i32 that is 0 at first. */
const ZERO = [TYPE_BYTE.i32, 0x01, 0x41, 0x00, 0x0b];
