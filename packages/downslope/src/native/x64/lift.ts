import { Flow } from './flow.js';
import { type FunctionCode, type ModuleCode, Reader, type ValueType } from './module.js';
import { type Body, CODE, readBody } from './read.js';
import { Stack } from './stack.js';
import {
  type Condition,
  constantOf,
  type Kind,
  type Lifted,
  makeValue,
  type Step,
  stepOf,
  type Value,
} from './step.js';
import { type Entry, entryOf } from './table.js';

const BYTES: Record<ValueType, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, v256: 32 };

const kindOf = (type: ValueType): 'i' | 'v' => (type === 'i32' || type === 'i64' ? 'i' : 'v');

/** Turns a function's stack code into steps on virtual registers. */
export const lift = (module: ModuleCode, code: FunctionCode): Lifted => new Lifter(module, code).lift();

class Lifter {
  readonly #steps: Step[] = [];
  readonly #flow = new Flow(this.#steps);
  readonly #stack = new Stack(this.#steps);
  readonly #values = this.#stack.values;
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
    this.#locals = locals.map((type) => makeValue('local', kindOf(type), BYTES[type]));
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

  #add(kind: Kind, code: number, operands?: readonly Value[], out?: Value, condition?: Condition): void {
    this.#steps.push(stepOf(kind, code, operands, out, undefined, condition));
  }

  /** The instruction at a place of the body. */
  #take(code: number, value: number, i: number): void {
    if (code === CODE.i32) this.#values.push(constantOf(value));
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
        stack.settle();
        flow.block(this.#values.length);
        return;
      case CODE.loop:
        stack.settle();
        flow.loop(this.#values.length);
        return;
      case CODE.if: {
        const test = stack.test();
        stack.settle();
        flow.if(test, this.#values.length);
        return;
      }
      case CODE.else:
        this.#values.length = flow.else();
        return;
      case CODE.end: {
        const height = flow.end();
        if (flow.isOver) this.#return();
        else this.#values.length = height;
        return;
      }
      case CODE.br:
        flow.jumpOut(depth);
        return;
      case CODE.brIf:
        flow.branchOut(stack.test(), depth);
        return;
      case CODE.return:
        this.#return();
        return;
      case CODE.unreachable:
        this.#add('trap', 0);
    }
  }

  #return(): void {
    this.#add('return', 0, this.#stack.popMany(this.code.signature.results.length));
  }

  /** What is not in the tables. */
  #special(code: number, value: number): void {
    switch (code) {
      case CODE.tee:
        this.#set(value);
        this.#get(value);
        return;
      case CODE.i64:
        this.#values.push(constantOf(new Reader(this.module.bytes, value).signed()));
        return;
      case CODE.f32:
        this.#values.push(constantOf(this.#bytes(value, 4)));
        return;
      case CODE.f64:
        this.#values.push(constantOf(this.#bytes(value, 8)));
        return;
      case CODE.vector:
        this.#values.push(constantOf(this.#bytes(value, 16)));
        return;
      case CODE.wideVector:
        this.#values.push(constantOf(this.#bytes(value, 32)));
        return;
      case CODE.drop:
        this.#stack.pop();
        return;
      case CODE.getGlobal: {
        const out = makeValue('result', 'i', 4);
        this.#add('getGlobal', value, undefined, out);
        this.#values.push(out);
        return;
      }
      case CODE.setGlobal:
        this.#add('setGlobal', value, this.#stack.popMany(1));
        return;
      case CODE.call:
        this.#call(value);
        return;
      case CODE.select:
        this.#choose();
        return;
      case CODE.copy:
      case CODE.fill:
        this.#add(code === CODE.copy ? 'copy' : 'fill', 0, this.#stack.popMany(3));
        return;
      default:
        throw new Error(`no machine code for instruction 0x${code.toString(16)}`);
    }
  }

  #bytes(at: number, count: number): Uint8Array {
    return this.module.bytes.subarray(at, at + count);
  }

  #get(index: number): void {
    const constant = this.#constants[index];
    if (constant === undefined) this.#read[index] = 1;
    this.#values.push(constant ?? this.#locals[index]!);
  }

  #set(index: number): void {
    const local = this.#locals[index]!;
    const value = this.#stack.pop();
    const once = this.#body.sets[index] === 1;
    if (once && value.role === 'constant' && this.#read[index] === 0) {
      this.#constants[index] = value;
      return;
    }
    const waits = this.#values.length > 0 && this.#values.includes(local);
    if (waits) this.#stack.keep(local);
    if (once && value.isMask) local.isMask = true;
    const last = this.#steps.at(-1);
    if (!waits && last?.out === value && value.role === 'result') last.out = local;
    else if (value !== local) this.#add('move', 0, [value], local);
  }

  #call(index: number): void {
    const { params, results } = this.module.functions[index]!.signature;
    const args = this.#stack.popMany(params.length);
    const outs = results.map((type) => makeValue('result', kindOf(type), BYTES[type]));
    this.#steps.push(stepOf('call', index, args, undefined, undefined, undefined, outs));
    this.#values.push(...outs);
  }

  #choose(): void {
    const { compare, negated, in: compared } = this.#stack.test();
    const [a, b] = this.#stack.popMany(2).map((value) => this.#stack.held(value)) as [Value, Value];
    const out = makeValue('result', a.kind, a.bytes);
    this.#add('choose', 0, [a, b, ...compared], out, { compare, negated });
    this.#values.push(out);
  }

  /** An instruction of the tables. */
  #do(usual: Entry, i: number): void {
    const operands = this.#operands(usual);
    const entry = fitting(usual, operands.at(-1));
    const imm = this.#fit(entry, operands) ?? this.#told(i);
    const out = entry.gives === '' ? undefined : registerOf(entry, entry.gives);
    const doing = { entry, offset: this.#offset(entry, i), imm, temps: tempsOf(entry) };
    this.#steps.push(stepOf('do', entry.code, operands, out, doing));
    if (out) this.#give(out, entry, operands);
  }

  /** A constant comes second if it may. */
  #operands({ count, commutes }: Entry): Value[] {
    const operands = this.#stack.popMany(count);
    if (commutes && operands[0]!.role === 'constant' && operands[1]!.role !== 'constant')
      operands.splice(0, 2, operands[1]!, operands[0]!);
    return operands;
  }

  #offset({ addressed }: Entry, i: number): number {
    return addressed ? this.#body.values[i]! >>> 0 : 0;
  }

  #give(out: Value, { mask }: Entry, operands: readonly Value[]): void {
    if (mask) out.isMask = mask === 'given' || operands.every(({ isMask }) => isMask);
    this.#values.push(out);
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
        operands[i] = this.#stack.copy(operand);
    }
    return constant;
  }
}

const registerOf = ({ wide }: Entry, kind: 'i' | 'v'): Value =>
  makeValue('result', kind, kind === 'i' ? 8 : wide ? 32 : 16);

const tempsOf = (entry: Entry): readonly Value[] =>
  entry.temps.length === 0 ? NO_TEMPS : entry.temps.map((kind) => registerOf(entry, kind));

const NO_TEMPS: readonly Value[] = [];

/** What is done if the last operand is as it is. */
function fitting(usual: Entry, last: Value | undefined): Entry {
  if (last === undefined) return usual;
  if (last.role === 'constant' && last.kind === 'v') return usual.ofConstant(last.constant as Uint8Array);
  return (last.isMask && usual.ofMask) || usual;
}
