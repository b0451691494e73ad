import { internal } from '../../tensor/errors.js';
import type { ValueType } from '../func.js';
import type { Native, NativeCode } from '../host.js';
import { WasmModule } from '../wasm.js';
import { HalvedFunc, halves } from './halved-func.js';
import { Reader } from './halved-reader.js';

const TYPES: Record<number, ValueType> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  122: 'v256',
};

/**
 * A module with vectors of 256 bits as plain WebAssembly, with two of 128 bits for each: so tests run the generator's
 * wide code on every machine. `relaxed_madd` rounds twice here.
 */
export function halved(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Reader(bytes);
  whole.take(8);
  const sections = new Map<number, Reader>();
  while (!whole.done) sections.set(whole.byte(), whole.sized());
  const list = <Item>(section: number, read: (from: Reader) => Item): Item[] => {
    const from = sections.get(section);
    return from?.list(() => read(from)) ?? [];
  };
  const valueTypes = (from: Reader): ValueType[] => from.list(() => TYPES[from.byte()]!);
  const types = list(1, (from) => {
    from.byte();
    return { params: valueTypes(from), results: valueTypes(from) };
  });
  const module = new WasmModule();
  list(2, (from) => importMemory(module, from));
  const functions = list(3, (from) => types[from.leb()]!);
  list(6, (from) => [module.global(), from.take(5)]);
  const bodies = list(10, (from) => from.sized());
  functions.forEach(({ params, results }, i) => {
    module.func(params.flatMap(halves), results.flatMap(halves), (f) => {
      const body = bodies[i]!;
      const runs = body.list(() => ({ count: body.leb(), type: TYPES[body.byte()]! }));
      const locals = runs.flatMap(({ count, type }) => Array<ValueType>(count).fill(type));
      new HalvedFunc(f, params, locals, body).write();
    });
  });
  list(7, (from) => {
    const name = from.text();
    from.byte();
    module.export(name, { index: from.leb() });
  });
  return module.encode();
}

/** In place of machine code, on one thread. */
export const halvedNative: Native = {
  name: 'vectors of 256 bits in halves',
  compile(bytes) {
    const module = new WebAssembly.Module(halved(bytes));
    const [memory] = WebAssembly.Module.imports(module);
    return {
      entry: 0,
      on(given) {
        const imports = memory && { [memory.module]: { [memory.name]: given } };
        return new WebAssembly.Instance(module, imports).exports.run as ReturnType<NativeCode['on']>;
      },
    };
  },
};

function importMemory(module: WasmModule, from: Reader): void {
  const [space, name] = [from.text(), from.text()];
  if (from.byte() !== 2) throw internal('a module for machine code imports nothing but memory');
  const kind = from.byte();
  const pages = from.leb();
  if (kind === 0) module.importMemory(space, name, pages);
  else module.importMemory(space, name, pages, from.leb(), kind === 3);
}
