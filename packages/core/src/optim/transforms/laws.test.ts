import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { squared } from '../../nn/losses/squared.js';
import { linear } from '../../nn/models/linear.js';
import { array, type NdArray } from '../../tensor/array.js';
import { fit } from '../../train/fit.js';
import { chain } from '../chain.js';
import { adam } from '../optimizers/adam.js';
import { sgd } from '../optimizers/sgd.js';
import { type Loss, type Position, start, stepper } from '../testing/descend.js';
import { batch, expectWithin, LOSSES, pack, problems, unpack } from '../testing/golden.js';
import type { Leaves, Transform } from '../transform.js';
import { accumulate } from './accumulate.js';
import { addNoise } from './add-noise.js';
import { centralize } from './centralize.js';
import { clipAdaptive } from './clip-adaptive.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { ema } from './ema.js';
import { skipNonFinite } from './skip-non-finite.js';
import { swa } from './swa.js';

/** A loss whose gradient is what is given. */
const given: Loss = ({ x }, { g }) => x!.mul(g!).sum();

/** Positions after each step along given gradients, x₀ first. */
function walk(optimizer: Transform, x0: NdArray, gradients: readonly NdArray[]): Position[] {
  const step = stepper(optimizer, given);
  const path = [start(optimizer, { x: x0 })];
  for (const g of gradients) path.push(step(path.at(-1)!, { g }));
  return path;
}
const xOf = ({ params }: Pick<Position, 'params'>): number[] => [...params.x!.data];

/** The weights to evaluate with. */
const evaluated = (optimizer: Transform, { params, state }: Position): number[] => {
  const weights = compile(
    (...position: never[]) => optimizer.evalParams!(position[0]!, position[1]!) as never,
  );
  return xOf({ params: weights(params as never, state as never) as unknown as Leaves<NdArray> });
};
const scalars = (...values: number[]) => values.map((value) => array([value]));

describe('accumulate', () => {
  const problem = problems.P3!;
  const { X, y } = problem.constants as unknown as { X: number[][]; y: number[] };
  const inner = (): Transform => chain(clipByGlobalNorm(0.05), adam({ lr: (k) => 0.1 * 0.9 ** k }));

  it.each([
    ['equal', [4, 4, 4]],
    ['unequal', [5, 1, 6]],
  ] as const)('over %s micro-batches takes the step of the full batch', (_, sizes) => {
    const optimizer = accumulate(3, inner(), { weight: (k) => sizes[k % 3]! });
    const [whole, parts] = [inner(), optimizer].map((one) => stepper(one, LOSSES.P3!)) as [Stepper, Stepper];
    let full = start(inner(), unpack(problem, problem.x0));
    let micro = start(optimizer, full.params);
    for (let k = 0; k < 20; k++) {
      full = whole(full, batch(problem));
      for (let i = 0, from = 0; i < 3; from += sizes[i++]!) {
        const rows = [from, from + sizes[i]!] as const;
        micro = parts(micro, { X: array(X.slice(...rows)), y: array(y.slice(...rows)) });
      }
      expectWithin(pack(micro.params), pack(full.params), 1e-12);
    }
  });
  type Stepper = ReturnType<typeof stepper>;

  it('leaves the parameters alone in between', () => {
    const path = walk(accumulate(3, sgd({ lr: 1 })), array([0]), scalars(1, 2, 6, 5, 5, 5));
    expect(path.flatMap(xOf)).toEqual([0, 0, 0, -3, -3, -3, -8]);
  });

  it('refuses what is no number of micro-batches, and itself within itself', () => {
    expect(() => accumulate(0, sgd())).toThrow('accumulate: k must be a positive integer, got 0');
    expect(() => accumulate(2, accumulate(2, sgd()))).toThrow('already has a hyperparameter weight');
  });
});

it('skipNonFinite goes on as if steps with NaN or infinities had not been', () => {
  const good = [
    [1, 2],
    [3, -1],
    [0.5, 4],
  ].map((g) => array(g));
  const bad = [
    [Number.NaN, 1],
    [1, Number.NEGATIVE_INFINITY],
  ].map((g) => array(g));
  const gradients = [good[0]!, bad[0]!, good[1]!, bad[1]!, bad[0]!, good[2]!];
  const skipping = walk(skipNonFinite(adam({ lr: 0.1 })), array([1, 1]), gradients);
  expect(xOf(skipping.at(-1)!)).toEqual(xOf(walk(adam({ lr: 0.1 }), array([1, 1]), good).at(-1)!));
  expect(skipping.at(-1)!.state.taken).toEqual(array(3));
});

describe('averages', () => {
  it('ema is the moving average from the first weights on', () => {
    const optimizer = chain(sgd({ lr: 1 }), ema({ decay: 0.5 }));
    const path = walk(optimizer, array([8]), scalars(4, 4, 4));
    expect(path.flatMap(xOf)).toEqual([8, 4, 0, -4]);
    expect(path.map((position) => evaluated(optimizer, position)[0])).toEqual([8, 6, 3, -0.5]);
  });

  it('swa is the equal average of the weights that count, the weights themselves before', () => {
    const optimizer = chain(sgd({ lr: 1 }), swa({ start: 1, every: 2 }));
    const path = walk(optimizer, array([8]), scalars(1, 1, 1, 1, 1, 1, 1));
    expect(path.map((position) => evaluated(optimizer, position)[0])).toEqual([8, 7, 6, 5, 5, 4, 4, 3]);
  });

  it('swa without options averages all iterates', () => {
    const optimizer = chain(sgd({ lr: 1 }), swa());
    const path = walk(optimizer, array([0]), scalars(1, 1, 1, 1));
    expect(evaluated(optimizer, path.at(-1)!)).toEqual([-2.5]);
  });

  it('are what fit keeps', async () => {
    const train = { x: array([[1], [2]]), y: array([2, 4]) };
    const run = (optimizer: Transform) =>
      fit(linear({ inputs: 1, outputs: 1 }), { train, loss: squared, optimizer, epochs: 4 }).result;
    const frozen = await run(chain(sgd({ lr: 0.1 }), ema({ decay: 1 })));
    const still = await run(sgd({ lr: 0 }));
    expect(frozen.params).toEqual(still.params);
    expect((await run(sgd({ lr: 0.1 }))).params).not.toEqual(still.params);
  });
});

describe('by units', () => {
  const kernel = (data: number[], shape: number[]) => array(Float64Array.from(data), { shape });

  it('clipAdaptive holds each column of a matrix to a part of its own length', () => {
    const [, after] = walk(
      chain(clipAdaptive({ clipping: 0.1 }), sgd({ lr: 1 })),
      array([
        [3, 0, 6],
        [4, 0, 8],
      ]),
      [
        array([
          [30, 3, 0.6],
          [40, 4, 0.8],
        ]),
      ],
    ) as [Position, Position];
    // Lengths 5, 0 (so eps) and 10; the last gradient is short enough.
    const expected = [3 - 0.3, -0.6e-4, 6 - 0.6, 4 - 0.4, -0.8e-4, 8 - 0.8];
    expectWithin(xOf(after), expected, 1e-15);
  });

  it('clipAdaptive takes a vector as a whole, and a kernel by its outputs', () => {
    const optimizer = chain(clipAdaptive({ clipping: 1 }), sgd({ lr: 1 }));
    const step = (x: NdArray, g: NdArray) => xOf(walk(optimizer, x, [g])[1]!);
    expectWithin(step(array([3, 4]), array([6, 8])), [0, 0], 1e-15);
    const x = kernel([3, 4, 6, 8], [2, 1, 2]);
    expectWithin(step(x, kernel([6, 8, 6, 8], [2, 1, 2])), [0, 0, 0, 0], 1e-15);
  });

  it('centralize takes the mean from each column or kernel, and leaves vectors alone', () => {
    const optimizer = chain(centralize(), sgd({ lr: 1 }));
    const moved = (g: NdArray) => xOf(walk(optimizer, { ...g, data: g.data.map(() => 0) }, [g])[1]!);
    expect(
      moved(
        array([
          [1, 10],
          [3, 30],
        ]),
      ),
    ).toEqual([1, 10, -1, -10]);
    expect(moved(kernel([1, 3, 10, 30], [2, 1, 2]))).toEqual([1, -1, 10, -10]);
    expect(moved(array([1, 3]))).toEqual([-1, -3]);
  });
});

describe('addNoise', () => {
  const zeros = array(new Float64Array(4000));
  const noise = (options: Parameters<typeof addNoise>[0], steps = 1) => {
    const path = walk(chain(addNoise(options), sgd({ lr: 1 })), zeros, Array(steps).fill(zeros));
    const before = xOf(path.at(-2)!);
    return xOf(path.at(-1)!).map((x, i) => x - before[i]!);
  };
  const moment = (x: readonly number[], power: number): number =>
    x.reduce((sum, value) => sum + value ** power, 0) / x.length;

  it('has mean 0, the variance η/t^γ and the kurtosis of a normal distribution', () => {
    for (const [steps, variance] of [
      [1, 4],
      [3, 4 / 9],
    ] as const) {
      const drawn = noise({ eta: 4, gamma: 2 }, steps);
      expect(Math.abs(moment(drawn, 1))).toBeLessThan(4 * Math.sqrt(variance / 4000));
      expect(moment(drawn, 2) / variance).toBeCloseTo(1, 1);
      expect(Math.abs(moment(drawn, 4) / moment(drawn, 2) ** 2 - 3)).toBeLessThan(0.5);
    }
  });

  it('is the same for a seed, another for another', () => {
    expect(noise({ seed: 7 })).toEqual(noise({ seed: 7 }));
    expect(noise({ seed: 7 })).not.toEqual(noise({ seed: 8 }));
  });
});
