import { WasmModule } from '../../../../core/src/compile/wasm.js';
import { findNative } from '../machine-code.js';

// stray.ts ADDRESS OFFSET: machine code writes there, in a memory of one page, and then the process says that it did.

const [address, offset] = process.argv.slice(2).map(Number) as [number, number];
const module = new WasmModule();
module.importMemory('arena', 'memory', 1);
const run = module.func(['i32', 'i32', 'i32', 'i32', 'i32'], [], (f, at) => {
  f.get(at!).i32(1).memory('i32.store', offset);
});
module.export('run', run);
const memory = new WebAssembly.Memory({ initial: 1 });
findNative('on')!.compile(module.encode()).on(memory)(address | 0, 0, 0, 1, 0);
console.log('written');
