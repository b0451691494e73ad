import { describe, expect, it } from 'vitest';
import { valueAndGrad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { chain } from './chain.js';
import { mapLeaves, stateless } from './leaves.js';
import { type AdamWOptions, adamW } from './optimizers/adam-w.js';
import { sgd } from './optimizers/sgd.js';
import { optimizerNamed } from './registry.js';
import { type Position, start, stepper } from './testing/descend.js';
import { ENGINES, type Engine } from './testing/engines.js';
import {
  batch,
  cases,
  expectWithin,
  type GoldenCase,
  golden,
  LOSSES,
  pack,
  problems,
  unpack,
} from './testing/golden.js';
import type { Leaves, Schedule, State, Transform } from './transform.js';
import { sam } from './transforms/sam.js';

const casesOf = (file: string) => golden<{ cases: readonly GoldenCase[] }>(file).cases;
/** What PyTorch keeps in tuples. */
const TUPLES: Readonly<Record<string, readonly string[]>> = {
  betas: ['beta1', 'beta2', 'beta3'],
  nus: ['nu1', 'nu2'],
  etas: ['etaMinus', 'etaPlus'],
  step_sizes: ['minStep', 'maxStep'],
};

const combined = casesOf('combined');
const others = ['one-leaf', 'conventions', 'whole', 'reference'].flatMap(casesOf);

it('no reference case is left out', () => {
  // 150 of PyTorch's own, 41 and 34 of what it lacks, 92 of conventions, 86 of reference.json: or more
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(others.length).toBeGreaterThanOrEqual(253);
});

describe('the problems are those of the reference', () => {
  it.each(Object.keys(problems))('%s has the same value and gradient at the start', (name) => {
    const problem = problems[name]!;
    const f = compile((x: Record<string, Tensor>, data: Record<string, Tensor>) =>
      valueAndGrad(LOSSES[name]!)(x, data),
    );
    const [value, gradient] = f(unpack(problem, problem.x0) as never, batch(problem) as never);
    expectWithin([...value.data], [problem.f0], 1e-14);
    expectWithin(pack(gradient as Record<string, NdArray>), problem.g0, 1e-13);
  });
});

describe.each(Object.entries(ENGINES))('%s in float64, PyTorch steps are matched', (_, engine) => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('by %s', (_, one) => {
    expectTrajectory(optimizerOf(one), one, engine);
  });

  it.each(others.map((one) => [titleOf(one), one] as const))(
    'those of papers and conventions by %s',
    (_, one) => {
      expectTrajectory(optimizerOf(one), one, engine);
    },
  );

  it('by sgd with learning rate and momentum on a one-cycle schedule', () => {
    const one = combined.find(({ optimizer }) => optimizer === 'sgd')!;
    // From max/25 up to max and down to max/25e4; the momentum goes the other way.
    const cycle = (low: number, high: number, last: number): Schedule => {
      const ease = (a: number, b: number, part: number) => b + ((a - b) / 2) * (1 + Math.cos(Math.PI * part));
      const top = 0.3 * 101 - 1;
      return (k) => (k <= top ? ease(low, high, k / top) : ease(high, last, (k - top) / (100 - top)));
    };
    const optimizer = sgd({
      lr: cycle(0.08 / 25, 0.08, 0.08 / 25e4),
      momentum: cycle(0.95, 0.8, 0.95),
    });
    expectTrajectory(optimizer, one, engine);
  });

  it('by adamW after clipping by the gradient norm, with a schedule', () => {
    const one = combined.find(({ optimizer }) => optimizer === 'adamw')!;
    const lr: Schedule = (k) => 0.1 * Math.min(1, (k + 1) / 10) * 0.97 ** k;
    expectTrajectory(chain(clipByNorm(0.3), adamW({ ...optionsOf(one), lr } as AdamWOptions)), one, engine);
  });
});

function expectTrajectory(optimizer: Transform, one: GoldenCase, engine: Engine): void {
  const weights = engine((params: Leaves<Tensor>, state: State<Tensor>) =>
    optimizer.evalParams ? optimizer.evalParams(params, state) : params,
  );
  const evaluated = ({ params, state }: Position) => pack(weights(params as never, state as never) as never);
  const problem = problems[one.problem]!;
  const step = stepper(optimizer, LOSSES[one.problem]!, engine);
  let position = start(optimizer, unpack(problem, problem.x0));
  // Nesterov's gradient is taken ahead of the point that counts.
  const { x_eval = one.ax ?? (one.optimizer === 'nesterov' ? one.steps : undefined) } = one;
  for (const [last, expected] of Object.entries(one.steps)) {
    while (position.taken < Number(last)) position = step(position, batch(problem, position.taken));
    const tolerance = position.taken <= 20 ? 1e-10 : 1e-8;
    if (x_eval) expectWithin(evaluated(position), x_eval[last]!, tolerance);
    if (x_eval !== one.steps) expectWithin(pack(position.params), expected, tolerance);
    const { d, h } = (position.state[one.optimizer] ?? {}) as { d?: NdArray; h?: Leaves<NdArray> };
    if (one.d) expectWithin([...d!.data], one.d[last]!, tolerance);
    if (one.h) expectWithin(pack(h!), one.h[last]!, tolerance);
  }
  expect(position.taken).toBeGreaterThanOrEqual(20);
}

/** The optimizer of a case; `maximize` turns the gradient round before it. */
function optimizerOf(one: GoldenCase): Transform {
  const { maximize, ...options } = optionsOf(one);
  const { rho, adaptive, ...base } = options as { lr: number; rho?: number; adaptive?: boolean };
  const optimizer =
    one.optimizer === 'sam'
      ? sam(sgd(base), { rho, adaptive })
      : optimizerNamed(one.optimizer, options as { lr: number });
  return chain(maximize === true && stateless('ascend', {}, (g) => g.neg()), optimizer);
}

type Options = Readonly<Record<string, unknown>>;

/** PyTorch's options under our names; with `lr_gamma` the rate falls by that factor at each step. */
function optionsOf({ options }: { readonly options: Options }): Options {
  const { lr_gamma: gamma, ...others } = options;
  const camel = (name: string): string => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const named = Object.entries(others).flatMap(([name, value]) => {
    const parts = TUPLES[name];
    if (parts) return (value as unknown[]).map((part, i) => [parts[i]!, part] as const);
    return [[camel(name), name === 'adamw' ? optionsOf({ options: value as Options }) : value] as const];
  });
  const lr = (step: number): number => (options.lr as number) * (gamma as number) ** step;
  return { ...Object.fromEntries(named), ...(gamma !== undefined && { lr }) };
}

function titleOf(one: GoldenCase): string {
  const set = Object.entries(optionsOf(one)).filter(([name, value]) => name !== 'z' && !!value);
  return `${one.optimizer} on ${one.problem} with ${set.map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`).join(', ')}`;
}

/** PyTorch's `clip_grad_norm_`: what looks at all parameters together is a transform too. */
const clipByNorm = (limit: number): Transform => ({
  name: 'clipByNorm',
  hyper: { limit },
  init: () => ({}),
  update(updates, state, { hyper }) {
    const norm = Object.values(updates)
      .map((g) => g.square().sum())
      .reduce((sum, part) => sum.add(part))
      .sqrt();
    const factor = hyper.limit!.div(norm.add(1e-6)).minimum(1);
    return [mapLeaves(updates, (g) => g.mul(factor)), state];
  },
});
