import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { minimize } from '../minimize/minimize.js';
import { numeric } from '../minimize/numeric.js';
import { maxSteps } from '../minimize/stop.js';
import { squared } from '../nn/losses/squared.js';
import { mlp } from '../nn/models/mlp.js';
import { array } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { fit } from '../train/fit.js';
import { chain } from './chain.js';
import { bytesPerParameter, coverage } from './coverage.js';
import { adam } from './optimizers/adam.js';
import { adamW } from './optimizers/adam-w.js';
import { dAdaptAdam } from './optimizers/d-adapt-adam.js';
import { hiddenMatrices, muon, orthogonalised } from './optimizers/muon.js';
import { polyakSGD } from './optimizers/polyak-sgd.js';
import { prodigy } from './optimizers/prodigy.js';
import { scheduleFreeAdamW } from './optimizers/schedule-free.js';
import { sgd } from './optimizers/sgd.js';
import { sgld } from './optimizers/sgld.js';
import { sophia } from './optimizers/sophia.js';
import { descend, type Loss, start } from './testing/descend.js';
import { expectWithin } from './testing/golden.js';
import type { Transform } from './transform.js';
import { accumulate } from './transforms/accumulate.js';
import { groups } from './transforms/groups.js';
import { lookahead } from './transforms/lookahead.js';
import { masked } from './transforms/masked.js';
import { proximal } from './transforms/proximal.js';
import { reduceOnPlateau } from './transforms/reduce-on-plateau.js';
import { sam } from './transforms/sam.js';

const ravine = (x: Tensor): Tensor => x.square().mul([0.5, 5]).sum();
const asking: Readonly<Record<string, () => Transform>> = {
  sam: () => sam(sgd({ lr: 0.05 }), { rho: 1e-4 }),
  sophia: () => sophia({ lr: 0.05, gamma: 1, beta2: 0.5, updatePeriod: 2 }),
  polyakSGD: () => polyakSGD(),
  sgld: () => sgld({ lr: 0.05, temperature: 1e-9 }),
  reduceOnPlateau: () => reduceOnPlateau(sgd({ lr: 0.05 })),
  prodigy: () => prodigy({ d0: 0.01 }),
  scheduleFreeAdamW: () => scheduleFreeAdamW({ lr: 0.1 }),
};

describe('what optimizers ask for is given', () => {
  it.each(Object.entries(asking))('by minimize: %s', (_, make) => {
    const { best, status } = minimize(ravine, [2, 1], { method: make(), stop: maxSteps(300) });
    expect(status).toBe('maxSteps');
    expect(best.value).toBeLessThan(1e-3);
  });

  const x = Array.from({ length: 64 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const y = x.map(([a, b]) => [a! * 2 - b!]);
  it.each(Object.entries({ ...asking, muon: () => muon({ lr: 0.01 }) }))(
    'by fit, dropout and validation included: %s',
    async (_, make) => {
      const model = mlp({ inputs: 2, hidden: [8], outputs: 1, dropout: 0.05 });
      const rows = { x, y };
      const result = await fit(model, {
        train: rows,
        validation: rows,
        loss: squared,
        optimizer: make(),
        epochs: 60,
        batchSize: 20,
      }).result;
      expect(result.status).toBe('maxSteps');
      expect(result.validationLoss).toBeLessThan(0.3 * result.history[0]!.loss);
    },
  );

  it('and counted: two gradients a step by sam, one by sgd', () => {
    const evaluations = (method: Transform) =>
      minimize(ravine, [2, 1], { method, stop: maxSteps(10) }).evaluations;
    expect([sgd({ lr: 0.05 }), sam(sgd({ lr: 0.05 }))].map(evaluations)).toEqual([11, 22]);
  });

  it('or refused, with the way out', () => {
    const plain = numeric(([a, b]: number[]) => a! * a! + b! * b!);
    const run = (method: Transform) => minimize(plain, [2, 1], { method, stop: maxSteps(3) });
    expect(() => run(sophia())).toThrow(
      'sophia: this training step gives no hvp; it needs a loss in tensor methods',
    );
    expect(() => run(sam(sgd()))).toThrow('sam: this training step gives no reevaluate');
    expect(run(polyakSGD()).best.value).toBeLessThan(5);
    const within = accumulate(2, sam(sgd()));
    expect(() => descend(within, ({ x }) => x!.square(), start(within, { x: array(1) }), 2)).toThrow(
      'sam: this training step gives no reevaluate; it needs a loss in tensor methods (see evaluationOf), and goes around accumulate, not into it',
    );
  });
});

const both: Loss = ({ w, b }) => w!.square().sum().add(w!.sum().mul(b!)).add(b!.square().mul(2));
const params = { w: array([[1, 2]]), b: array(0.5) };
const after = (optimizer: Transform, steps = 3) => {
  const { params: found } = descend(optimizer, both, start(optimizer, params), steps);
  return [...found.w!.data, ...found.b!.data];
};

describe('a part of the parameters', () => {
  it('has its own slope elsewhere: sam in a group moves as if the rest stood still', () => {
    const still = groups([
      { params: /w/, optimizer: sam(sgd({ lr: 0.1 }), { rho: 0.3 }) },
      { optimizer: sgd({ lr: 0 }) },
    ]);
    const alone = sam(sgd({ lr: 0.1 }), { rho: 0.3 });
    const fixed: Loss = ({ w }, data) => both({ w: w!, b: w!.like(0.5) }, data);
    const { params: found } = descend(alone, fixed, start(alone, { w: params.w }), 3);
    expectWithin(after(still).slice(0, 2), [...found.w!.data], 1e-14);
  });

  it('has its own curvature', () => {
    // H of w alone is 2I: its diagonal, found exactly by any signs.
    const optimizer = groups([
      { params: /w/, optimizer: sophia({ lr: 0, beta2: 0 }) },
      { optimizer: sgd({ lr: 0 }) },
    ]);
    const { state } = descend(optimizer, both, start(optimizer, params), 1);
    expect([...(state as never as { sophia: { h: { w: { data: Float64Array } } } }).sophia.h.w.data]).toEqual(
      [2, 2],
    );
  });

  it('muon splits by itself, and may have nothing to split', () => {
    const model = mlp({ inputs: 3, hidden: [4, 4], outputs: 2 });
    const found = coverage(muon({ lr: 0.5 }), model.init({ seed: 0, dtype: 'float32' }));
    const byMuon = Object.keys(found).filter((name) => found[name]!.some((word) => word.startsWith('muon(')));
    expect(byMuon).toEqual(['hidden0.w', 'hidden1.w']);
    expect(after(muon({ lr: 0.1, only: /nothing/ }))).toEqual(after(chain(adamW({ lr: 0.1 }))));
    expect(hiddenMatrices('blocks.0.attention.q.w', [8, 8])).toBe(true);
    expect(['embedding', 'head.w', 'output.w'].some((name) => hiddenMatrices(name, [8, 8]))).toBe(false);
    expect(() => masked(sgd(), /nothing/).init(params)).toThrow('selects no parameter');
  });
});

describe('values from elsewhere', () => {
  it("Muon's Newton–Schulz steps map Keras's matrix as Keras says", () => {
    const ns = compile((x: Tensor) => orthogonalised(x, 5, 1e-7));
    const got = ns([
      [0.2499, 0.9105],
      [0.2655, 0.8824],
    ]);
    expectWithin([...got.data], [-0.4422, 0.6457, 0.7285, 0.2968], 1e-3);
  });

  it("AdamW with Keras's ε-hat is told from PyTorch's by an ε of 2", () => {
    const step = (convention: 'keras' | 'torch') => {
      const optimizer = adamW({ lr: 1, weightDecay: 0.5, eps: 2, convention });
      const loss: Loss = ({ x }) => x!.mul(0.01).sum();
      return descend(optimizer, loss, start(optimizer, { x: array(1) }), 1).params.x!.data[0]!;
    };
    // 1 − 0.5 − √0.001/0.1·0.001/(√1e-7 + 2), and 1 − 0.5 − 0.01/(0.01 + 2)
    expect(step('keras')).toBeCloseTo(0.4998, 4);
    expect(step('torch')).toBeCloseTo(0.495, 4);
  });

  it('SGLD draws from exp(−f/T): on ½λx² a variance of T/λ', () => {
    const temperature = 0.5;
    const optimizer = sgld({ lr: 0.02, temperature });
    const x = { data: new Float64Array(2000), shape: [2000], dtype: 'float64' as const };
    const { params: end } = descend(optimizer, ({ x }) => x!.square().sum(), start(optimizer, { x }), 300);
    const variance = [...end.x!.data].reduce((sum, v) => sum + v * v, 0) / 2000;
    // λ = 2; discretisation adds lr·λ/2 of it, and 2000 draws leave 3%.
    expect(variance).toBeGreaterThan(0.9 * (temperature / 2));
    expect(variance).toBeLessThan(1.13 * (temperature / 2));
  });

  it('rates that are found are reported by fit', async () => {
    const x = [[0], [1], [2], [3]];
    const y = [[1], [3], [5], [7]];
    const lrs = async (optimizer: Transform): Promise<number[]> => {
      const options = { train: { x, y }, loss: squared, optimizer, epochs: 30, batchSize: 'full' as const };
      const { history } = await fit(mlp({ inputs: 1, hidden: [4], outputs: 1 }), options).result;
      return history.map(({ lr }) => lr);
    };
    const plateau = await lrs(
      reduceOnPlateau(sgd({ lr: 1e-9 }), { factor: 0.5, patience: 3, threshold: 0.1, eps: 0 }),
    );
    expect([plateau[0], plateau[4], plateau.at(-1)! < 1e-10]).toEqual([1e-9, 1e-9, true]);
    const found = await lrs(prodigy({ d0: 1e-4 }));
    expect(found.at(-1)).toBeGreaterThan(found[0]!);
    expect((await lrs(dAdaptAdam({ d0: 1e-4 }))).at(-1)).toBeGreaterThan(1e-4);
    expect((await lrs(chain(adam({ lr: 0.1 })))).at(-1)).toBe(0.1);
  });
});

it('what is no transform is refused by name, and one that was not called is said to be', () => {
  expect(() => sam({ lr: 0.1 } as never)).toThrow(
    'sam: optimizer must be a transform such as adam({ lr: 0.001 }), got an Object',
  );
  expect(() => lookahead(adam as never)).toThrow('got the function adam; call it, as in adam({ … })');
  expect(() => chain(adam(), 'ema' as never)).toThrow('part 2 of the chain must be a transform such as');
  expect(() => groups({} as never)).toThrow('groups: expected a list such as [{ params: /w$/, optimizer }]');
  expect(() => groups([adam()] as never)).toThrow('groups: optimizer of group 1 must be a transform');
  expect(() => proximal('sgd' as never, {})).toThrow(
    "proximal: optimizer must be a transform such as adam({ lr: 0.001 }), got 'sgd'",
  );
  expect(() => bytesPerParameter('adam' as never)).toThrow(
    'bytesPerParameter: optimizer must be a transform',
  );
});
