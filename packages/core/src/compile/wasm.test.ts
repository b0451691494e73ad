import { describe, expect, it } from 'vitest';
import type { Func, Local, ValueType } from './func.js';
import { OPCODES, type Opcode } from './opcodes.js';
import { WasmModule } from './wasm.js';

type Callable = (...args: unknown[]) => unknown;
type Build = (f: Func, ...params: Local[]) => void;

/** Instantiates a module with the memory `memory` of one page and gives the function `build` writes. */
function compile(params: ValueType[], results: ValueType[], build: Build, memory = newMemory()): Callable {
  const module = new WasmModule();
  module.importMemory('host', 'memory', 1);
  module.export('run', module.func(params, results, build));
  return instantiate(module, { memory }).run as Callable;
}

function instantiate(module: WasmModule, host: Record<string, WebAssembly.ImportValue>): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { host }).exports;
}

const newMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1 });

const I32 = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
const I64 = [0n, -1n, 63n, 64n, -64n, -65n, 2n ** 32n, -(2n ** 31n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const FLOATS = [0, -0, 1.5, -1e-40, Infinity, -Infinity, NaN];

describe('constants', () => {
  it.each(I32)('the i32 %d keeps its value', (value) => {
    expect(compile([], ['i32'], (f) => f.i32(value))()).toBe(value);
  });

  it.each(I64)('the i64 %d keeps its value', (value) => {
    expect(compile([], ['i64'], (f) => f.i64(value))()).toBe(value);
  });

  it('an unsigned i32 or i64 is taken by its bits', () => {
    expect(compile([], ['i32'], (f) => f.i32(2 ** 32 - 1))()).toBe(-1);
    expect(compile([], ['i64'], (f) => f.i64(2n ** 64n - 2n))()).toBe(-2n);
  });

  it.each(FLOATS)('the float %d keeps its value', (value) => {
    expect(compile([], ['f64'], (f) => f.f64(value))()).toBe(value);
    expect(compile([], ['f32'], (f) => f.f32(value))()).toBe(Math.fround(value));
  });

  it('a vector constant has its value in every lane', () => {
    const lanes = (build: Build, lane: Opcode, count: number, result: ValueType): unknown[] =>
      Array.from({ length: count }, (_, i) =>
        compile([], [result], (f) => {
          build(f);
          f.lane(lane, i);
        })(),
      );
    expect(lanes((f) => f.f32x4(0.1), 'f32x4.extract_lane', 4, 'f32')).toEqual(
      Array(4).fill(Math.fround(0.1)),
    );
    expect(lanes((f) => f.f64x2(0.1), 'f64x2.extract_lane', 2, 'f64')).toEqual([0.1, 0.1]);
    expect(lanes((f) => f.i32x4(-7), 'i32x4.extract_lane', 4, 'i32')).toEqual([-7, -7, -7, -7]);
    expect(lanes((f) => f.i64x2(1n << 62n), 'i64x2.extract_lane', 2, 'i64')).toEqual([1n << 62n, 1n << 62n]);
  });
});

describe('memory', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 65_532])('an offset of %d reaches its address', (offset) => {
    const memory = newMemory();
    const run = compile(['i32'], [], (f, value) => f.i32(0).get(value!).memory('i32.store', offset), memory);
    run(12345);
    expect(new DataView(memory.buffer).getInt32(offset, true)).toBe(12345);
  });

  it('a shuffle picks bytes of both vectors', () => {
    const memory = newMemory();
    const bytes = new Uint8Array(memory.buffer);
    for (let i = 0; i < 32; i++) bytes[i] = i + 100;
    const picks = [31, 0, 16, 15, 1, 2, 3, 4, 30, 29, 28, 27, 5, 5, 5, 5];
    const build: Build = (f) => {
      f.i32(32).i32(0).memory('v128.load').i32(0).memory('v128.load', 16).shuffle(picks).memory('v128.store');
    };
    compile([], [], build, memory)();
    expect(Array.from(bytes.subarray(32, 48))).toEqual(picks.map((pick) => pick + 100));
  });

  it('loads and stores single lanes, and nothing beside them', () => {
    const memory = newMemory();
    const floats = new Float32Array(memory.buffer);
    floats.set([1, 2, 3, 4]);
    const build: Build = (f) => {
      const vector = f.local('v128');
      f.i32(0).i32(0).memory('v128.load').memoryLane('v128.load32_lane', 8, 0).set(vector);
      f.i32(16).get(vector).memoryLane('v128.store32_lane', 0, 0);
      f.i32(16).get(vector).memoryLane('v128.store64_lane', 8, 1);
    };
    compile([], [], build, memory)();
    expect(Array.from(floats.subarray(4, 8))).toEqual([3, 0, 3, 4]);
  });

  it('fills and copies', () => {
    const memory = newMemory();
    compile([], [], (f) => f.i32(0).i32(7).i32(3).fill().i32(10).i32(1).i32(4).copy(), memory)();
    expect(Array.from(new Uint8Array(memory.buffer, 0, 16))).toEqual([
      7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 7, 7, 0, 0, 0, 0,
    ]);
  });
});

describe('control', () => {
  it('counts from, to and by what it is told', () => {
    const run = compile([], ['i32'], (f) => {
      const [counter, sum] = [f.local('i32'), f.local('i32')];
      f.count(counter, 3, 300, 9, () => f.get(sum).get(counter).op('i32.add').set(sum));
      f.get(sum);
    });
    const counted = Array.from({ length: 33 }, (_, i) => 3 + 9 * i);
    expect(run()).toBe(counted.reduce((a, b) => a + b));
  });

  it('takes the branch that the condition says', () => {
    const run = compile(['i32'], ['i32'], (f, condition) => {
      const out = f.local('i32');
      f.get(condition!).if(
        () => f.i32(10).set(out),
        () => f.i32(20).set(out),
      );
      f.get(out);
    });
    expect([run(1), run(0)]).toEqual([10, 20]);
  });

  it('leaves as many blocks as a branch says', () => {
    const run = compile(['i32'], ['i32'], (f, early) => {
      const out = f.local('i32');
      f.block(() => {
        f.block(() => {
          f.get(early!).brIf(1);
          f.br(0);
        });
        f.i32(5).set(out);
      });
      f.get(out);
    });
    expect([run(1), run(0)]).toEqual([0, 5]);
  });
});

describe('functions', () => {
  it('can be added while another is being written', () => {
    const module = new WasmModule();
    const double = module.importFunction('host', 'double', ['f64'], ['f64']);
    const outer = module.func(['f64'], ['f64'], (f, x) => {
      const inner = module.func(['f64'], ['f64'], (g, y) => g.get(y!).f64(1).op('f64.add'));
      f.get(x!).call(double).call(inner);
    });
    module.export('outer', outer);
    const exports = instantiate(module, { double: (x: number) => 2 * x });
    expect((exports.outer as Callable)(20)).toBe(41);
  });

  it('give several results', () => {
    const run = compile(['f64'], ['f64', 'i32'], (f, x) => f.get(x!).i32(3));
    expect(run(2.5)).toEqual([2.5, 3]);
  });

  it('have locals of all types in any order, each zero at first', () => {
    const types: ValueType[] = ['i32', 'f64', 'f64', 'v128', 'i32', 'i64', 'f32'];
    const run = compile(['i32'], ['f64'], (f, x) => {
      const locals = types.map((type) => f.local(type));
      f.get(x!).set(locals[4]!);
      f.get(locals[4]!).get(locals[0]!).op('i32.add').op('f64.convert_i32_s').set(locals[2]!);
      f.get(locals[2]!).get(locals[1]!).op('f64.add');
    });
    expect(run(9)).toBe(9);
  });

  it('may be as long as a compiled program', () => {
    const run = compile([], ['i32'], (f) => {
      f.i32(0);
      for (let i = 0; i < 100_000; i++) f.i32(1000).op('i32.add');
    });
    expect(run()).toBe(1e8);
  });

  it('are refused as imports once functions are there', () => {
    const module = new WasmModule();
    module.func([], [], () => {});
    expect(() => module.importFunction('host', 'late', [], [])).toThrow('imports come before functions');
  });
});

describe('opcodes', () => {
  /** The operand types of instructions without immediates, told from their names. */
  const typesOf = (name: string): { params: ValueType[]; result: ValueType } | undefined => {
    const [, type, what] = /^(i32|i64|f32|f64)\.(\w+)$/.exec(name) ?? [];
    if (type === undefined || what === undefined) return undefined;
    if (/^(add|sub|mul|div|rem|and|or|xor|shl|shr|rot|min|max|copysign)/.test(what))
      return { params: [type as ValueType, type as ValueType], result: type as ValueType };
    if (/^(eq|ne|lt|gt|le|ge)(_[su])?$/.test(what))
      return { params: [type as ValueType, type as ValueType], result: 'i32' };
    if (/^(abs|neg|ceil|floor|trunc|nearest|sqrt|clz|ctz|popcnt)$/.test(what))
      return { params: [type as ValueType], result: type as ValueType };
    return undefined;
  };
  const scalar = (Object.keys(OPCODES) as Opcode[]).filter((name) => typesOf(name) !== undefined);

  it.each(scalar)('%s is valid with the operands that its name promises', (name) => {
    const { params, result } = typesOf(name)!;
    const module = new WasmModule();
    module.func(params, [result], (f, ...args) => {
      for (const arg of args) f.get(arg);
      f.op(name);
    });
    expect(WebAssembly.validate(module.encode())).toBe(true);
  });

  const twoVectors = (Object.keys(OPCODES) as Opcode[]).filter(
    (name) =>
      /x[24]\.(add|sub|mul|div|p?min|p?max|eq|ne|lt|gt|le|ge)(_[su])?$/.test(name) &&
      OPCODES[name] >> 16 !== 0xfb,
  );

  it.each(twoVectors)('%s is valid on two vectors', (name) => {
    const module = new WasmModule();
    module.func(['v128', 'v128'], ['v128'], (f, a, b) => f.get(a!).get(b!).op(name));
    expect(WebAssembly.validate(module.encode())).toBe(true);
  });
});
