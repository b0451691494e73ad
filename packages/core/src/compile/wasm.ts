import { internal } from '../tensor/errors.js';
import { append, bytesOf, leb, signedLeb, signedLeb64, sized, text, vector } from './leb.js';
import { OPCODES, type Opcode } from './opcodes.js';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

const TYPE_BYTE: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A function of the module, by its place among the module's functions. */
export interface FuncRef {
  readonly index: number;
}

/** A variable of the module: each instance has its own. */
export interface Global {
  readonly index: number;
}

/** A local variable of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

interface Signature {
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
  readonly #imports: number[][] = [];
  readonly #functions: { readonly type: number; body: number[] }[] = [];
  readonly #globals: number[][] = [];
  readonly #exports: number[][] = [];
  #importedFunctions = 0;

  importMemory(module: string, name: string, pages: number, maximum?: number, shared = false): void {
    const limits = [(maximum === undefined ? 0 : 1) | (shared ? 2 : 0), ...leb(pages)];
    if (maximum !== undefined) limits.push(...leb(maximum));
    this.#imports.push([...text(module), ...text(name), 0x02, ...limits]);
  }

  importFunction(module: string, name: string, params: ValueType[], results: ValueType[]): FuncRef {
    if (this.#functions.length > 0) throw internal('imports come before functions');
    this.#imports.push([...text(module), ...text(name), 0x00, ...leb(this.#type({ params, results }))]);
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
    const slot = { type: this.#type({ params, results }), body: [] as number[] };
    this.#functions.push(slot);
    const f = new Func(params);
    build(f, ...f.params);
    slot.body = f.encode();
    return { index };
  }

  /** A variable of type i32, zero at first. */
  global(): Global {
    return { index: this.#globals.push([TYPE_BYTE.i32, 0x01, 0x41, 0x00, 0x0b]) - 1 };
  }

  export(name: string, func: FuncRef): void {
    this.#exports.push([...text(name), 0x00, ...leb(func.index)]);
  }

  encode(): Uint8Array<ArrayBuffer> {
    const types = this.#types.map(({ params, results }) => [
      0x60,
      ...vector(params.map((t) => [TYPE_BYTE[t]])),
      ...vector(results.map((t) => [TYPE_BYTE[t]])),
    ]);
    const bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    const section = (id: number, items: number[][]): void => {
      if (items.length > 0) append(bytes, [id], sized(vector(items)));
    };
    section(1, types);
    section(2, this.#imports);
    section(
      3,
      this.#functions.map(({ type }) => leb(type)),
    );
    section(6, this.#globals);
    section(7, this.#exports);
    section(
      10,
      this.#functions.map(({ body }) => sized(body)),
    );
    return new Uint8Array(bytes);
  }

  #type(signature: Signature): number {
    const same = (a: readonly ValueType[], b: readonly ValueType[]): boolean => a.join() === b.join();
    const found = this.#types.findIndex(
      (t) => same(t.params, signature.params) && same(t.results, signature.results),
    );
    return found >= 0 ? found : this.#types.push(signature) - 1;
  }
}

/** The body of one function: a stack machine's instructions, appended in order. */
export class Func {
  readonly params: Local[];
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(params: readonly ValueType[]) {
    this.params = params.map((type, index) => ({ index, type }));
  }

  local(type: ValueType): Local {
    return { index: this.params.length + this.#locals.push(type) - 1, type };
  }

  /** An instruction without immediates. */
  op(name: Opcode): this {
    return this.#put(...OPCODES[name]);
  }

  get(local: Local): this {
    return this.#put(0x20, ...leb(local.index));
  }

  set(local: Local): this {
    return this.#put(0x21, ...leb(local.index));
  }

  tee(local: Local): this {
    return this.#put(0x22, ...leb(local.index));
  }

  getGlobal(global: Global): this {
    return this.#put(0x23, ...leb(global.index));
  }

  setGlobal(global: Global): this {
    return this.#put(0x24, ...leb(global.index));
  }

  i32(value: number): this {
    return this.#put(0x41, ...signedLeb(value | 0));
  }

  i64(value: bigint): this {
    return this.#put(0x42, ...signedLeb64(BigInt.asIntN(64, value)));
  }

  f32(value: number): this {
    return this.#put(0x43, ...bytesOf(4, (view) => view.setFloat32(0, value, true)));
  }

  f64(value: number): this {
    return this.#put(0x44, ...bytesOf(8, (view) => view.setFloat64(0, value, true)));
  }

  /** A vector constant from its sixteen bytes, written by `fill`. */
  v128(fill: (view: DataView) => void): this {
    return this.#put(...OPCODES['v128.const'], ...bytesOf(16, fill));
  }

  f32x4(value: number): this {
    return this.v128((view) => {
      for (let lane = 0; lane < 4; lane++) view.setFloat32(4 * lane, value, true);
    });
  }

  f64x2(value: number): this {
    return this.v128((view) => {
      for (let lane = 0; lane < 2; lane++) view.setFloat64(8 * lane, value, true);
    });
  }

  i32x4(value: number): this {
    return this.v128((view) => {
      for (let lane = 0; lane < 4; lane++) view.setInt32(4 * lane, value, true);
    });
  }

  i64x2(value: bigint): this {
    return this.v128((view) => {
      for (let lane = 0; lane < 2; lane++) view.setBigInt64(8 * lane, value, true);
    });
  }

  /** A load or store; the address on the stack is moved on by the constant `offset`. */
  memory(name: Opcode, offset = 0): this {
    return this.#put(...OPCODES[name], 0x00, ...leb(offset));
  }

  /** An atomic instruction on the four bytes at the address on the stack, which must be a multiple of four. */
  atomic(name: Opcode, offset = 0): this {
    return this.#put(...OPCODES[name], 0x02, ...leb(offset));
  }

  /** A load into, or store of, one lane: address and vector are on the stack. */
  memoryLane(name: Opcode, offset: number, lane: number): this {
    return this.memory(name, offset).#put(lane);
  }

  /** An instruction on one lane of a vector: `extract_lane`, `replace_lane`. */
  lane(name: Opcode, lane: number): this {
    return this.#put(...OPCODES[name], lane);
  }

  /** Picks sixteen bytes out of two vectors. */
  shuffle(bytes: readonly number[]): this {
    return this.#put(...OPCODES['i8x16.shuffle'], ...bytes);
  }

  /** `memory.copy`: destination, source and length are on the stack. */
  copy(): this {
    return this.#put(0xfc, 0x0a, 0x00, 0x00);
  }

  /** `memory.fill`: destination, byte value and length are on the stack. */
  fill(): this {
    return this.#put(0xfc, 0x0b, 0x00);
  }

  call(func: FuncRef): this {
    return this.#put(0x10, ...leb(func.index));
  }

  block(body: () => void): this {
    return this.#nest(0x02, body);
  }

  loop(body: () => void): this {
    return this.#nest(0x03, body);
  }

  /** Takes the condition from the stack. */
  if(then: () => void, otherwise?: () => void): this {
    this.#put(0x04, 0x40);
    then();
    if (otherwise !== undefined) {
      this.#put(0x05);
      otherwise();
    }
    return this.#put(0x0b);
  }

  br(depth: number): this {
    return this.#put(0x0c, ...leb(depth));
  }

  brIf(depth: number): this {
    return this.#put(0x0d, ...leb(depth));
  }

  /** `for (; counter < to; counter += step)`. */
  countOn(counter: Local, to: Local, step: number, body: () => void): this {
    return this.block(() => {
      this.loop(() => {
        this.get(counter).get(to).op('i32.ge_s').brIf(1);
        body();
        this.get(counter).i32(step).op('i32.add').set(counter).br(0);
      });
    });
  }

  /** `for (counter = from; counter < to; counter += step)`, with at least one turn promised by the caller. */
  count(counter: Local, from: number, to: number, step: number, body: () => void): this {
    this.i32(from).set(counter);
    return this.loop(() => {
      body();
      this.get(counter).i32(step).op('i32.add').tee(counter).i32(to).op('i32.lt_s').brIf(0);
    });
  }

  encode(): number[] {
    const bytes = vector(this.#localRuns());
    append(bytes, this.#code, [0x0b]);
    return bytes;
  }

  /** The locals as the format wants them: how many of one type, in a row. */
  #localRuns(): number[][] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    return runs.map(({ type, count }) => [...leb(count), TYPE_BYTE[type]]);
  }

  #nest(opcode: number, body: () => void): this {
    this.#put(opcode, 0x40);
    body();
    return this.#put(0x0b);
  }

  #put(...bytes: number[]): this {
    this.#code.push(...bytes);
    return this;
  }
}
