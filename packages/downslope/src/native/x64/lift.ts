import { OPCODES } from '@downslope/core';
import { Flow, type Test } from './flow.js';
import { isComparison } from './integers.js';
import { type FunctionCode, type ModuleCode, Reader, type ValueType } from './module.js';
import { type Body, CODE, readBody } from './read.js';
import {
  type Condition,
  constantOf,
  type Kind,
  type Lifted,
  localOf,
  resultOf,
  type Step,
  stepOf,
  type Value,
} from './step.js';
import { type Entry, entryOf } from './table.js';

const BYTES: Record<ValueType, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, v256: 32 };

const kindOf = (type: ValueType): 'i' | 'v' => (type === 'i32' || type === 'i64' ? 'i' : 'v');

/** Turns a function's stack code into steps on virtual registers. */
export const lift = (module: ModuleCode, code: FunctionCode): Lifted => new Lifter(module, code).lift();

const EQZ = OPCODES['i32.eqz'];

class Lifter {
  readonly #steps: Step[] = [];
  readonly #flow = new Flow(this.#steps);
  readonly #stack: Value[] = [];
  readonly #body: Body;
  readonly #locals: readonly Value[];
  /** Of locals that are set once, to a constant. */
  readonly #constants: (Value | undefined)[];
  /** Locals that were read as variables. */
  readonly #read: Uint8Array;

  constructor(
    readonly module: ModuleCode,
    readonly code: FunctionCode,
  ) {
    const { locals, signature } = code;
    this.#locals = locals.map((type) => localOf(kindOf(type), BYTES[type]));
    this.#body = readBody(module.bytes, code);
    // Parameters have been set before.
    for (let i = 0; i < signature.params.length; i++) this.#body.sets[i]!++;
    this.#constants = locals.map(() => undefined);
    this.#read = new Uint8Array(locals.length);
  }

  lift(): Lifted {
    const { length, codes, values } = this.#body;
    this.#flow.block(0);
    for (let i = 0; i < length; i++) {
      const code = codes[i]!;
      const value = values[i]!;
      // Most are these.
      if (code === CODE.get) this.#get(value);
      else if (code === CODE.set) this.#set(value);
      else this.#take(code, value, i);
    }
    return {
      steps: this.#steps,
      locals: this.#locals,
      params: this.code.signature.params.length,
      loops: this.#flow.loops,
      skips: this.#flow.skips,
    };
  }

  #pop(): Value {
    return this.#stack.pop()!;
  }

  #popMany(count: number): Value[] {
    return this.#stack.splice(this.#stack.length - count);
  }

  #add(kind: Kind, code: number, operands?: readonly Value[], out?: Value, condition?: Condition): void {
    this.#steps.push(stepOf(kind, code, operands, out, undefined, condition));
  }

  /** The instruction at a place of the body. */
  #take(code: number, value: number, i: number): void {
    if (code === CODE.i32) this.#stack.push(constantOf(value));
    else if (code <= CODE.return) this.#control(code, value);
    else {
      const entry = entryOf(code);
      if (entry) this.#do(entry, i);
      else this.#special(code, value);
    }
  }

  /** Blocks, branches and the end of the function. */
  #control(code: number, depth: number): void {
    const [flow, stack] = [this.#flow, this.#stack];
    switch (code) {
      case CODE.block:
        this.#settle();
        flow.block(stack.length);
        return;
      case CODE.loop:
        this.#settle();
        flow.loop(stack.length);
        return;
      case CODE.if: {
        const test = this.#test();
        this.#settle();
        flow.if(test, stack.length);
        return;
      }
      case CODE.else:
        stack.length = flow.else();
        return;
      case CODE.end: {
        const height = flow.end();
        if (flow.isOver) this.#return();
        else stack.length = height;
        return;
      }
      case CODE.br:
        flow.jumpOut(depth);
        return;
      case CODE.brIf:
        flow.branchOut(this.#test(), depth);
        return;
      case CODE.return:
        this.#return();
        return;
      case CODE.unreachable:
        this.#add('trap', 0);
    }
  }

  #return(): void {
    this.#add('return', 0, this.#popMany(this.code.signature.results.length));
  }

  /** What is not in the tables. */
  #special(code: number, value: number): void {
    switch (code) {
      case CODE.tee:
        this.#set(value);
        this.#get(value);
        return;
      case CODE.i64:
        this.#stack.push(constantOf(new Reader(this.module.bytes, value).signed()));
        return;
      case CODE.f32:
        this.#stack.push(constantOf(this.#bytes(value, 4)));
        return;
      case CODE.f64:
        this.#stack.push(constantOf(this.#bytes(value, 8)));
        return;
      case CODE.vector:
        this.#stack.push(constantOf(this.#bytes(value, 16)));
        return;
      case CODE.wideVector:
        this.#stack.push(constantOf(this.#bytes(value, 32)));
        return;
      case CODE.drop:
        this.#pop();
        return;
      case CODE.getGlobal: {
        const out = resultOf('i', 4);
        this.#add('getGlobal', value, undefined, out);
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
      default:
        throw new Error(`no machine code for instruction 0x${code.toString(16)}`);
    }
  }

  #bytes(at: number, count: number): Uint8Array {
    return this.module.bytes.subarray(at, at + count);
  }

  /** What lies on the stack where control may come back to must not change with a local. */
  #settle(): void {
    for (let i = 0; i < this.#stack.length; i++)
      if (this.#stack[i]!.role === 'local') this.#stack[i] = this.#copy(this.#stack[i]!);
  }

  #copy(value: Value): Value {
    const out = resultOf(value.kind, value.bytes);
    this.#add('move', 0, [value], out);
    return out;
  }

  /** The value in a virtual register. */
  #held(value: Value): Value {
    return value.role === 'constant' ? this.#copy(value) : value;
  }

  #get(index: number): void {
    const constant = this.#constants[index];
    if (constant === undefined) this.#read[index] = 1;
    this.#stack.push(constant ?? this.#locals[index]!);
  }

  #set(index: number): void {
    const local = this.#locals[index]!;
    const value = this.#pop();
    const once = this.#body.sets[index] === 1;
    if (once && value.role === 'constant' && this.#read[index] === 0) {
      this.#constants[index] = value;
      return;
    }
    const waits = this.#stack.includes(local);
    if (waits) this.#keep(local);
    if (once && value.isMask) local.isMask = true;
    const last = this.#steps.at(-1);
    if (!waits && last?.out === value && value.role === 'result') last.out = local;
    else if (value !== local) this.#add('move', 0, [value], local);
  }

  /** A local's value stays on the stack as it is. */
  #keep(local: Value): void {
    const kept = this.#copy(local);
    for (let i = 0; i < this.#stack.length; i++) if (this.#stack[i] === local) this.#stack[i] = kept;
  }

  #call(index: number): void {
    const { params, results } = this.module.functions[index]!.signature;
    const args = this.#popMany(params.length);
    const outs = results.map((type) => resultOf(kindOf(type), BYTES[type]));
    this.#steps.push(stepOf('call', index, args, undefined, undefined, undefined, outs));
    this.#stack.push(...outs);
  }

  /** The truth value on the stack: a comparison that was just made need not be made a number. */
  #test(): Test {
    let negated = false;
    for (let value = this.#pop(); ; ) {
      const last = this.#steps.at(-1);
      const fresh = last?.kind === 'do' && last.out === value && value.role === 'result';
      if (fresh && last.code === EQZ) {
        this.#steps.pop();
        value = last.operands[0]!;
        negated = !negated;
      } else if (fresh && isComparison(last.code)) {
        this.#steps.pop();
        const { imm } = last.doing!;
        const compared = typeof imm === 'number' ? [...last.operands, constantOf(imm)] : last.operands;
        return { compare: last.code, negated, in: compared };
      } else return { compare: undefined, negated, in: [this.#held(value)] };
    }
  }

  #choose(): void {
    const { compare, negated, in: compared } = this.#test();
    const [a, b] = this.#popMany(2).map((value) => this.#held(value)) as [Value, Value];
    const out = resultOf(a.kind, a.bytes);
    this.#add('choose', 0, [a, b, ...compared], out, { compare, negated });
    this.#stack.push(out);
  }

  /** An instruction of the tables. */
  #do(usual: Entry, i: number): void {
    const operands = this.#popMany(usual.count);
    if (usual.commutes && operands[0]!.role === 'constant' && operands[1]!.role !== 'constant')
      operands.splice(0, 2, operands[1]!, operands[0]!);
    const entry = fitting(usual, operands.at(-1));
    const constant = this.#fit(entry, operands);
    const out = entry.gives === '' ? undefined : registerOf(entry, entry.gives);
    const doing = {
      entry,
      offset: entry.addressed ? this.#body.values[i]! >>> 0 : 0,
      imm: constant ?? this.#told(i),
      temps: entry.temps.length === 0 ? NO_TEMPS : entry.temps.map((kind) => registerOf(entry, kind)),
    };
    this.#steps.push(stepOf('do', entry.code, operands, out, doing));
    if (!out) return;
    if (entry.mask) out.isMask = entry.mask === 'given' || operands.every(({ isMask }) => isMask);
    this.#stack.push(out);
  }

  /** What an instruction is told besides its operands. */
  #told(i: number): number | Uint8Array | undefined {
    const lane = this.#body.lanes[i]!;
    if (lane >= 0) return lane;
    return this.#body.codes[i] === CODE.shuffle ? this.#bytes(this.#body.values[i]!, 16) : undefined;
  }

  /**
   * Puts operands in registers but for an address, and the last where it may be a constant: one in the code, which is
   * returned then, or one in memory.
   */
  #fit({ addressed, immediate, memory }: Entry, operands: Value[]): number | undefined {
    let constant: number | undefined;
    if (immediate) {
      const last = operands.at(-1)!.constant;
      if (typeof last === 'number') {
        constant = last;
        operands.pop();
      }
    }
    for (let i = addressed ? 1 : 0; i < operands.length; i++) {
      const operand = operands[i]!;
      if (operand.role === 'constant' && !(i === memory && operand.kind === 'v'))
        operands[i] = this.#copy(operand);
    }
    return constant;
  }
}

const registerOf = ({ wide }: Entry, kind: 'i' | 'v'): Value =>
  resultOf(kind, kind === 'i' ? 8 : wide ? 32 : 16);

const NO_TEMPS: readonly Value[] = [];

/** What is done if the last operand is as it is. */
function fitting(usual: Entry, last: Value | undefined): Entry {
  if (last?.constant instanceof Uint8Array) return usual.ofConstant(last.constant);
  return (last?.isMask && usual.ofMask) || usual;
}
