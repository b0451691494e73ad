import { OPCODES } from '@downslope/core';
import type { Test } from './flow.js';
import { isComparison } from './select/integers.js';
import { constantOf, makeValue, type Step, stepOf, type Value } from './step.js';

const EQZ = OPCODES['i32.eqz'];

/** What lies on the stack while steps are made. */
export class Stack {
  /** The uppermost comes last. */
  readonly values: Value[] = [];

  constructor(readonly steps: Step[]) {}

  pop(): Value {
    return this.values.pop()!;
  }

  popMany(count: number): Value[] {
    const { values } = this;
    // Where control never comes to, behind a jump, there may be fewer.
    if (count > 2 || values.length < count) return values.splice(-count);
    if (count === 0) return [];
    const last = values.pop()!;
    return count === 1 ? [last] : [values.pop()!, last];
  }

  /** What lies on the stack where control may come back to must not change with a local. */
  settle(): void {
    for (let i = 0; i < this.values.length; i++)
      if (this.values[i]!.role === 'local') this.values[i] = this.copy(this.values[i]!);
  }

  copy(value: Value): Value {
    const out = makeValue('result', value.kind, value.bytes);
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
    for (let i = 0; i < this.values.length; i++) if (this.values[i] === local) this.values[i] = kept;
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
