import { allocate, BYTES, type FloatType, type TypedArray, viewOf } from '../../../tensor/dtype.js';
import type { MathName } from '../../../tensor/record.js';
import { WasmModule } from '../../wasm.js';
import { lanesOf } from '../lanes.js';
import { MathLibrary } from '../math.js';

export type MathFunction = (...args: ArrayLike<number>[]) => TypedArray;

const PAGE = 65536;
/** Bytes of one argument, and of the result. */
const ROOM = 4 * PAGE;

/** The compiled function, over arrays of up to 256 KB. */
export function compileMath(name: MathName, dtype: FloatType): MathFunction {
  const module = new WasmModule();
  module.importMemory('host', 'memory', 12);
  const library = new MathLibrary(module);
  const func = library.get(name, dtype);
  const { type } = lanesOf(dtype);
  const run = module.func(['i32'], [], (f, end) => {
    const at = f.local('i32');
    f.loop(() => {
      f.get(at).get(at).memory('v128.load', 0);
      if (name === 'pow') f.get(at).memory('v128.load', ROOM);
      if (name === 'erf') {
        // Of x and e^(−x²).
        for (let i = 0; i < 2; i++) f.get(at).memory('v128.load', 0);
        f.op(`${type}.mul`).op(`${type}.neg`).call(library.get('exp', dtype));
      }
      f.call(func).memory('v128.store', 2 * ROOM);
      f.get(at).i32(16).op('i32.add').tee(at).get(end!).op('i32.lt_s').brIf(0);
    });
  });
  module.export('run', run);
  const memory = new WebAssembly.Memory({ initial: 12 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { host: { memory } });
  return (...args) => {
    const length = args[0]!.length;
    args.forEach((values, i) => {
      viewOf(dtype, memory.buffer, i * ROOM, length).set(values);
    });
    (instance.exports.run as (end: number) => void)(length * BYTES[dtype]);
    const out = allocate(dtype, length);
    out.set(viewOf(dtype, memory.buffer, 2 * ROOM, length));
    return out;
  };
}
