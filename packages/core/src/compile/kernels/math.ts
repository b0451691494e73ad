// Stand-in by the lead until the real file is written here: overwrite it.
import type { FloatType } from '../../tensor/dtype.js';
import type { MathName } from '../../tensor/record.js';
import type { FuncRef, WasmModule } from '../wasm.js';
export class MathLibrary {
  constructor(readonly module: WasmModule) {}
  get(name: MathName, _dtype: FloatType): FuncRef {
    throw new Error(`no ${name} yet`);
  }
}
