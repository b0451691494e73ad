export type { Threads } from './arena.js';
export { compile } from './compile.js';
export type { Blas, Gemm, Helper, Host, Native, NativeCode, Workers } from './host.js';
export { interpret } from './interpret.js';
export { type MemoryPlace, type MemoryPlan, memoryPlan, printMemoryPlan } from './memory-plan.js';
export { OPCODES, type Opcode } from './opcodes.js';
