import { OPCODES } from '@downslope/core';
import type { Test } from './flow.js';
import { isComparison } from './integers.js';
import { constantOf, resultOf, type Step, stepOf, type Value } from './step.js';

const EQZ = OPCODES['i32.eqz'];

/** What lies on the stack while steps are made. */
export class Stack {
  readonly #values: Value[] = [];

  constructor(readonly steps: Step[]) {}

  get height(): number {
    return this.#values.length;
  }

  set height(height: number) {
    this.#values.length = height;
  }

  push(value: Value): void {
    this.#values.push(value);
  }

  pop(): Value {
    return this.#values.pop()!;
  }

  popMany(count: number): Value[] {
    return this.#values.splice(this.#values.length - count);
  }

  includes(value: Value): boolean {
    return this.#values.includes(value);
  }

  /** What lies on the stack where control may come back to must not change with a local. */
  settle(): void {
    for (let i = 0; i < this.#values.length; i++)
      if (this.#values[i]!.role === 'local') this.#values[i] = this.copy(this.#values[i]!);
  }

  copy(value: Value): Value {
    const out = resultOf(value.kind, value.bytes);
    this.steps.push(stepOf('move', 0, [value], out));
    return out;
  }

  /** The value in a virtual register. */
  held(value: Value): Value {
    return value.role === 'constant' ? this.copy(value) : value;
  }

  /** A local's value stays on the stack as it is. */
  keep(local: Value): void {
    const kept = this.copy(local);
    for (let i = 0; i < this.#values.length; i++) if (this.#values[i] === local) this.#values[i] = kept;
  }

  /** The truth value on the stack: a comparison that was just made need not be made a number. */
  test(): Test {
    let negated = false;
    for (let value = this.pop(); ; ) {
      const last = this.steps.at(-1);
      const fresh = last?.kind === 'do' && last.out === value && value.role === 'result';
      if (fresh && last.code === EQZ) {
        this.steps.pop();
        value = last.operands[0]!;
        negated = !negated;
      } else if (fresh && isComparison(last.code)) {
        this.steps.pop();
        const { imm } = last.doing!;
        const compared = typeof imm === 'number' ? [...last.operands, constantOf(imm)] : last.operands;
        return { compare: last.code, negated, in: compared };
      } else return { compare: undefined, negated, in: [this.held(value)] };
    }
  }
}
