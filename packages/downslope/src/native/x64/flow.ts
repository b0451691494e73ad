import { type Condition, Step, type Stretch, type Value } from './step.js';

/** A block that is open: where a branch to it goes, and what was on the stack when it began. */
interface Block {
  readonly target: number;
  readonly height: number;
  /** Its first step. */
  readonly begin: number;
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
  /** From a loop's label up to its end: inner ones come first. */
  readonly loops: Stretch[] = [];
  /** Jumps ahead. */
  readonly skips: Stretch[] = [];
  readonly #blocks: Block[] = [];
  /** Steps that jump to each label which is still to come. */
  readonly #waiting: number[][] = [];

  constructor(readonly steps: Step[]) {}

  get isOver(): boolean {
    return this.#blocks.length === 0;
  }

  block(height: number, otherwise?: number): void {
    const [target, begin] = [this.#newLabel(), this.steps.length];
    this.#blocks.push({ target, height, begin, isLoop: false, otherwise });
  }

  loop(height: number): void {
    const [target, begin] = [this.#newLabel(), this.steps.length];
    this.#blocks.push({ target, height, begin, isLoop: true, otherwise: undefined });
    this.steps.push(new Step('loop', target));
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
    const { target, height, begin, isLoop, otherwise } = this.#blocks.pop()!;
    if (isLoop) this.loops.push({ from: begin, to: this.steps.length });
    if (otherwise !== undefined) this.#bind(otherwise);
    if (!isLoop) this.#bind(target);
    return height;
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
    this.steps.push(new Step('label', label));
  }

  #jump(label: number): void {
    this.#waiting[label]!.push(this.steps.length);
    this.steps.push(new Step('jump', label));
  }

  #branch({ compare, negated, in: compared }: Test, label: number, unless: boolean): void {
    this.#waiting[label]!.push(this.steps.length);
    const condition = { compare, negated: negated !== unless };
    this.steps.push(new Step('branch', label, compared, undefined, undefined, condition));
  }
}
