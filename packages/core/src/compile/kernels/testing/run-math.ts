import { allocate, BYTES, type FloatType, type TypedArray, viewOf } from '../../../tensor/dtype.js';
import type { MathName } from '../../../tensor/record.js';
import type { Func, Local } from '../../func.js';
import type { Native, NativeCode } from '../../host.js';
import { WasmModule } from '../../wasm.js';
import { type Lanes, lanesOf } from '../lanes.js';
import { MathLibrary } from '../math.js';

export type MathFunction = (...args: ArrayLike<number>[]) => TypedArray;

const PAGE = 65536;
/** Bytes of one argument, and of the result. */
const ROOM = 4 * PAGE;

/** The compiled function, over arrays of up to 256 KB; in machine code it is written in place, in vectors of 256 bits. */
export function compileMath(name: MathName, dtype: FloatType, native?: Native): MathFunction {
  const vector = native ? 32 : 16;
  const module = new WasmModule();
  module.importMemory('host', 'memory', 12);
  const library = new MathLibrary(module, vector);
  const lanes = lanesOf(dtype, vector);
  const apply = (f: Func, name: MathName, count: number): void => {
    if (!native) f.call(library.get(name, dtype));
    else f.get(library.inline(f, name, dtype, taken(f, lanes, count)));
  };
  const run = module.func(Array<'i32'>(5).fill('i32'), [], (f, from, to) => {
    const load = (offset = 0): Func => f.get(from!).memory(`${lanes.vector}.load`, offset);
    f.countOn(from!, to!, vector, () => {
      f.get(from!);
      load();
      if (name === 'pow') load(ROOM);
      if (name === 'erf') {
        // Of x and e^(−x²).
        load();
        load().op(`${lanes.type}.mul`).op(`${lanes.type}.neg`);
        apply(f, 'exp', 1);
      }
      apply(f, name, name === 'pow' || name === 'erf' ? 2 : 1);
      f.memory(`${lanes.vector}.store`, 2 * ROOM);
    });
  });
  module.export('run', run);
  const memory = new WebAssembly.Memory({ initial: 12 });
  const compiled = native ? native.compile(module.encode()).on(memory) : instantiated(module, memory);
  return (...args) => {
    const length = args[0]!.length;
    args.forEach((values, i) => {
      viewOf(dtype, memory.buffer, i * ROOM, length).set(values);
    });
    compiled(0, length * BYTES[dtype], 0, 1, 0);
    const out = allocate(dtype, length);
    out.set(viewOf(dtype, memory.buffer, 2 * ROOM, length));
    return out;
  };
}

type Run = ReturnType<NativeCode['on']>;

function instantiated(module: WasmModule, memory: WebAssembly.Memory): Run {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { host: { memory } });
  return instance.exports.run as Run;
}

/** So many vectors from the stack, in locals. */
function taken(f: Func, { vector }: Lanes, count: number): Local[] {
  const locals = Array.from({ length: count }, () => f.local(vector));
  for (const local of [...locals].reverse()) f.set(local);
  return locals;
}
