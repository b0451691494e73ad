import { Assembler, type Operand as Machine, RAX, RBP, RBX, RCX, RDI, RDX, RSI, RSP } from './assembler.js';
import { above, OWN, SLOT } from './frame.js';
import { readModule } from './module.js';
import { BORROWED, GLOBALS, MEMORY } from './registers.js';
import { type Context, FunctionWriter } from './writer.js';

/** Machine code of a module. */
export interface Translation {
  /** To be put at a multiple of 32, anywhere. */
  readonly code: Uint8Array;
  /**
   * Where its entry is in the code: `int entry(uint8_t *memory, uint8_t *globals, int …)`, with `run`'s parameters as the
   * rest. It returns 0, or 1 if it came to an `unreachable`. `globals` are {@link globalBytes} bytes, zeros at first.
   */
  readonly entry: number;
  readonly globalBytes: number;
}

/** The most parameters that the entry takes. */
const MOST_PARAMS = 5;
/** Registers that belong to whoever calls, by the System V ABI. */
const CALLERS = [RBX, RBP, 12, 13, 14, 15];

/**
 * Translates a module that `WasmModule` wrote, perhaps with vectors of 256 bits, to machine code of x86-64 with AVX2 and
 * FMA: function by function, to steps on as many registers as one likes, which then get real ones.
 *
 * @throws when it has an instruction that is not known here, or calls a function from outside
 */
export function translate(bytes: Uint8Array): Translation {
  const module = readModule(bytes);
  const asm = new Assembler();
  const context: Context = {
    asm,
    module,
    labels: module.functions.map(() => asm.label()),
    trap: asm.label(),
  };
  const entry = asm.length;
  writeEntry(context);
  module.functions.forEach((code, i) => {
    asm.align(32).bind(context.labels[i]!);
    new FunctionWriter(context, code).write();
  });
  return { code: asm.finish(), entry, globalBytes: OWN + 4 * module.globals };
}

/** Takes over from the caller, calls `run`, and gives back; a trap leaves at once, however deep it is. */
function writeEntry({ asm, module, labels, trap }: Context): void {
  const { params } = module.functions[module.run]!.signature;
  const leave = asm.label();
  for (const reg of CALLERS) asm.op('push', 8, reg);
  asm.op('mov', 8, RAX, RSP);
  asm.op('mov', 8, MEMORY, RDI).op('mov', 8, GLOBALS, RSI).op('movTo', 8, above(GLOBALS, 0), RSP);
  asm.op('andImm', 8, RSP, -SLOT).op('subImm', 8, RSP, MOST_PARAMS * SLOT);
  const given: Machine[] = [RDX, RCX, 8, 9, above(RAX, 8 * (CALLERS.length + 1))];
  params.forEach((_, i) => {
    asm.op('mov', 4, BORROWED[0]!, given[i]!).op('movTo', 8, above(RSP, i * SLOT), BORROWED[0]!);
  });
  asm.call(labels[module.run]!).loadWord(RAX, 0);
  asm.bind(leave).op('vzeroupper', 16);
  asm.op('mov', 8, RSP, above(GLOBALS, 0));
  for (const reg of CALLERS.toReversed()) asm.op('pop', 8, reg);
  asm.op('ret', 4);
  asm.bind(trap).loadWord(RAX, 1).jump(leave);
}
