import { type Condition, type Step, stepOf, type Value } from './step.js';

/** Steps from one up to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** From its label up to its end, which is known once it is met. */
export interface Loop extends Stretch {
  to: number;
  readonly outer: Loop | undefined;
  /** How much more counts what is in it. */
  readonly weight: number;
}

/** More is of no use, and whole numbers of 32 bits are quick. */
const MOST_WEIGHT = 1e6;

/** A block that is open: where a branch to it goes, and what was on the stack when it began. */
interface Block {
  readonly target: number;
  readonly height: number;
  /** Branches to a loop go to its beginning. */
  readonly isLoop: boolean;
  /** Where a false condition leads, until `else` or `end` is met. */
  otherwise: number | undefined;
}

/** What is compared, and how. */
export interface Test extends Condition {
  readonly in: readonly Value[];
}

/** Blocks, loops and jumps of a function, as its steps are made. */
export class Flow {
  /** In the order in which they begin. */
  readonly loops: Loop[] = [];
  /** Jumps ahead. */
  readonly skips: Stretch[] = [];
  #loop: Loop | undefined;
  readonly #blocks: Block[] = [];
  /** Steps that jump to each label which is still to come. */
  readonly #waiting: number[][] = [];

  constructor(readonly steps: Step[]) {}

  get isOver(): boolean {
    return this.#blocks.length === 0;
  }

  block(height: number, otherwise?: number): void {
    this.#blocks.push({ target: this.#newLabel(), height, isLoop: false, otherwise });
  }

  loop(height: number): void {
    const target = this.#newLabel();
    this.#blocks.push({ target, height, isLoop: true, otherwise: undefined });
    const [from, outer] = [this.steps.length, this.#loop];
    this.#loop = { from, to: from, outer, weight: Math.min(10 * (outer?.weight ?? 1), MOST_WEIGHT) };
    this.loops.push(this.#loop);
    this.steps.push(stepOf('loop', target));
  }

  if(test: Test, height: number): void {
    const otherwise = this.#newLabel();
    this.#branch(test, otherwise, true);
    this.block(height, otherwise);
  }

  /** The stack's height at the beginning of the block. */
  else(): number {
    const block = this.#blocks.at(-1)!;
    this.#jump(block.target);
    this.#bind(block.otherwise!);
    block.otherwise = undefined;
    return block.height;
  }

  /** The same. */
  end(): number {
    const { target, height, isLoop, otherwise } = this.#blocks.pop()!;
    if (isLoop) this.#endLoop(this.#loop!);
    if (otherwise !== undefined) this.#bind(otherwise);
    if (!isLoop) this.#bind(target);
    return height;
  }

  #endLoop(loop: Loop): void {
    loop.to = this.steps.length;
    this.#loop = loop.outer;
  }

  /** To the block so many blocks around. */
  jumpOut(depth: number): void {
    this.#jump(this.#blocks.at(-1 - depth)!.target);
  }

  /** The same if the test holds. */
  branchOut(test: Test, depth: number): void {
    this.#branch(test, this.#blocks.at(-1 - depth)!.target, false);
  }

  #newLabel(): number {
    return this.#waiting.push([]) - 1;
  }

  /** A label that jumps ahead have been waiting for. */
  #bind(label: number): void {
    const to = this.steps.length;
    for (const from of this.#waiting[label]!) this.skips.push({ from, to });
    this.steps.push(stepOf('label', label));
  }

  #jump(label: number): void {
    this.#waiting[label]!.push(this.steps.length);
    this.steps.push(stepOf('jump', label));
  }

  #branch({ compare, negated, in: compared }: Test, label: number, unless: boolean): void {
    this.#waiting[label]!.push(this.steps.length);
    const condition = { compare, negated: negated !== unless };
    this.steps.push(stepOf('branch', label, compared, undefined, undefined, condition));
  }
}
