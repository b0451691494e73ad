import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import type { Func, Local } from '../../../../core/src/compile/func.js';
import { WasmModule } from '../../../../core/src/compile/wasm.js';
import { executable } from '../executable.js';
import { hasAvx2AndFma } from '../processor.js';
import { translate } from './translate.js';

/** A module with one memory whose `run(from, to)` is written by `build`. */
function moduleOf(
  build: (f: Func, module: WasmModule, from: Local, to: Local) => void,
): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  module.importMemory('arena', 'memory', 1);
  const run = module.func(['i32', 'i32'], [], (f, from, to) => build(f, module, from!, to!));
  module.export('run', run);
  return module.encode();
}

const random = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 0) % 251;

function memoryOf(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).forEach((_, i, all) => {
    all[i] = random(i);
  });
  return memory;
}

function asWasm(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): Uint8Array {
  const memory = memoryOf();
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { arena: { memory } }).exports;
  (run as (from: number, to: number) => void)(from, to);
  return new Uint8Array(memory.buffer);
}

function asMachineCode(
  bytes: Uint8Array,
  from: number,
  to: number,
  fill: (memory: Uint8Array) => void = () => {},
): { memory: Uint8Array; result: number } {
  const { code, entry, globalBytes } = translate(bytes);
  const place = executable(code)!;
  const proto = koffi.proto('int', ['uintptr_t', 'uint8_t *', 'int', 'int', 'int', 'int', 'int']);
  const run = koffi.decode(place.address + entry, proto) as (...args: unknown[]) => number;
  const memory = memoryOf();
  fill(new Uint8Array(memory.buffer));
  const result = run(
    koffi.address(new Uint8Array(memory.buffer)),
    new Uint8Array(globalBytes),
    from,
    to,
    0,
    1,
    -1,
  );
  expect(place.address).toBeGreaterThan(0);
  return { memory: new Uint8Array(memory.buffer), result };
}

const PROGRAMS: Record<string, (f: Func, module: WasmModule, from: Local, to: Local) => void> = {
  'a loop over bytes with a sum': (f, _, from, to) => {
    const sum = f.local('i32');
    f.countOn(from, to, 1, () => {
      f.get(sum).get(from).memory('i32.load8_u', 3).op('i32.add').set(sum);
      f.get(from).i32(4).op('i32.mul').get(sum).memory('i32.store', 1024);
    });
  },
  'a choice by a comparison, and its opposite': (f, _, from, to) => {
    f.countOn(from, to, 1, () => {
      f.get(from).i32(2).op('i32.shl').get(from).i32(5).op('i32.lt_s');
      f.get(from).i32(1).op('i32.and').op('i32.eqz').op('i32.add');
      f.memory('i32.store', 64);
      f.get(from).i32(3).op('i32.rem_u');
      f.if(
        () => f.i32(8).get(from).memory('i32.store', 512),
        () => f.i32(12).get(from).memory('i32.store', 512),
      );
    });
  },
  'more values than registers': (f, _, from, to) => {
    const locals = Array.from({ length: 40 }, () => f.local('i32'));
    f.countOn(from, to, 1, () => {
      locals.forEach((local, i) => {
        f.get(local).get(from).i32(i).op('i32.xor').op('i32.add').set(local);
      });
    });
    locals.forEach((local, i) => {
      f.i32(4 * i)
        .get(local)
        .memory('i32.store', 256);
    });
  },
  'calls with arguments and results, and values that live across them': (f, module, from, to) => {
    const twice = module.func(['i32', 'i64'], ['i64', 'i32'], (g, a, b) => {
      g.get(b!).get(b!).op('i64.add').get(a!).get(a!).op('i32.mul');
    });
    const product = f.local('i32');
    f.countOn(from, to, 1, () => {
      f.get(from).get(from).op('i64.extend_i32_u').call(twice).set(product);
      f.op('i32.wrap_i64').get(product).op('i32.add').set(product);
      f.get(from).i32(8).op('i32.mul').get(product).memory('i32.store', 300);
    });
  },
  'variables of the module': (f, module, from, to) => {
    const total = module.global();
    const other = module.global();
    f.countOn(from, to, 1, () => {
      f.getGlobal(total).get(from).op('i32.add').setGlobal(total);
      f.getGlobal(total).i32(3).op('i32.mul').setGlobal(other);
    });
    f.i32(0).getGlobal(total).memory('i32.store', 0);
    f.i32(0).getGlobal(other).memory('i32.store', 4);
  },
  'copies and fills': (f, _, from, to) => {
    f.i32(5000).get(from).get(to).copy();
    f.get(to).i32(0x5a).get(to).fill();
    f.i32(6000).get(to).i32(100).copy();
  },
  'a local that is changed while its old value waits on the stack': (f, _, from, to) => {
    f.get(to);
    f.get(from).i32(7).op('i32.add').set(to);
    f.get(to).memory('i32.store', 32);
    f.get(from);
    f.countOn(from, to, 1, () => f.get(from).get(from).memory('i32.store', 128));
    f.get(from).memory('i32.store', 640);
  },
  'locals that are read before they are written': (f, _, from, to) => {
    const [flag, last] = [f.local('i32'), f.local('i64')];
    f.countOn(from, to, 1, () => {
      f.get(from).i32(3).op('i32.shl').get(flag).memory('i32.store', 700);
      f.get(from).i32(3).op('i32.shl').get(last).memory('i64.store', 2000);
      f.i32(1).set(flag);
      f.i64(77n).set(last);
    });
  },
  'choices by masks of lanes, and by any bits': (f, _, from, to) => {
    const [a, b] = [f.local('v128'), f.local('v128')];
    const masks = Array.from({ length: 5 }, () => f.local('v128'));
    f.countOn(from, to, 1, () => {
      const at = () => f.get(from).i32(16).op('i32.mul');
      at().memory('v128.load', 0).set(a);
      at().memory('v128.load', 1000).set(b);
      f.get(a).get(b).op('i32x4.gt_s').set(masks[0]!);
      f.get(a).get(b).op('f64x2.ne').set(masks[1]!);
      f.get(masks[0]!).get(masks[1]!).op('v128.xor').op('v128.not').set(masks[2]!);
      f.get(masks[0]!).get(b).op('v128.and').set(masks[3]!);
      // set twice, and no mask in the end
      f.get(a).get(b).op('i32x4.eq').set(masks[4]!);
      f.get(a).set(masks[4]!);
      masks.forEach((mask, i) => {
        at()
          .get(a)
          .get(b)
          .get(mask)
          .op('v128.bitselect')
          .memory('v128.store', 8192 + 1024 * i);
      });
    });
  },
  'atomic instructions': (f, _, from, to) => {
    f.get(from).i32(-1).atomic('i32.atomic.store', 4);
    f.get(from).get(to).atomic('i32.atomic.add', 8).set(to);
    f.i32(16).get(to).memory('i32.store', 0);
    f.i32(0).i32(16).atomic('i32.atomic.load', 0).memory('i32.store', 24);
    f.i32(0).i32(8).i32(-1).atomic('memory.notify', 0).memory('i32.store', 28);
  },
};

describe.runIf(hasAvx2AndFma())(
  'machine code of a module (skipped where the processor has no AVX2 or may not run ours)',
  () => {
    it.each(Object.entries(PROGRAMS))('does what WebAssembly does: %s', (_, build) => {
      const bytes = moduleOf(build);
      for (const [from, to] of [
        [0, 1],
        [0, 40],
        [4, 12],
      ] as const) {
        const { memory, result } = asMachineCode(bytes, from, to);
        expect(result).toBe(0);
        expect(Buffer.from(memory).equals(Buffer.from(asWasm(bytes, from, to)))).toBe(true);
      }
    });

    it('multiplies and adds with any of the three a constant', () => {
      const bytes = moduleOf((f, _, from) => {
        const x = () => f.get(from).memory('v256.load', 64);
        const y = () => f.get(from).memory('v256.load', 96);
        const store = (offset: number) => {
          const sum = f.local('v256');
          f.op('f64x4.relaxed_madd').set(sum);
          f.get(from).get(sum).memory('v256.store', offset);
        };
        [
          () => [f.f64x4(2), x(), y()],
          () => [x(), f.f64x4(2), y()],
          () => [x(), y(), f.f64x4(2)],
          () => [f.f64x4(3), x(), f.f64x4(2)],
          () => [x(), f.f64x4(3), f.f64x4(2)],
          () => [x(), x(), x()],
        ].forEach((push, i) => {
          push();
          store(1024 + 32 * i);
        });
        // as in a polynomial, whose argument is needed on
        const power = f.local('v256');
        x().set(power);
        f.get(power).get(power).f64x4(5).op('f64x4.relaxed_madd').get(power).f64x4(7);
        store(1024 + 32 * 6);
      });
      const { memory } = asMachineCode(bytes, 0, 0, (all) => {
        new Float64Array(all.buffer, 64, 8).set([1, 2, 3, 4, 10, 20, 30, 40]);
      });
      const [x, y] = [new Float64Array(memory.buffer, 64, 4), new Float64Array(memory.buffer, 96, 4)];
      const wanted = [
        x.map((v, i) => 2 * v + y[i]!),
        x.map((v, i) => 2 * v + y[i]!),
        x.map((v, i) => v * y[i]! + 2),
        ...[0, 1].map(() => x.map((v) => 3 * v + 2)),
        x.map((v) => v * v + v),
        x.map((v) => (v * v + 5) * v + 7),
      ];
      wanted.forEach((lanes, i) => {
        expect(new Float64Array(memory.buffer, 1024 + 32 * i, 4)).toEqual(lanes);
      });
    });

    it('waits at a word until it is another one, or the time is over', () => {
      const bytes = moduleOf((f) => {
        f.i32(0).i32(8).i32(8).memory('i32.load').i32(1).op('i32.add').i64(-1n).atomic('memory.wait32');
        f.memory('i32.store');
        f.i32(4)
          .i32(8)
          .i32(8)
          .memory('i32.load')
          .i64(25_000_000n)
          .atomic('memory.wait32')
          .memory('i32.store');
      });
      const begin = performance.now();
      const { memory } = asMachineCode(bytes, 0, 0);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(25);
      expect([...new Int32Array(memory.buffer, 0, 2)]).toEqual([1, 2]);
    });

    it('leaves at once at an `unreachable`, and says so', () => {
      const bytes = moduleOf((f, module, from) => {
        const deep = module.func(['i32'], [], (g, at) => {
          g.get(at!)
            .i32(1)
            .op('i32.eq')
            .if(() => g.op('unreachable'));
          g.get(at!).i32(99).memory('i32.store', 100);
        });
        f.get(from).call(deep);
      });
      expect(asMachineCode(bytes, 0, 0).result).toBe(0);
      expect(asMachineCode(bytes, 1, 0).result).toBe(1);
    });
  },
);
