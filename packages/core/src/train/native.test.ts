import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import type { Native } from '../compile/host.js';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { sgd } from '../optim/optimizers/sgd.js';
import type { Tensor } from '../tensor/tensor.js';
import { compileStep } from './compile-step.js';
import { fit } from './fit.js';

/** Makes code that does nothing but count how often it is run. */
function counting(given: Partial<Native> = {}) {
  const native = {
    name: 'none',
    compiled: 0,
    runs: 0,
    compile() {
      native.compiled++;
      return { entry: 0, on: () => () => void native.runs++ };
    },
    ...given,
  };
  return native;
}

const model = linear({ inputs: 2, outputs: 1 });
const common = { loss: squared, optimizer: sgd({ lr: 0.1 }) };
const steps = (native: Native, numerics: 'fast' | 'portable' = 'fast') =>
  compileStep(model, { ...common, numerics, host: { native } });
const matrix = (m: number, n: number) => ({
  data: new Float32Array(m * n),
  shape: [m, n],
  dtype: 'float32' as const,
});
const rows = { x: [[1, 2]], y: [[3]] };

describe('machine code', () => {
  it('is made of what takes steps, and of what has much to do', () => {
    const native = counting({ from: 80 ** 3 + 1 });
    const batch = (rows: number) => ({ x: matrix(rows, 2), y: matrix(rows, 1) });
    steps(native)(batch(1000));
    expect(native).toMatchObject({ compiled: 0, runs: 0 });
    steps(native)(batch(10_000));
    expect(native).toMatchObject({ compiled: 1, runs: 1 });
    const product = compile((x: Tensor) => x.matmul(x), { host: { native } });
    product(matrix(80, 80));
    expect(native).toMatchObject({ compiled: 1, runs: 1 });
    product(matrix(81, 81));
    expect(native).toMatchObject({ compiled: 2, runs: 2 });
  });

  it('is not made where numbers are to be portable', async () => {
    const native = counting();
    steps(native, 'portable')(rows);
    await fit(model, { ...common, train: rows, epochs: 1, numerics: 'portable', host: { native } }).result;
    expect(native.compiled).toBe(0);
  });

  const untranslatable = () => {
    throw new Error('internal: no machine code for 0xfd00');
  };

  it('gives way to WebAssembly where an instruction has no translation', () => {
    const step = steps(counting({ compile: untranslatable }));
    step(rows);
    const wanted = steps(counting(), 'portable');
    wanted(rows);
    expect(step.params()).toEqual(wanted.params());
  });

  it('must be there where it is required', () => {
    const native = counting({ compile: untranslatable, required: true });
    expect(() => steps(native)(rows)).toThrow('internal: no machine code for 0xfd00');
  });
});
