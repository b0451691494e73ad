import { allocate } from './allocate.js';
import { type Assembler, type Label, type Operand as Machine, type Mem, RAX, RCX, RSP } from './assembler.js';
import { above, OWN, SLOT } from './frame.js';
import { writeTest } from './integers.js';
import { lift } from './lift.js';
import { livenessOf } from './live.js';
import { writeBulk } from './memory.js';
import type { FunctionCode, ModuleCode } from './module.js';
import type { Reg } from './operands.js';
import { BORROWED, BORROWED_VECTORS, GLOBALS, MEMORY } from './registers.js';
import type { Place } from './select.js';
import type { Lifted, Step, Value } from './step.js';

type Writable<Record> = { -readonly [Key in keyof Record]: Record[Key] };

/** What a module's functions have in common. */
export interface Context {
  readonly asm: Assembler;
  readonly module: ModuleCode;
  readonly labels: readonly Label[];
  readonly trap: Label;
}

/** The first bytes on a function's stack are for what it hands to those that it calls, and gets from them. */
function bytesForCalls({ functions }: ModuleCode, steps: readonly Step[]): number {
  let most = 0;
  for (const { kind, code } of steps) {
    if (kind !== 'call') continue;
    const { params, results } = functions[code]!.signature;
    most = Math.max(most, params.length, results.length);
  }
  return most * SLOT;
}

/** Writes one function: its steps, one after another, on the registers and places that they were given. */
export class FunctionWriter {
  readonly #asm: Assembler;
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
  /** How many registers are borrowed in the step at hand. */
  #borrowed = 0;
  #borrowedVectors = 0;

  constructor(
    readonly context: Context,
    code: FunctionCode,
  ) {
    this.#asm = context.asm;
    this.#lifted = lift(context.module, code);
    const liveness = livenessOf(this.#lifted);
    this.#zeros = liveness.zeros;
    const begin = bytesForCalls(context.module, this.#lifted.steps);
    const end = allocate(this.#lifted, liveness, begin);
    this.#frame = Math.ceil((end + 8) / SLOT) * SLOT - 8;
  }

  write(): void {
    const { locals, params, steps } = this.#lifted;
    this.#asm.op('subImm', 8, RSP, this.#frame);
    for (let i = 0; i < params; i++) this.#fetch(locals[i]!, this.#incoming(i));
    for (const zero of this.#zeros) this.#clear(zero);
    for (let i = 0; i < steps.length; i++) {
      this.#giveBack();
      this.#step(steps[i]!);
    }
  }

  /** Where the caller hands over an argument and finds a result. */
  #incoming(i: number): Mem {
    return above(RSP, this.#frame + 8 + i * SLOT);
  }

  #giveBack(): void {
    this.#borrowed = 0;
    this.#borrowedVectors = 0;
  }

  #step(step: Step): void {
    const { kind, code, operands, out, condition } = step;
    const asm = this.#asm;
    switch (kind) {
      case 'do':
        this.#do(step);
        return;
      case 'move':
        this.#move(out!, operands[0]!);
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
          this.#hand(operand, above(RSP, i * SLOT));
        });
        asm.call(this.context.labels[code]!);
        step.outs.forEach((result, i) => {
          this.#fetch(result, above(RSP, i * SLOT));
        });
        return;
      case 'return':
        operands.forEach((operand, i) => {
          this.#hand(operand, this.#incoming(i));
        });
        asm.op('addImm', 8, RSP, this.#frame).op('ret', 4);
        return;
      case 'trap':
        asm.jump(this.context.trap);
        return;
      case 'getGlobal': {
        const reg = this.#target(out!, false);
        asm.op('mov', 4, reg, above(GLOBALS, OWN + 4 * code));
        this.#keep(out!, reg);
        return;
      }
      case 'setGlobal':
        asm.op('movTo', 4, above(GLOBALS, OWN + 4 * code), this.#register(operands[0]!));
    }
  }

  #label(code: number): Label {
    this.#labels[code] ??= this.#asm.label();
    return this.#labels[code];
  }

  #do({ operands: given, out, doing }: Step): void {
    const { entry, offset, imm, temps } = doing!;
    const { selection, addressed, wide, apart, memory, tied } = entry;
    const place = this.#place;
    place.a = addressed ? this.#address(given[0]!, offset) : this.#operand(given, 0, memory);
    place.b = this.#operand(given, 1, memory);
    place.c = this.#operand(given, 2, memory);
    const target = out ? this.#target(out, apart) : -1;
    if (tied >= 0) this.#tie(tied, target, wide ? 32 : 16);
    place.out = target;
    place.t = temps.length > 0 ? this.#register(temps[0]!) : -1;
    place.u = temps.length > 1 ? this.#register(temps[1]!) : -1;
    place.wide = wide;
    place.imm = imm;
    selection.emit(this.#asm, place);
    if (out) this.#keep(out, target);
  }

  #operand(operands: readonly Value[], i: number, memory: number): Machine {
    if (i >= operands.length) return -1;
    return i === memory ? this.#anywhere(operands[i]!) : this.#register(operands[i]!);
  }

  /** Puts the operand that must be there into the result's register. */
  #tie(tied: number, target: Reg, size: 16 | 32): void {
    const name = NAMES[tied]!;
    const from = this.#place[name];
    if (from !== target) this.#asm.op('vmovups', size, target, from);
    this.#place[name] = target;
  }

  #bulk(kind: 'copy' | 'fill', [first, second, count]: readonly Value[]): void {
    this.#load(RCX, count!);
    const registers = [this.#register(first!), this.#register(second!)];
    writeBulk(this.#asm, kind, registers, MEMORY);
  }

  #test({ compare, negated }: NonNullable<Step['condition']>, operands: readonly Value[]) {
    const left = this.#register(operands[0]!);
    const second = operands[1];
    if (typeof second?.constant === 'number')
      return writeTest(this.#asm, compare, negated, left, undefined, second.constant);
    return writeTest(this.#asm, compare, negated, left, second && this.#anywhere(second));
  }

  /** The first operand if the condition holds, else the second. Moves leave what was compared as it is. */
  #choose({ operands: [a, b, ...compared], out, condition }: Step): void {
    const asm = this.#asm;
    const chosen = this.#test(condition!, compared);
    this.#giveBack();
    if (out!.kind === 'i') {
      this.#load(RAX, b!);
      asm.op(`cmov${chosen}`, 8, RAX, this.#anywhere(a!));
      this.#keep(out!, RAX);
      return;
    }
    const [first, second] = [this.#register(a!), this.#register(b!)];
    const target = this.#target(out!, false);
    const [otherwise, end] = [asm.label(), asm.label()];
    // As registers may coincide, each way moves what it needs.
    asm.jumpIf(chosen, otherwise);
    if (target !== second) asm.op('vmovaps', 32, target, second);
    asm.jump(end).bind(otherwise);
    if (target !== first) asm.op('vmovaps', 32, target, first);
    asm.bind(end);
    this.#keep(out!, target);
  }

  #address(operand: Value, offset: number): Mem {
    if (operand.role === 'constant') {
      const at = ((operand.constant as number) >>> 0) + offset;
      if (at < 2 ** 31) return above(MEMORY, at);
      this.#asm.loadWord(RAX, at);
      return { base: MEMORY, index: RAX, disp: 0 };
    }
    const index = this.#register(operand);
    if (offset < 2 ** 31) return { base: MEMORY, index, disp: offset };
    this.#asm.loadWord(RAX, offset).op('add', 8, RAX, index);
    return { base: MEMORY, index: RAX, disp: 0 };
  }

  /** The operand in a register: where it is, or borrowed. */
  #register(operand: Value): Reg {
    if (operand.register >= 0) return operand.register;
    const reg = this.#borrow(operand.kind === 'v');
    this.#load(reg, operand);
    return reg;
  }

  /** The operand in a register or in memory. */
  #anywhere(operand: Value): Machine {
    const { constant, register } = operand;
    if (register >= 0) return register;
    if (constant instanceof Uint8Array) return this.#asm.constant(constant);
    return operand.role === 'constant' ? this.#register(operand) : slotOf(operand);
  }

  #borrow(isVector: boolean): Reg {
    const reg = isVector ? BORROWED_VECTORS[this.#borrowedVectors++] : BORROWED[this.#borrowed++];
    if (reg === undefined) throw new Error('internal: too many operands of one instruction are in memory');
    return reg;
  }

  /** The register for a result, which {@link #keep} puts where it belongs. */
  #target({ register, kind }: Value, apart: boolean): Reg {
    if (register >= 0) return register;
    return kind === 'i' && !apart ? BORROWED[0]! : this.#borrow(kind === 'v');
  }

  #keep(out: Value, reg: Reg): void {
    const home = out.register;
    if (home < 0) this.#store(slotOf(out), reg, out);
    else if (home !== reg) this.#asm.op('mov', 8, home, reg);
  }

  /** Any operand into a register. */
  #load(reg: Reg, operand: Value): void {
    const asm = this.#asm;
    const { constant } = operand;
    if (typeof constant === 'number') asm.loadWord(reg, constant);
    else if (typeof constant === 'bigint') asm.load(reg, constant);
    else if (constant instanceof Uint8Array) this.#constant(reg, constant);
    else {
      const home = operand.register;
      if (home < 0) this.#take(reg, operand, slotOf(operand));
      else if (home !== reg && operand.kind === 'i') asm.op('mov', 8, reg, home);
      else if (home !== reg) asm.op('vmovaps', operand.bytes === 32 ? 32 : 16, reg, home);
    }
  }

  #constant(reg: Reg, bytes: Uint8Array): void {
    const asm = this.#asm;
    if (bytes.every((byte) => byte === 0)) asm.op('vxorps', 16, reg, reg, reg);
    else if (bytes.length === 4) asm.op('vmovss', 16, reg, asm.constant(bytes));
    else if (bytes.length === 8) asm.op('vmovsd', 16, reg, asm.constant(bytes));
    else asm.op('vmovaps', bytes.length as 16 | 32, reg, asm.constant(bytes));
  }

  /** What lies on the stack into a register. */
  #take(reg: Reg, { kind, bytes }: Value, from: Mem): void {
    const asm = this.#asm;
    if (kind === 'i') asm.op('mov', 8, reg, from);
    else if (bytes === 4) asm.op('vmovss', 16, reg, from);
    else if (bytes === 8) asm.op('vmovsd', 16, reg, from);
    else asm.op('vmovups', bytes as 16 | 32, reg, from);
  }

  #store(to: Mem, reg: Reg, { kind, bytes }: Value): void {
    const asm = this.#asm;
    if (kind === 'i') asm.op('movTo', 8, to, reg);
    else if (bytes === 4) asm.op('vmovssTo', 16, to, reg);
    else if (bytes === 8) asm.op('vmovsdTo', 16, to, reg);
    else asm.op('vmovupsTo', bytes as 16 | 32, to, reg);
  }

  /** What was handed over on the stack, to where it belongs. */
  #fetch(to: Value, from: Mem): void {
    this.#giveBack();
    const reg = this.#target(to, false);
    this.#take(reg, to, from);
    this.#keep(to, reg);
  }

  #hand(operand: Value, to: Mem): void {
    this.#giveBack();
    const reg = this.#register(operand);
    this.#store(to, reg, operand);
  }

  #move(out: Value, from: Value): void {
    const home = out.register;
    if (home >= 0) this.#load(home, from);
    else this.#store(slotOf(out), this.#register(from), out);
  }

  #clear(zero: Value): void {
    this.#giveBack();
    const reg = this.#target(zero, false);
    if (zero.kind === 'i') this.#asm.loadWord(reg, 0);
    else this.#asm.op('vxorps', 16, reg, reg, reg);
    this.#keep(zero, reg);
  }
}

/** Where a value in memory is. */
const slotOf = ({ slot }: Value): Mem => above(RSP, slot);

/** The operands of a {@link Place}. */
const NAMES = ['a', 'b', 'c'] as const;
