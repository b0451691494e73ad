import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { evaluationOf } from '../evaluation.js';
import { applyUpdates } from '../leaves.js';
import { sgd } from '../optimizers/sgd.js';
import { exponential } from '../schedules/exponential.js';
import { descend, start } from '../testing/descend.js';
import { batch, expectWithin, golden, LOSSES, pack, problems, unpack } from '../testing/golden.js';
import type { Leaves, State, Transform } from '../transform.js';
import { accumulate } from './accumulate.js';
import { reduceOnPlateau } from './reduce-on-plateau.js';

interface Reference {
  readonly options: Readonly<Record<string, number | string>>;
  readonly base_lr: number;
  readonly metrics?: readonly number[];
  readonly lrs: readonly number[];
}
const references = golden<{ cases: readonly Reference[] }>('schedules').cases.filter(
  ({ metrics }) => metrics,
);

/** The rates of steps with a gradient of 1, told of a metric before each. */
function ratesOf(optimizer: Transform, metrics: readonly number[]): number[] {
  const step = compile((state: State<Tensor>, hyper: Leaves<Tensor>, count: Tensor, metric: Tensor) => {
    const one = { x: count.like(1) };
    const [updates, next] = optimizer.update(one, state, { params: one, hyper, step: count, metric });
    return { updates, next };
  });
  let state = optimizer.init({ x: array(1) });
  return metrics.map((metric, taken) => {
    const hyper = Object.fromEntries(
      Object.entries(optimizer.hyper).map(([name, value]) => [
        name,
        typeof value === 'number' ? value : value(taken),
      ]),
    );
    const { updates, next } = step(state as never, hyper as never, taken + 1, metric) as never as {
      updates: Record<string, { data: Float64Array }>;
      next: typeof state;
    };
    state = next;
    return -updates.x!.data[0]!;
  });
}

describe('reduceOnPlateau', () => {
  it.each(references)(
    "follows PyTorch's ReduceLROnPlateau with $options",
    ({ options, base_lr, metrics, lrs }) => {
      const { threshold_mode, min_lr, ...same } = options;
      const named = { ...same, thresholdMode: threshold_mode, minLr: min_lr } as never;
      const rates = ratesOf(reduceOnPlateau(sgd({ lr: base_lr }), named), [
        Number.NaN,
        ...metrics!.slice(0, -1),
      ]);
      expectWithin(rates, lrs, 1e-12);
    },
  );

  it('takes a step without a metric for one that tells nothing', () => {
    const optimizer = reduceOnPlateau(sgd({ lr: 1 }), { factor: 0.5, patience: 1 });
    const none = Number.NaN;
    expect(ratesOf(optimizer, [3, none, none, none, 3, none, 3, none, 3])).toEqual([
      1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5,
    ]);
  });

  it('scales a schedule that goes on below', () => {
    const optimizer = reduceOnPlateau(sgd({ lr: exponential(1, { gamma: 0.5 }) }), {
      factor: 0.5,
      patience: 0,
    });
    expect(ratesOf(optimizer, [1, 0.5, 0.5, 0.4])).toEqual([1, 0.5, 0.125, 0.0625]);
  });

  it('steps as PyTorch does when told of the whole loss after each', () => {
    const { cases } = golden<{
      cases: readonly {
        problem: string;
        scheduler?: { readonly name?: string };
        steps: Record<string, number[]>;
      }[];
    }>('combined');
    const one = cases.find(({ scheduler }) => scheduler?.name === 'ReduceLROnPlateau')!;
    const optimizer = reduceOnPlateau(sgd({ lr: 0.15 }), { factor: 0.5, patience: 2, threshold: 0.02 });
    // The loss of P1 is always of all its rows: before a step it is that after the last. The first step has none before.
    const problem = problems[one.problem]!;
    const step = compile(
      (params: Leaves<Tensor>, state: State<Tensor>, hyper: Leaves<Tensor>, count: Tensor) => {
        const { grads, loss } = evaluationOf((at) => LOSSES[one.problem]!(at, {}), params);
        const metric = count.gt(1).where(loss, Number.NaN);
        const [updates, next] = optimizer.update(grads, state, { params, hyper, step: count, metric });
        return { params: applyUpdates(params, updates), state: next };
      },
    );
    let position = {
      params: unpack(problem, problem.x0),
      state: optimizer.init(unpack(problem, problem.x0)),
    };
    expect(batch(problem)).toEqual({});
    for (let taken = 0; taken < 100; taken++) {
      position = step(
        position.params as never,
        position.state as never,
        { lr: 0.15 } as never,
        taken + 1,
      ) as never;
      const expected = one.steps[taken + 1];
      if (expected) expectWithin(pack(position.params), expected, taken < 20 ? 1e-10 : 1e-8);
    }
  });

  it('belongs around accumulate, not into it', () => {
    const within = accumulate(2, reduceOnPlateau(sgd({ lr: 1 })));
    const params = { x: array(1) };
    expect(() => descend(within, ({ x }) => x!.square(), start(within, params), 1)).toThrow(
      'reduceOnPlateau: this training step gives no metric; pass metric to update; around accumulate',
    );
    expect(() => reduceOnPlateau({ ...sgd(), hyper: {} })).toThrow(
      'reduceOnPlateau: sgd has no lr to reduce',
    );
  });
});
