import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { array, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Loss, type Position, start, stepper } from '../testing/descend.js';
import type { Leaves, State } from '../transform.js';
import { nesterov } from './nesterov.js';
import { sgd } from './sgd.js';

/** ½Σλᵢxᵢ² over two parameters, curvatures from 1 to 1e-4. */
const CURVATURE = { a: [1, 0.1], b: [0.01, 1e-3, 1e-4] };
const ravine: Loss = (params) =>
  Object.entries(CURVATURE)
    .map(([name, curvature]) => params[name]!.square().mul(curvature).sum().mul(0.5))
    .reduce((sum, part) => sum.add(part));
const from = { a: array([1, 1]), b: array([1, 1, 1]) };

const flat = (params: Leaves<NdArray>): number[] => Object.values(params).flatMap(({ data }) => [...data]);
const lossOf = (x: readonly number[]): number =>
  [...CURVATURE.a, ...CURVATURE.b].reduce((sum, curvature, i) => sum + 0.5 * curvature * x[i]! ** 2, 0);

const weights = compile((params: Leaves<Tensor>, state: State<Tensor>) =>
  nesterov({ lr: 1 }).evalParams!(params, state),
) as unknown as (params: Leaves<NdArray>, state: State<NdArray>) => Leaves<NdArray>;

/** Each step's points by the paper's lines, in plain numbers. */
function* byHand(lr: number) {
  const lambda = [...CURVATURE.a, ...CURVATURE.b];
  let x = flat(from);
  let y = x;
  let t = 1;
  for (;;) {
    const g = y.map((v, i) => lambda[i]! * v);
    const next = y.map((v, i) => v - lr * g[i]!);
    const restarted = g.reduce((sum, gi, i) => sum + gi * (next[i]! - x[i]!), 0) > 0;
    if (restarted) t = 1;
    const tNext = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    y = next.map((v, i) => v + ((t - 1) / tNext) * (v - x[i]!));
    x = next;
    t = tNext;
    yield { x, y, t, restarted };
  }
}

describe('nesterov', () => {
  it('takes the steps of the paper, restarts included', () => {
    const optimizer = nesterov({ lr: 0.9 });
    const step = stepper(optimizer, ravine);
    const hand = byHand(0.9);
    let position: Position = start(optimizer, from);
    let restarts = 0;
    for (let i = 0; i < 500; i++) {
      position = step(position);
      const { x, y, t, restarted } = hand.next().value!;
      restarts += Number(restarted);
      const got = [...flat(position.params), ...flat(weights(position.params, position.state))];
      [...y, ...x].forEach((expected, at) => {
        expect(Math.abs(got[at]! - expected)).toBeLessThan(1e-12);
      });
      expect((position.state.t as NdArray).data[0]).toBeCloseTo(t, 10);
    }
    expect(restarts).toBeGreaterThan(1);
  });

  it('reaches the minimum of an ill-conditioned problem where plain descent has hardly begun', () => {
    const run = (optimizer: ReturnType<typeof sgd>): Position => {
      const step = stepper(optimizer, ravine);
      let position = start(optimizer, from);
      for (let i = 0; i < 2000; i++) position = step(position);
      return position;
    };
    const { params, state } = run(nesterov({ lr: 1 }));
    expect(lossOf(flat(weights(params, state)))).toBeLessThan(1e-14);
    expect(lossOf(flat(run(sgd({ lr: 1 })).params))).toBeGreaterThan(1e-5);
  });

  it('asks for a learning rate', () => {
    expect(() => nesterov({} as never)).toThrow('nesterov: lr is required; 1/L is right');
  });
});
