import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, valueAndGrad } from '../autodiff/grad.js';
import { maxPool } from '../nn/convolve.js';
import { conv } from '../nn/layers/conv.js';
import { dense } from '../nn/layers/dense.js';
import { sequential } from '../nn/layers/sequential.js';
import { crossEntropy } from '../nn/losses/cross-entropy.js';
import type { Model } from '../nn/model.js';
import { gpt } from '../nn/models/gpt.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { type ArrayInput, zeros } from '../tensor/array.js';
import type { Spec } from '../tensor/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena } from './arena.js';
import { type MemoryPlan, memoryPlan, planOf, printMemoryPlan } from './memory-plan.js';
import { assemble } from './program.js';
import { halvedNative } from './testing/halved.js';
import { randomProgram, randomPrograms, realize, tableProgram } from './testing/random-graphs.js';

/** The gradient of a classifier, and steps down it. */
function stepPlan(model: Model<never>, x: ArrayInput, y: ArrayInput): MemoryPlan {
  const step = (params: unknown, x: Tensor, y: Tensor) => {
    const loss = (params: unknown): Tensor => {
      const logits = model.apply(params as never, x);
      return crossEntropy(logits.reshape([-1, logits.shape.at(-1)!]), y.flatten()).mean();
    };
    return valueAndGrad(loss)(params as never);
  };
  return memoryPlan(step, model.init({ seed: 1, dtype: 'float32' }) as never, x as never, y as never);
}

const labels = (...shape: number[]) => zeros(shape, 'int32');
const cnn = sequential(
  conv({ inputs: 1, outputs: 8, kernel: [3, 3], padding: 'same' }),
  (x) => maxPool(x.relu(), 2),
  conv({ inputs: 8, outputs: 16, kernel: [3, 3], padding: 'same' }),
  (x) => maxPool(x.relu(), 2).flatten(1),
  dense({ inputs: 784, outputs: 10 }),
);
const small = { vocabulary: 65, width: 64, heads: 4, layers: 4, context: 32 };

describe('scratch memory', () => {
  it.each<[string, () => MemoryPlan]>([
    [
      'logistic regression',
      () =>
        stepPlan(linear({ inputs: 100, outputs: 2 }) as never, zeros([1000, 100], 'float32'), labels(1000)),
    ],
    [
      'an MLP',
      () =>
        stepPlan(
          mlp({ inputs: 784, hidden: [256, 128], outputs: 10 }) as never,
          zeros([128, 784], 'float32'),
          labels(128),
        ),
    ],
    ['a CNN', () => stepPlan(cnn as never, zeros([64, 1, 28, 28], 'float32'), labels(64))],
    ['a GPT', () => stepPlan(gpt(small) as never, labels(4, 32), labels(4, 32))],
  ])('of a training step of %s stays within 1.3 times what is alive at a time', (_, plan) => {
    const { bytes, alive } = plan();
    expect(bytes / alive).toBeLessThanOrEqual(1.3);
    expect(alive).toBeGreaterThan(10_000);
  });

  it(`of ${randomPrograms(200)} random programs does so, too`, () => {
    fc.assert(
      fc.property(randomProgram, (program) => {
        const { bytes, alive } = planOf(realize(program, 'float32').graph);
        expect(bytes).toBeLessThanOrEqual(1.3 * alive);
      }),
      { numRuns: randomPrograms(200) },
    );
  });

  const native = new Arena({ native: halvedNative });

  it.each([
    ['random programs', randomProgram],
    ['programs that pick and add rows', tableProgram],
  ])(`so do machine code's of ${randomPrograms(60)} %s`, (_, programs) => {
    fc.assert(
      fc.property(programs, (program) => {
        const { bytes, alive } = planOf(realize(program, 'float32').graph, native);
        expect(bytes).toBeLessThanOrEqual(1.3 * alive);
      }),
      { numRuns: randomPrograms(60) },
    );
  });

  it('is as the program has it: machine code takes rows of a product from where they are', () => {
    const graph = traced((x, i, w) => [x.gather(i.cast('int32')).matmul(w)], [100, 256], [16], [256, 32]);
    const gathers = ({ kernels }: MemoryPlan): boolean => kernels.some((kernel) => kernel.includes('gather'));
    expect([gathers(planOf(graph)), gathers(planOf(graph, native))]).toEqual([true, false]);
    expect(planOf(graph, native).kernels.at(-1)).toMatch(/^dot %\d+ dot from rows of %0$/);
    for (const arena of [new Arena(), new Arena({ native: halvedNative })]) {
      const room = ({ shape, dtype }: Spec) => arena.allocate(shape, dtype);
      const wiring = { inputs: graph.inputs.map(room), outputs: graph.outputs.map(room) };
      expect(assemble(graph, arena, wiring).plan()).toEqual(planOf(graph, arena));
    }
  });

  it('can be printed: what lies where, and from which kernel to which', () => {
    const loss = (w: Tensor, x: Tensor): Tensor => x.matmul(w).tanh().matmul(w.transpose()).square().sum();
    expect(
      printMemoryPlan(
        memoryPlan(
          grad(loss),
          [[1], [2]],
          [
            [1, 2],
            [3, 4],
          ],
        ),
      ),
    ).toMatchInlineSnapshot(`
      "8 kernels, 96 bytes of scratch memory, at most 96 of them alive at a time
      kernel 0: dot %2 dot
      kernel 1: loop %3 tanh, %16 add
      kernel 2: loop %9 add
      kernel 3: dot %10 dot
      kernel 4: dot %11 dot
      kernel 5: loop %17 mul
      kernel 6: dot %18 dot
      kernel 7: loop %19 add
       0 … 16  kernels 0–1  %2 dot float64[2, 1]
       0 … 32  kernels 2–4  %9 add float64[2, 2]
       0 … 16  kernels 5–6  %17 mul float64[2, 1]
      16 … 32  kernels 6–7  %18 dot float64[2, 1]
      32 … 48  kernels 1–4  %3 tanh float64[2, 1]
      48 … 64  kernels 1–5  %16 add float64[2, 1]
      64 … 80  kernels 3–5  %10 dot float64[2, 1]
      80 … 96  kernels 4–7  %11 dot float64[1, 2]"
    `);
  });
});
