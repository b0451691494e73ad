/** The opening of every WebAssembly module: `\0asm`, version 1. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const V128 = 0x7b;
const END = 0x0b;
/** `i32.const 0; i8x16.splat` */
const VECTOR = [0x41, 0, 0xfd, 0x0f];

/** A module of one function without arguments; the instructions leave `results` on the stack. */
function moduleOf(results: readonly number[], instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
  const body = [0, ...instructions, END];
  const types = section(1, [1, 0x60, 0, results.length, ...results]);
  return Uint8Array.from([
    ...MAGIC,
    ...types,
    ...section(3, [1, 0]),
    ...section(10, [1, body.length, ...body]),
  ]);
}

/** Which extensions of WebAssembly this engine has: it validates a module that uses each. */
export const wasmFeatures = (): { simd: boolean; relaxedSimd: boolean; threads: boolean } => ({
  simd: WebAssembly.validate(moduleOf([V128], VECTOR)),
  // i8x16.relaxed_swizzle
  relaxedSimd: WebAssembly.validate(moduleOf([V128], [...VECTOR, ...VECTOR, 0xfd, 0x80, 0x02])),
  // atomic.fence
  threads: WebAssembly.validate(moduleOf([], [0xfe, 0x03, 0x00])),
});
