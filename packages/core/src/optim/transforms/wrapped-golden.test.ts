import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import type { NdArray } from '../../tensor/array.js';
import { chain } from '../chain.js';
import { adam } from '../optimizers/adam.js';
import { adamW } from '../optimizers/adam-w.js';
import { cosineRestarts } from '../schedules/cosine-restarts.js';
import { start, stepper } from '../testing/descend.js';
import { batch, expectWithin, golden, LOSSES, pack, problems, unpack } from '../testing/golden.js';
import type { Leaves, Transform } from '../transform.js';
import { clipByValue } from './clip-by-value.js';
import { groups } from './groups.js';
import { lookahead } from './lookahead.js';

interface Case {
  readonly optimizer: string;
  readonly problem: string;
  readonly options: { readonly k: number; readonly alpha: number; readonly inner: { readonly lr: number } };
  readonly steps: Readonly<Record<string, readonly number[]>>;
  readonly slow?: Readonly<Record<string, readonly number[]>>;
}
const { cases } = golden<{ cases: readonly Case[] }>('wrapped');

function expectTrajectory(optimizer: Transform, { problem: name, steps, slow }: Case): void {
  const problem = problems[name]!;
  const step = stepper(optimizer, LOSSES[name]!);
  const weights = compile(
    (params: never, state: never) => optimizer.evalParams!(params, state) as never,
  ) as unknown as (...position: unknown[]) => Leaves<NdArray>;
  let position = start(optimizer, unpack(problem, problem.x0));
  for (const [last, expected] of Object.entries(steps)) {
    while (position.taken < Number(last)) position = step(position, batch(problem, position.taken));
    const tolerance = position.taken <= 20 ? 1e-10 : 1e-8;
    expectWithin(pack(position.params), expected, tolerance);
    if (slow) expectWithin(pack(weights(position.params, position.state)), slow[last]!, tolerance);
  }
}

describe('reference steps are matched', () => {
  it.each(cases.filter(({ slow }) => slow).map((one) => [one.problem, one] as const))(
    'by lookahead around adam on %s, slow weights included',
    (_, one) => {
      const { k, alpha, inner } = one.options;
      const optimizer = lookahead(adam({ lr: inner.lr, beta2: 0.99 }), { k, slowStepSize: alpha });
      expectTrajectory(optimizer, one);
    },
  );

  it('by groups with their own rates, decays and betas, in either order', () => {
    const one = cases.find(({ optimizer }) => optimizer === 'adamw')!;
    const matrix = { params: /^W$/, optimizer: adamW({ lr: 0.05, weightDecay: 0.1 }) };
    const vector = adamW({ lr: 0.01, weightDecay: 0, beta1: 0.8, beta2: 0.99 });
    expectTrajectory(groups([matrix, { optimizer: vector }]), one);
    expectTrajectory(groups([{ params: (_, shape) => shape.length === 1, optimizer: vector }, matrix]), one);
  });

  it('by adam after clipping by value, with warm restarts', () => {
    const one = cases.find(({ optimizer }) => optimizer === 'adam')!;
    const lr = cosineRestarts(0.05, { steps: 10, growth: 2 });
    expectTrajectory(chain(clipByValue(2), adam({ lr })), one);
    expect(lr(69)).toBeLessThan(lr(70));
  });
});
