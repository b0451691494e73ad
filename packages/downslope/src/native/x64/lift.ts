import { OPCODES } from '@downslope/core';
import { isComparison } from './integers.js';
import type { FunctionCode, ModuleCode, ValueType } from './module.js';
import { CODE, type Instruction, readBody } from './read.js';
import { memoryPlace, type Selection } from './select.js';
import {
  type Condition,
  type Doing,
  isVirtual,
  type Kind,
  type Lifted,
  type Operand,
  Step,
  type Stretch,
  Virtual,
} from './step.js';
import { TABLE } from './table.js';

const BYTES: Record<ValueType, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, v256: 32 };

const kindOf = (type: ValueType): 'i' | 'v' => (type === 'i32' || type === 'i64' ? 'i' : 'v');

/** Turns a function's stack code into steps on virtual registers. */
export function lift(module: ModuleCode, code: FunctionCode): Lifted {
  return new Lifter(module, code).lift();
}

/** A block that is open: where a branch to it goes, and what was on the stack when it began. */
interface Frame {
  readonly target: number;
  readonly height: number;
  /** Its first step. */
  readonly begin: number;
  /** Branches to a loop go to its beginning. */
  readonly isLoop: boolean;
  /** Where a false condition leads, until `else` or `end` is met. */
  otherwise?: number | undefined;
}

const EQZ = OPCODES['i32.eqz'];

class Lifter {
  readonly #steps: Step[] = [];
  readonly #virtuals: Virtual[] = [];
  readonly #stack: Operand[] = [];
  readonly #frames: Frame[] = [];
  readonly #loops: Stretch[] = [];
  readonly #skips: Stretch[] = [];
  /** Steps that jump to each label which is still to come. */
  readonly #waiting: number[][] = [];
  /** Locals that are set once, to a constant. */
  readonly #constants = new Map<number, Uint8Array | number | bigint>();
  /** Vectors whose lanes are ones or zeros throughout; of locals only those that are set once. */
  readonly #masks = new Set<Virtual>();
  /** How often each local is set. */
  readonly #sets: Uint32Array;
  /** Locals that were read as variables. */
  readonly #read: Uint8Array;

  constructor(
    readonly module: ModuleCode,
    readonly code: FunctionCode,
  ) {
    for (const type of code.locals) this.#make(kindOf(type), BYTES[type]);
    this.#sets = new Uint32Array(code.locals.length);
    this.#read = new Uint8Array(code.locals.length);
  }

  lift(): Lifted {
    const { module, code } = this;
    const body = readBody(module.bytes, code);
    const params = code.signature.params.length;
    this.#sets.fill(1, 0, params);
    for (const { code, value } of body)
      if (code === CODE.set || code === CODE.tee) this.#sets[value as number]!++;
    this.#open(false);
    for (const instruction of body) this.#take(instruction);
    return {
      steps: this.#steps,
      virtuals: this.#virtuals,
      locals: code.locals.length,
      params,
      loops: this.#loops,
      skips: this.#skips,
    };
  }

  #make(kind: 'i' | 'v', bytes: number): Virtual {
    const made = new Virtual(this.#virtuals.length, kind, bytes);
    this.#virtuals.push(made);
    return made;
  }

  #pop(): Operand {
    return this.#stack.pop()!;
  }

  #popMany(count: number): Operand[] {
    return this.#stack.splice(this.#stack.length - count);
  }

  #add(
    kind: Kind,
    code: number,
    operands: readonly Operand[] = NOTHING,
    out?: Virtual,
    condition?: Condition,
  ): void {
    this.#steps.push(new Step(kind, code, operands, out, undefined, condition));
  }

  #take(instruction: Instruction): void {
    const { code } = instruction;
    const value = instruction.value as number;
    switch (code) {
      case CODE.get:
        this.#get(value);
        return;
      case CODE.set:
        this.#set(value);
        return;
      case CODE.tee:
        this.#set(value);
        this.#get(value);
        return;
      case CODE.i32:
      case CODE.i64:
        this.#stack.push(value);
        return;
      case CODE.f32:
      case CODE.f64:
      case CODE.vector:
      case CODE.wideVector:
        this.#stack.push(instruction.bytes!);
        return;
      case CODE.drop:
        this.#pop();
        return;
      case CODE.getGlobal: {
        const out = this.#make('i', 4);
        this.#add('getGlobal', value, NOTHING, out);
        this.#stack.push(out);
        return;
      }
      case CODE.setGlobal:
        this.#add('setGlobal', value, this.#popMany(1));
        return;
      case CODE.call:
        this.#call(value);
        return;
      case CODE.select:
        this.#choose();
        return;
      case CODE.copy:
      case CODE.fill:
        this.#add(code === CODE.copy ? 'copy' : 'fill', 0, this.#popMany(3));
        return;
      case CODE.unreachable:
        this.#add('trap', 0);
        return;
      default:
        if (code > CODE.return) this.#do(instruction);
        else this.#control(code, value);
    }
  }

  /** Blocks, branches and the end of the function. */
  #control(code: number, depth: number): void {
    switch (code) {
      case CODE.block:
        this.#settle();
        this.#open(false);
        return;
      case CODE.loop:
        this.#settle();
        this.#open(true);
        this.#add('label', this.#frames.at(-1)!.target);
        return;
      case CODE.if: {
        const condition = this.#condition();
        this.#settle();
        const otherwise = this.#newLabel();
        this.#branch(condition, otherwise, true);
        this.#open(false, otherwise);
        return;
      }
      case CODE.else: {
        const frame = this.#frames.at(-1)!;
        this.#jump(frame.target);
        this.#label(frame.otherwise!);
        frame.otherwise = undefined;
        this.#stack.length = frame.height;
        return;
      }
      case CODE.end:
        this.#end();
        return;
      case CODE.br:
        this.#jump(this.#frames.at(-1 - depth)!.target);
        return;
      case CODE.brIf:
        this.#branch(this.#condition(), this.#frames.at(-1 - depth)!.target, false);
        return;
      default:
        this.#add('return', 0, this.#popMany(this.code.signature.results.length));
    }
  }

  #open(isLoop: boolean, otherwise?: number): void {
    const [target, height, begin] = [this.#newLabel(), this.#stack.length, this.#steps.length];
    this.#frames.push({ target, height, begin, isLoop, otherwise });
  }

  #end(): void {
    const { target, height, begin, isLoop, otherwise } = this.#frames.pop()!;
    if (isLoop) this.#loops.push({ from: begin, to: this.#steps.length });
    if (otherwise !== undefined) this.#label(otherwise);
    if (!isLoop) this.#label(target);
    if (this.#frames.length > 0) this.#stack.length = height;
    else this.#add('return', 0, this.#popMany(this.code.signature.results.length));
  }

  #newLabel(): number {
    return this.#waiting.push([]) - 1;
  }

  /** A label that jumps ahead have been waiting for. */
  #label(code: number): void {
    const to = this.#steps.length;
    for (const from of this.#waiting[code]!) this.#skips.push({ from, to });
    this.#add('label', code);
  }

  #jump(label: number): void {
    this.#waiting[label]!.push(this.#steps.length);
    this.#add('jump', label);
  }

  /** What lies on the stack where control may come back to must not change with a local. */
  #settle(): void {
    for (let i = 0; i < this.#stack.length; i++)
      if (this.#isLocal(this.#stack[i]!)) this.#stack[i] = this.#copy(this.#stack[i]!);
  }

  #isLocal(operand: Operand): operand is Virtual {
    return isVirtual(operand) && operand.id < this.#sets.length;
  }

  #copy(operand: Operand): Virtual {
    const out = isVirtual(operand)
      ? this.#make(operand.kind, operand.bytes)
      : operand instanceof Uint8Array
        ? this.#make('v', operand.length)
        : this.#make('i', 8);
    this.#add('move', 0, [operand], out);
    return out;
  }

  /** The operand in a virtual register. */
  #held(operand: Operand): Virtual {
    return isVirtual(operand) ? operand : this.#copy(operand);
  }

  #get(index: number): void {
    const constant = this.#constants.get(index);
    if (constant === undefined) this.#read[index] = 1;
    this.#stack.push(constant ?? this.#virtuals[index]!);
  }

  #set(index: number): void {
    const local = this.#virtuals[index]!;
    const value = this.#pop();
    if (!isVirtual(value) && this.#sets[index] === 1 && this.#read[index] === 0) {
      this.#constants.set(index, value);
      return;
    }
    const waits = this.#stack.includes(local);
    if (waits) {
      const kept = this.#copy(local);
      for (let i = 0; i < this.#stack.length; i++) if (this.#stack[i] === local) this.#stack[i] = kept;
    }
    if (this.#sets[index] === 1 && this.#isMask(value)) this.#masks.add(local);
    const last = this.#steps.at(-1);
    if (!waits && last?.out !== undefined && last.out === value && !this.#isLocal(value)) last.out = local;
    else if (value !== local) this.#add('move', 0, [value], local);
  }

  #call(index: number): void {
    const { params, results } = this.module.functions[index]!.signature;
    const args = this.#popMany(params.length);
    const outs = results.map((type) => this.#make(kindOf(type), BYTES[type]));
    this.#steps.push(new Step('call', index, args, undefined, undefined, undefined, outs));
    this.#stack.push(...outs);
  }

  /** The truth value on the stack: a comparison that was just made need not be made a number. */
  #condition(): Condition & { readonly in: readonly Operand[] } {
    let negated = false;
    for (let value = this.#pop(); ; ) {
      const last = this.#steps.at(-1);
      const fresh = last?.kind === 'do' && last.out === value && !this.#isLocal(value);
      if (fresh && last.code === EQZ) {
        this.#steps.pop();
        value = last.operands[0]!;
        negated = !negated;
      } else if (fresh && isComparison(last.code)) {
        this.#steps.pop();
        const { imm } = last.doing!;
        return {
          compare: last.code,
          negated,
          in: typeof imm === 'number' ? [...last.operands, imm] : last.operands,
        };
      } else return { compare: undefined, negated, in: [this.#held(value)] };
    }
  }

  #branch(condition: Condition & { readonly in: readonly Operand[] }, label: number, unless: boolean): void {
    const { compare, negated } = condition;
    this.#waiting[label]!.push(this.#steps.length);
    this.#add('branch', label, condition.in, undefined, { compare, negated: negated !== unless });
  }

  #choose(): void {
    const { in: compared, ...condition } = this.#condition();
    const [a, b] = this.#popMany(2).map((operand) => this.#held(operand)) as [Virtual, Virtual];
    const out = this.#make(a.kind, a.bytes);
    this.#add('choose', 0, [a, b, ...compared], out, condition);
    this.#stack.push(out);
  }

  /** An instruction of the tables. */
  #do({ code, value, bytes, lane }: Instruction): void {
    const wide = code >> 16 === 0xfb;
    const family = wide && (code & 0xffff) < 0x200 ? code + 0x20000 : code;
    const found = TABLE.get(family);
    if (!found) throw new Error(`no machine code for instruction 0x${code.toString(16)}`);
    const { selection: usual, addressed } = found;
    const operands = this.#popMany(usual.takes.length);
    const [a, b] = operands as [Operand, Operand];
    if (usual.commutes && !isVirtual(a) && isVirtual(b)) operands.splice(0, 2, b, a);
    const selection = this.#fitting(usual, operands.at(-1));
    const { gives, temps } = selection;
    const constant = this.#fit(selection, addressed, operands);
    const register = (kind: 'i' | 'v'): Virtual => this.#make(kind, kind === 'i' ? 8 : wide ? 32 : 16);
    const out = gives === '' ? undefined : register(gives);
    const doing: Doing = {
      selection,
      addressed,
      offset: addressed ? (value as number) : 0,
      wide,
      imm: constant ?? lane ?? bytes,
      temps: temps === undefined ? NO_TEMPS : ([...temps] as ('i' | 'v')[]).map(register),
    };
    this.#steps.push(new Step('do', family, operands, out, doing));
    if (!out) return;
    if (selection.mask === 'given' || (selection.mask && operands.every((operand) => this.#isMask(operand))))
      this.#masks.add(out);
    this.#stack.push(out);
  }

  #fitting(usual: Selection, last: Operand | undefined): Selection {
    if (last instanceof Uint8Array) return usual.ofConstant?.(last) ?? usual;
    return (this.#isMask(last) && usual.ofMask) || usual;
  }

  #isMask(operand: Operand | undefined): boolean {
    return this.#masks.has(operand as Virtual);
  }

  /**
   * Puts operands in registers but for an address, and the last where it may be a constant: one in the code, which is
   * returned then, or one in memory.
   */
  #fit(selection: Selection, addressed: boolean, operands: Operand[]): number | undefined {
    const { inMemory, immediate, takes } = selection;
    const last = operands.length - 1;
    const memory = inMemory ? memoryPlace(selection) : -1;
    let constant: number | undefined;
    if (immediate && takes[last] === 'i' && typeof operands[last] === 'number')
      constant = operands.pop() as number;
    for (let i = addressed ? 1 : 0; i < operands.length; i++)
      if (!isVirtual(operands[i]) && !(i === memory && operands[i] instanceof Uint8Array))
        operands[i] = this.#copy(operands[i]!);
    return constant;
  }
}

const NOTHING: readonly Operand[] = [];
const NO_TEMPS: readonly Virtual[] = [];
