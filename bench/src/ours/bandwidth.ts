import { WasmModule } from '../../../packages/core/dist/compile/wasm.js';
import { useLargePages } from '../../../packages/downslope/dist/native/large-pages.js';
import { measure } from '../measure.js';
import { median } from '../results.js';

// How many bytes a second one thread reads from an array of so many bytes: prints { "<bytes>": bytes a second, … }.

/** As many as V8 keeps in registers together with what it loads ahead. */
const UNROLL = 4;

/** Reads memory from its start to its end, in vectors, and does next to nothing with them. */
function reader(bytes: number): () => void {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
  useLargePages(memory);
  new Float32Array(memory.buffer).fill(1);
  const module = new WasmModule();
  module.importMemory('arena', 'memory', 0);
  const read = module.func([], ['i32'], (f) => {
    const at = f.local('i32');
    const sums = Array.from({ length: UNROLL }, () => f.local('v128'));
    f.count(at, 0, bytes - (bytes % (16 * UNROLL)), 16 * UNROLL, () => {
      sums.forEach((sum, i) => {
        f.get(sum)
          .get(at)
          .memory('v128.load', 16 * i)
          .op('v128.or')
          .set(sum);
      });
    });
    for (const sum of sums) f.get(sum);
    for (let i = 1; i < UNROLL; i++) f.op('v128.or');
    f.lane('i32x4.extract_lane', 0);
  });
  module.export('read', read);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { arena: { memory } });
  return instance.exports.read as () => void;
}

async function bandwidth(bytes: number): Promise<number> {
  const read = reader(bytes);
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) read();
  };
  const { rounds } = await measure({ form: '', steps: 1, reset: () => {}, run }, { check: 1 });
  return (1e6 * bytes) / median(rounds);
}

const sizes = process.argv.slice(2).map(Number);
const found: Record<string, number> = {};
for (const bytes of sizes) found[bytes] = await bandwidth(bytes);
console.log(JSON.stringify(found));
