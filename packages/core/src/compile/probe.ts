import { WasmModule } from './wasm.js';

let known: boolean | undefined;

/**
 * Whether the engine multiplies and adds in one instruction (relaxed SIMD). Nothing has to be measured: it stands for the
 * processor's own instruction where there is one, and for the two that it replaces where there is none.
 */
export function canFuse(): boolean {
  known ??= WebAssembly.validate(fusing());
  return known;
}

/** The smallest module that uses it. */
function fusing(): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  module.func([], [], (f) => {
    f.f32x4(0).f32x4(0).f32x4(0).op('f32x4.relaxed_madd').op('drop');
  });
  return module.encode();
}
