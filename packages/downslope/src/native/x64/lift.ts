import { INTEGERS, isComparison } from './integers.js';
import { MEMORY_CODES } from './memory.js';
import type { FunctionCode, ModuleCode, ValueType } from './module.js';
import { CODE, type Instruction, readBody } from './read.js';
import { SELECT, type Selection } from './select.js';
import { type Condition, isVirtual, type Lifted, type Operand, type Step, type Virtual } from './step.js';

const BYTES: Record<ValueType, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, v256: 32 };

const kindOf = (type: ValueType): 'i' | 'v' => (type === 'i32' || type === 'i64' ? 'i' : 'v');

/** The code by which an instruction is found in the tables, where 256 bits have no entry of their own. */
const familyOf = (code: number): number =>
  code >> 16 === 0xfb && (code & 0xffff) < 0x200 ? (0xfd << 16) | (code & 0xffff) : code;

/** Turns a function's stack code into steps on virtual registers. */
export function lift(module: ModuleCode, code: FunctionCode): Lifted {
  return new Lifter(module, code).lift();
}

/** A block that is open: where a branch to it goes, and what was on the stack when it began. */
interface Frame {
  readonly target: number;
  readonly height: number;
  /** Branches to a loop go to its beginning. */
  readonly isLoop: boolean;
  /** Where a false condition leads, until `else` or `end` is met. */
  otherwise?: number | undefined;
}

/** `i32.eqz`. */
const EQZ = 0x45;

class Lifter {
  readonly #steps: Step[] = [];
  readonly #virtuals: Virtual[] = [];
  readonly #stack: Operand[] = [];
  readonly #frames: Frame[] = [];
  readonly #locals: Virtual[];
  /** Locals that are set once, to a constant. */
  readonly #constants = new Map<number, Uint8Array | number | bigint>();
  /** How often each local is set. */
  readonly #sets: number[];
  /** Locals that were read as variables. */
  readonly #read = new Set<number>();
  #labels = 0;

  constructor(
    readonly module: ModuleCode,
    readonly code: FunctionCode,
  ) {
    this.#locals = code.locals.map((type) => this.#make(kindOf(type), BYTES[type]));
    this.#sets = code.locals.map(() => 0);
  }

  lift(): Lifted {
    const body = readBody(this.module.bytes, this.code);
    const { params } = this.code.signature;
    for (const { code, value } of body)
      if (code === CODE.set || code === CODE.tee) this.#sets[Number(value)]!++;
    params.forEach((_, i) => {
      this.#sets[i]!++;
    });
    this.#frames.push({ target: this.#labels++, height: 0, isLoop: false });
    for (const instruction of body) this.#take(instruction);
    return { steps: this.#steps, virtuals: this.#virtuals, params: this.#locals.slice(0, params.length) };
  }

  #make(kind: 'i' | 'v', bytes: number): Virtual {
    const made = { id: this.#virtuals.length, kind, bytes };
    this.#virtuals.push(made);
    return made;
  }

  #pop(): Operand {
    return this.#stack.pop()!;
  }

  #popMany(count: number): Operand[] {
    return this.#stack.splice(this.#stack.length - count);
  }

  #take(instruction: Instruction): void {
    const { code, value, bytes } = instruction;
    const index = Number(value);
    switch (code) {
      case CODE.get:
        this.#get(index);
        return;
      case CODE.set:
        this.#set(index);
        return;
      case CODE.tee:
        this.#set(index);
        this.#get(index);
        return;
      case CODE.i32:
        this.#stack.push(index);
        return;
      case CODE.i64:
        this.#stack.push(value as bigint);
        return;
      case CODE.f32:
      case CODE.f64:
      case CODE.vector:
      case CODE.wideVector:
        this.#stack.push(bytes!);
        return;
      case CODE.drop:
        this.#pop();
        return;
      case CODE.getGlobal:
        this.#result({ kind: 'getGlobal', code: index, in: [], out: this.#make('i', 4) });
        return;
      case CODE.setGlobal:
        this.#steps.push({ kind: 'setGlobal', code: index, in: [this.#pop()] });
        return;
      case CODE.call:
        this.#call(index);
        return;
      case CODE.select:
        this.#choose();
        return;
      case CODE.unreachable:
        this.#steps.push({ kind: 'trap', code: 0, in: [] });
        return;
      default:
        if (!this.#control(code, index)) this.#do(instruction);
    }
  }

  /** Blocks, branches and the end of the function. */
  #control(code: number, depth: number): boolean {
    const frames = this.#frames;
    switch (code) {
      case CODE.block:
        this.#settle();
        frames.push({ target: this.#labels++, height: this.#stack.length, isLoop: false });
        return true;
      case CODE.loop: {
        this.#settle();
        const target = this.#labels++;
        frames.push({ target, height: this.#stack.length, isLoop: true });
        this.#label(target);
        return true;
      }
      case CODE.if: {
        const condition = this.#condition();
        this.#settle();
        const otherwise = this.#labels++;
        this.#branch(condition, otherwise, true);
        frames.push({ target: this.#labels++, height: this.#stack.length, isLoop: false, otherwise });
        return true;
      }
      case CODE.else: {
        const frame = frames.at(-1)!;
        this.#steps.push({ kind: 'jump', code: frame.target, in: [] });
        this.#label(frame.otherwise!);
        frame.otherwise = undefined;
        this.#stack.length = frame.height;
        return true;
      }
      case CODE.end:
        this.#end();
        return true;
      case CODE.br:
        this.#steps.push({ kind: 'jump', code: frames.at(-1 - depth)!.target, in: [] });
        return true;
      case CODE.brIf:
        this.#branch(this.#condition(), frames.at(-1 - depth)!.target, false);
        return true;
      case CODE.return:
        this.#steps.push({ kind: 'return', code: 0, in: this.#popMany(this.code.signature.results.length) });
        return true;
      default:
        return false;
    }
  }

  #end(): void {
    const { target, height, isLoop, otherwise } = this.#frames.pop()!;
    if (this.#frames.length === 0) {
      this.#label(target);
      this.#steps.push({ kind: 'return', code: 0, in: this.#popMany(this.code.signature.results.length) });
      return;
    }
    if (otherwise !== undefined) this.#label(otherwise);
    if (!isLoop) this.#label(target);
    this.#stack.length = height;
  }

  #label(code: number): void {
    this.#steps.push({ kind: 'label', code, in: [] });
  }

  /** What lies on the stack where control may come back to must not change with a local. */
  #settle(): void {
    this.#stack.forEach((operand, i) => {
      if (this.#isLocal(operand)) this.#stack[i] = this.#copy(operand);
    });
  }

  #isLocal(operand: Operand): boolean {
    return isVirtual(operand) && operand.id < this.#locals.length;
  }

  #copy(operand: Operand): Virtual {
    const [kind, bytes] = isVirtual(operand)
      ? [operand.kind, operand.bytes]
      : operand instanceof Uint8Array
        ? (['v', operand.length] as const)
        : (['i', typeof operand === 'bigint' ? 8 : 4] as const);
    const out = this.#make(kind, bytes);
    this.#steps.push({ kind: 'move', code: 0, in: [operand], out });
    return out;
  }

  #get(index: number): void {
    const constant = this.#constants.get(index);
    if (constant === undefined) this.#read.add(index);
    this.#stack.push(constant ?? this.#locals[index]!);
  }

  #set(index: number): void {
    const local = this.#locals[index]!;
    const value = this.#pop();
    if (!isVirtual(value) && this.#sets[index] === 1 && !this.#read.has(index)) {
      this.#constants.set(index, value);
      return;
    }
    const waits = this.#stack.includes(local);
    if (waits) {
      const kept = this.#copy(local);
      this.#stack.forEach((operand, i) => {
        if (operand === local) this.#stack[i] = kept;
      });
    }
    const last = this.#steps.at(-1);
    if (!waits && last?.out !== undefined && last.out === value && !this.#isLocal(value)) last.out = local;
    else if (value !== local) this.#steps.push({ kind: 'move', code: 0, in: [value], out: local });
  }

  #result(step: Step): void {
    this.#steps.push(step);
    this.#stack.push(step.out!);
  }

  #call(index: number): void {
    const { params, results } = this.module.functions[index]!.signature;
    const args = this.#popMany(params.length);
    const outs = results.map((type) => this.#make(kindOf(type), BYTES[type]));
    this.#steps.push({ kind: 'call', code: index, in: args, outs });
    this.#stack.push(...outs);
  }

  /** The truth value on the stack: a comparison that was just made need not be made a number. */
  #condition(): Condition & { readonly in: Operand[] } {
    let negated = false;
    for (let value = this.#pop(); ; ) {
      const last = this.#steps.at(-1);
      const fresh = last?.kind === 'do' && last.out === value && !this.#isLocal(value);
      if (fresh && last.code === EQZ) {
        this.#steps.pop();
        value = last.in[0]!;
        negated = !negated;
      } else if (fresh && isComparison(last.code)) {
        this.#steps.pop();
        const compared = typeof last.imm === 'number' ? [...last.in, last.imm] : last.in;
        return { compare: last.code, negated, in: compared };
      } else return { compare: undefined, negated, in: [this.#held(value)] };
    }
  }

  #branch(condition: Condition & { readonly in: Operand[] }, code: number, unless: boolean): void {
    const { compare, negated } = condition;
    this.#steps.push({
      kind: 'branch',
      code,
      in: condition.in,
      condition: { compare, negated: negated !== unless },
    });
  }

  #choose(): void {
    const { compare, negated, in: compared } = this.#condition();
    const [a, b] = this.#popMany(2).map((operand) => (isVirtual(operand) ? operand : this.#copy(operand)));
    const { kind, bytes } = a as Virtual;
    const out = this.#make(kind, bytes);
    this.#result({
      kind: 'choose',
      code: 0,
      in: [a!, b!, ...compared],
      out,
      condition: { compare, negated },
    });
  }

  /** An instruction of the tables. */
  #do({ code, value, bytes, lane }: Instruction): void {
    if (code === CODE.copy || code === CODE.fill) {
      this.#steps.push({ kind: 'do', code, in: this.#popMany(3) });
      return;
    }
    const family = familyOf(code);
    const wide = code >> 16 === 0xfb;
    const memory = MEMORY_CODES[family];
    const selection: Selection | undefined = memory ?? INTEGERS[family] ?? SELECT[family];
    if (!selection) throw new Error(`no machine code for instruction 0x${code.toString(16)}`);
    const { takes, gives, temps = '', apart, tied } = selection;
    const operands = this.#popMany(takes.length);
    const { given, imm } = this.#fitted(selection, operands, memory !== undefined);
    const out = gives === '' ? undefined : this.#make(gives, gives === 'i' ? 8 : wide ? 32 : 16);
    const step: Step = {
      kind: 'do',
      code: family,
      in: given,
      out,
      wide,
      imm: imm ?? lane ?? bytes,
      offset: memory ? Number(value) : 0,
      apart,
      tied,
      temps: [...temps].map((kind) => this.#make(kind as 'i' | 'v', kind === 'i' ? 8 : wide ? 32 : 16)),
    };
    if (out) this.#result(step);
    else this.#steps.push(step);
  }

  /** Operands as an instruction can take them: a constant only where it may lie in memory or stand in the code. */
  #fitted(
    selection: Selection,
    operands: readonly Operand[],
    addressed: boolean,
  ): { given: Operand[]; imm: number | undefined } {
    const { commutes, inMemory, immediate, takes } = selection;
    const [a, b, ...others] = operands;
    const swapped = commutes && !isVirtual(a!) && isVirtual(b!);
    const given = swapped ? [b!, a!, ...others] : operands;
    const last = given.length - 1;
    const constant = given[last];
    if (immediate && takes[last] === 'i' && typeof constant === 'number')
      return { given: given.slice(0, last).map((operand) => this.#held(operand)), imm: constant };
    return {
      given: given.map((operand, i) =>
        (addressed && i === 0) || (i === last && inMemory && operand instanceof Uint8Array)
          ? operand
          : this.#held(operand),
      ),
      imm: undefined,
    };
  }

  #held(operand: Operand): Virtual {
    return isVirtual(operand) ? operand : this.#copy(operand);
  }
}
