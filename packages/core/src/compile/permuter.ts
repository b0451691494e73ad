import { nameWords } from '../tensor/philox.js';
import { PAGE } from './arena.js';
import type { Func, FuncRef, Local } from './func.js';
import { pushScaled } from './pointers.js';
import { GROUP_BYTES, groupOf } from './uniform.js';
import { WasmModule } from './wasm.js';

/** Makes orders of so many rows: `permutation` of the folder `data`, bit for bit, from the same stream of random words. */
export type Permuter = (seed: number, name: string, index: number) => Int32Array;

/** Random words lie first, as many as are made at a time; the order lies behind them. */
const ORDER = GROUP_BYTES;
/** Blocks of four words. */
const BLOCKS = GROUP_BYTES / 16;

/**
 * The same in WebAssembly, which has products of 64 bits and makes four blocks of random words at a time: for many rows, epoch
 * after epoch.
 *
 * @param count how many rows, at least one
 */
export function permuter(count: number): Permuter {
  const module = new WasmModule();
  module.importMemory('arena', 'memory', 0);
  module.export('run', shuffle(module, count));
  const memory = new WebAssembly.Memory({ initial: Math.ceil((ORDER + 4 * count) / PAGE) });
  const made = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { arena: { memory } });
  const run = made.exports.run as (...words: number[]) => void;
  return (seed, name, index) => {
    run(seed >>> 0, Math.floor(seed / 2 ** 32), index, ...nameWords(name));
    return new Int32Array(memory.buffer, ORDER, count).slice();
  };
}

/** Fisher–Yates with integers without bias, as `Random.integer` draws them. */
function shuffle(module: WasmModule, count: number): FuncRef {
  const makeWords = groupOf(module, (_, words) => words);
  return module.func(['i32', 'i32', 'i32', 'i32', 'i32'], [], (f, ...stream) => {
    const local = (): Local => f.local('i32');
    const [i, n, j, used, block] = [local(), local(), local(), local(), local()];
    const product = f.local('i64');
    const element = (at: Local): Func => pushScaled(f, at, 4);
    f.count(i, 0, count, 1, () => element(i).get(i).memory('i32.store', ORDER));
    f.i32(count).set(n).i32(GROUP_BYTES).set(used);
    f.block(() =>
      f.loop(() => {
        f.get(n).i32(2).op('i32.lt_s').brIf(1);
        f.get(used).i32(GROUP_BYTES).op('i32.eq');
        f.if(() => {
          f.i32(0).get(block);
          for (const word of stream) f.get(word);
          f.call(makeWords).get(block).i32(BLOCKS).op('i32.add').set(block).i32(0).set(used);
        });
        f.get(used).memory('i32.load').op('i64.extend_i32_u').get(n).op('i64.extend_i32_u').op('i64.mul');
        f.set(product).get(used).i32(4).op('i32.add').set(used);
        f.get(product).op('i32.wrap_i64').get(n).op('i32.lt_u');
        f.if(() => {
          f.get(product).op('i32.wrap_i64').i32(0).get(n).op('i32.sub').get(n).op('i32.rem_u');
          f.op('i32.lt_u').brIf(1);
        });
        f.get(product).i64(32n).op('i64.shr_u').op('i32.wrap_i64').set(j);
        f.get(n).i32(1).op('i32.sub').set(n);
        element(n).memory('i32.load', ORDER).set(i);
        element(n);
        element(j).memory('i32.load', ORDER).memory('i32.store', ORDER);
        element(j).get(i).memory('i32.store', ORDER).br(0);
      }),
    );
  });
}
