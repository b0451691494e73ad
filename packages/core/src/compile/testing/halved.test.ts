import { describe, expect, it } from 'vitest';
import type { Func } from '../func.js';
import { WasmModule } from '../wasm.js';
import { halved } from './halved.js';

/** What a function leaves at 64 and further on, having found the numbers 0 … 15 at 0. */
function run(build: (f: Func) => void, View: typeof Float32Array | typeof Float64Array | typeof Int32Array) {
  const module = new WasmModule();
  module.importMemory('host', 'memory', 1);
  module.export('run', module.func([], [], build));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new View(memory.buffer);
  for (let i = 0; i < 16; i++) view[i] = i;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(halved(module.encode())), {
    host: { memory },
  });
  (instance.exports.run as () => void)();
  return Array.from(view.subarray(128 / view.BYTES_PER_ELEMENT)).slice(0, 8);
}

const eight = (f: Func, at = 0): Func => f.i32(at).memory('v256.load', 0);

describe('vectors of 256 bits by two of 128', () => {
  it('are added, stored, and chosen from', () => {
    const sum = run(
      (f) =>
        eight(eight(f.i32(128)), 4)
          .op('f32x8.add')
          .memory('v256.store', 0),
      Float32Array,
    );
    expect(sum).toEqual([1, 3, 5, 7, 9, 11, 13, 15]);
    const chosen = run((f) => {
      const [x, y] = [f.local('v256'), f.local('v256')];
      eight(f).set(x).f32x8(5).set(y);
      f.i32(128).get(x).get(y).get(x).get(y).op('f32x8.lt').op('v256.bitselect').memory('v256.store', 0);
    }, Float32Array);
    expect(chosen).toEqual([0, 1, 2, 3, 4, 5, 5, 5]);
  });

  it('are taken apart, widened, narrowed and joined', () => {
    const doubled = run((f) => {
      const x = f.local('v256');
      eight(f).set(x).i32(128);
      for (const half of ['v256.high', 'v256.low'] as const)
        f.get(x).op(half).op('f64x4.promote_f32x4').f64x4(2).op('f64x4.mul').op('f32x4.demote_f64x4');
      f.op('v256.join').memory('v256.store', 0);
    }, Float32Array);
    expect(doubled).toEqual([8, 10, 12, 14, 0, 2, 4, 6]);
  });

  it('are read and written in part, shifted, and passed to functions', () => {
    const part = run((f) => {
      f.i32(128).i32(4).memoryLane('v256.load_first', 0, 5).i32(1).op('i32x8.shl');
      f.memoryLane('v256.store_first', 0, 6);
    }, Int32Array);
    expect(part).toEqual([2, 4, 6, 8, 10, 0, 0, 0]);
  });
});
