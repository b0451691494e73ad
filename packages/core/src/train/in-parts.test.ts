import { describe, expect, it } from 'vitest';
import { random } from '../data/random.js';
import { ENGINES } from '../optim/testing/engines.js';
import { isNdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Training } from '../tensor/training.js';
import { flatten } from '../tensor/tree.js';
import { isCut } from './clipping.js';
import { evaluationInParts } from './in-parts.js';
import type { Batch } from './objective.js';

const [rows, width] = [11, 3];
const stream = random(1, 'in parts');
const numbers = (count: number) => Float64Array.from({ length: count }, () => 2 * stream.uniform() - 1);
const array = (...shape: number[]) => ({
  data: numbers(shape.reduce((a, b) => a * b, 1)),
  shape,
  dtype: 'float64' as const,
});
const data = { x: array(rows, width), y: array(rows, 1) };
const params = { w: array(width, 1), b: array(1) };
const picked = { data: Int32Array.of(3, 1, 10, 0, 7, 7, 2), shape: [7], dtype: 'int32' as const };

/** With a mask of random numbers, or without. */
const lossOf =
  (masked: boolean) =>
  ({ x, y }: Batch, training: Training) =>
  ({ w, b }: Readonly<Record<string, Tensor>>): Tensor => {
    const input = x as Tensor;
    const seen = masked ? input.mul(training.uniform('mask', input.shape, 'float64')) : input;
    return seen
      .matmul(w!)
      .add(b!)
      .tanh()
      .sub(y as Tensor)
      .square()
      .mean();
  };

function evaluated(engine: string, part: number, indexed: boolean, masked: boolean): number[] {
  const taken = indexed ? picked.shape[0]! : rows;
  const run = ENGINES[engine]!(
    (at: Record<string, Tensor>, data: Batch, index: Tensor, seed: Tensor, count: Tensor) => {
      const parted = { data, index: indexed ? index : undefined, rows: taken, part, seed, count };
      const { loss, grads } = evaluationInParts(parted, lossOf(masked), at);
      const hyper = { maxNorm: loss.mul(0.5), limit: loss.mul(0.1) };
      return { loss, grads, cut: isCut(grads, hyper, { norm: 1, value: 1 }) };
    },
  );
  return flatten(
    run(params as never, data as never, picked as never, 5 as never, 3 as never),
    isNdArray,
  ).leaves.flatMap(({ data }) => [...data]);
}

describe.each([
  ['all rows', false],
  ['picked rows', true],
] as const)('a batch in parts, of %s', (_, indexed) => {
  it.each([1, 2, 3, 4, 6])(
    'gives compiled what it gives interpreted, with random numbers, in parts of %i',
    (part) => {
      const [compiled, interpreted] = ['compiled', 'interpreted'].map((engine) =>
        evaluated(engine, part, indexed, true),
      );
      expect(compiled).toEqual(interpreted!.map((value) => expect.closeTo(value, 12)));
    },
  );

  it.each([1, 2, 3, 4, 6])('is the batch as a whole, in parts of %i', (part) => {
    const whole = evaluated('interpreted', rows, indexed, false);
    expect(evaluated('compiled', part, indexed, false)).toEqual(
      whole.map((value) => expect.closeTo(value, 12)),
    );
  });
});
