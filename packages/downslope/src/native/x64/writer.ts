import { allocate } from './allocate.js';
import { type Assembler, type Label, type Operand as Machine, type Mem, RAX, RCX, RSP } from './assembler.js';
import { above, OWN, SLOT } from './frame.js';
import { lift } from './lift.js';
import { livenessOf } from './live.js';
import type { FunctionCode, ModuleCode } from './module.js';
import type { Reg } from './operands.js';
import { GLOBALS, MEMORY } from './registers.js';
import { writeTest } from './select/integers.js';
import { writeBulk } from './select/memory.js';
import type { Place } from './select/selection.js';
import type { Lifted, Step, Value } from './step.js';
import type { Entry } from './table.js';
import { Values } from './values.js';

type Writable<Record> = { -readonly [Key in keyof Record]: Record[Key] };

/** What a module's functions have in common. */
export interface Context {
  readonly asm: Assembler;
  readonly module: ModuleCode;
  readonly labels: readonly Label[];
  readonly trap: Label;
}

/** The first bytes on a function's stack are for what it hands to those that it calls, and gets from them. */
function bytesForCalls({ functions }: ModuleCode, steps: readonly Step[], calls: readonly number[]): number {
  let most = 0;
  for (const call of calls) {
    const { params, results } = functions[steps[call]!.code]!.signature;
    most = Math.max(most, params.length, results.length);
  }
  return most * SLOT;
}

/** Writes one function: its steps, one after another, on the registers and places that they were given. */
export class FunctionWriter {
  readonly #asm: Assembler;
  readonly #values: Values;
  readonly #lifted: Lifted;
  readonly #zeros: readonly Value[];
  /** Bytes of the stack that are its own; with the return address they are a multiple of {@link SLOT}. */
  readonly #frame: number;
  /** By their numbers in the steps. */
  readonly #labels: Label[] = [];
  /** The instruction at hand; one for all, as there are many. */
  readonly #place: Writable<Place> = {
    out: -1,
    a: -1,
    b: -1,
    c: -1,
    t: -1,
    u: -1,
    wide: false,
    imm: undefined,
  };

  constructor(
    readonly context: Context,
    code: FunctionCode,
  ) {
    this.#asm = context.asm;
    this.#values = new Values(context.asm);
    this.#lifted = lift(context.module, code);
    const liveness = livenessOf(this.#lifted);
    this.#zeros = liveness.zeros;
    const begin = bytesForCalls(context.module, this.#lifted.steps, liveness.calls);
    const end = allocate(this.#lifted, liveness, begin);
    this.#frame = Math.ceil((end + 8) / SLOT) * SLOT - 8;
  }

  write(): void {
    const { locals, params, steps } = this.#lifted;
    this.#asm.op('subImm', 8, RSP, this.#frame);
    for (let i = 0; i < params; i++) this.#values.fetch(locals[i]!, this.#incoming(i));
    for (const zero of this.#zeros) this.#values.clear(zero);
    for (let i = 0; i < steps.length; i++) {
      this.#values.giveBack();
      this.#step(steps[i]!);
    }
  }

  /** Where the caller hands over an argument and finds a result. */
  #incoming(i: number): Mem {
    return above(RSP, this.#frame + 8 + i * SLOT);
  }

  #step(step: Step): void {
    const { kind, code, operands, out, condition } = step;
    const asm = this.#asm;
    switch (kind) {
      case 'do':
        this.#do(step);
        return;
      case 'move':
        this.#values.move(out!, operands[0]!);
        return;
      case 'loop':
        asm.align(16).bind(this.#label(code));
        return;
      case 'label':
        asm.bind(this.#label(code));
        return;
      case 'jump':
        asm.jump(this.#label(code));
        return;
      case 'branch':
        asm.jumpIf(this.#test(condition!, operands), this.#label(code));
        return;
      case 'choose':
        this.#choose(step);
        return;
      case 'copy':
      case 'fill':
        this.#bulk(kind, operands);
        return;
      case 'call':
        operands.forEach((operand, i) => {
          this.#values.hand(operand, above(RSP, i * SLOT));
        });
        asm.call(this.context.labels[code]!);
        step.outs.forEach((result, i) => {
          this.#values.fetch(result, above(RSP, i * SLOT));
        });
        return;
      case 'return':
        operands.forEach((operand, i) => {
          this.#values.hand(operand, this.#incoming(i));
        });
        asm.op('addImm', 8, RSP, this.#frame).op('ret', 4);
        return;
      case 'trap':
        asm.jump(this.context.trap);
        return;
      case 'getGlobal': {
        const reg = this.#values.target(out!, false);
        asm.op('mov', 4, reg, above(GLOBALS, OWN + 4 * code));
        this.#values.keep(out!, reg);
        return;
      }
      case 'setGlobal':
        asm.op('movTo', 4, above(GLOBALS, OWN + 4 * code), this.#values.register(operands[0]!));
    }
  }

  #label(code: number): Label {
    this.#labels[code] ??= this.#asm.label();
    return this.#labels[code];
  }

  #do({ operands, out, doing }: Step): void {
    const { entry, offset, imm, temps } = doing!;
    const place = this.#place;
    this.#placeOperands(entry, operands, offset);
    place.out = out ? this.#values.target(out, entry.apart) : -1;
    if (entry.tied >= 0) this.#tie(entry.tied, place.out, entry.wide ? 32 : 16);
    if (temps.length > 0) this.#placeTemps(temps);
    place.wide = entry.wide;
    place.imm = imm;
    entry.selection.emit(this.#asm, place);
    if (out) this.#values.keep(out, place.out);
  }

  #placeOperands({ addressed, memory }: Entry, operands: readonly Value[], offset: number): void {
    const place = this.#place;
    const first = operands[0]!;
    const count = operands.length;
    place.a = addressed ? this.#address(first, offset) : this.#operand(first, memory === 0);
    if (count > 1) place.b = this.#operand(operands[1]!, memory === 1);
    if (count > 2) place.c = this.#operand(operands[2]!, memory === 2);
  }

  #placeTemps(temps: readonly Value[]): void {
    this.#place.t = this.#values.register(temps[0]!);
    if (temps.length > 1) this.#place.u = this.#values.register(temps[1]!);
  }

  #operand(operand: Value, mayBeInMemory: boolean): Machine {
    if (operand.register >= 0) return operand.register;
    return mayBeInMemory ? this.#values.anywhere(operand) : this.#values.register(operand);
  }

  /** Puts the operand that must be there into the result's register. */
  #tie(tied: number, target: Reg, size: 16 | 32): void {
    const name = NAMES[tied]!;
    const from = this.#place[name];
    if (from !== target) this.#asm.op('vmovups', size, target, from);
    this.#place[name] = target;
  }

  #bulk(kind: 'copy' | 'fill', [first, second, count]: readonly Value[]): void {
    this.#values.load(RCX, count!);
    const registers = [this.#values.register(first!), this.#values.register(second!)];
    writeBulk(this.#asm, kind, registers, MEMORY);
  }

  #test({ compare, negated }: NonNullable<Step['condition']>, operands: readonly Value[]) {
    const left = this.#values.register(operands[0]!);
    const second = operands[1];
    if (typeof second?.constant === 'number')
      return writeTest(this.#asm, compare, negated, left, undefined, second.constant);
    return writeTest(this.#asm, compare, negated, left, second && this.#values.anywhere(second));
  }

  /** The first operand if the condition holds, else the second. Moves leave what was compared as it is. */
  #choose({ operands: [a, b, ...compared], out, condition }: Step): void {
    const asm = this.#asm;
    const chosen = this.#test(condition!, compared);
    this.#values.giveBack();
    if (out!.kind === 'i') {
      this.#values.load(RAX, b!);
      asm.op(`cmov${chosen}`, 8, RAX, this.#values.anywhere(a!));
      this.#values.keep(out!, RAX);
      return;
    }
    const [first, second] = [this.#values.register(a!), this.#values.register(b!)];
    const target = this.#values.target(out!, false);
    const [otherwise, end] = [asm.label(), asm.label()];
    // As registers may coincide, each way moves what it needs.
    asm.jumpIf(chosen, otherwise);
    if (target !== second) asm.op('vmovaps', 32, target, second);
    asm.jump(end).bind(otherwise);
    if (target !== first) asm.op('vmovaps', 32, target, first);
    asm.bind(end);
    this.#values.keep(out!, target);
  }

  #address(operand: Value, offset: number): Mem {
    if (operand.role === 'constant') {
      const at = ((operand.constant as number) >>> 0) + offset;
      if (at < 2 ** 31) return above(MEMORY, at);
      this.#asm.loadWord(RAX, at);
      return { base: MEMORY, index: RAX, disp: 0 };
    }
    const index = this.#values.register(operand);
    if (offset < 2 ** 31) return { base: MEMORY, index, disp: offset };
    this.#asm.loadWord(RAX, offset).op('add', 8, RAX, index);
    return { base: MEMORY, index: RAX, disp: 0 };
  }
}

/** The operands of a {@link Place}. */
const NAMES = ['a', 'b', 'c'] as const;
