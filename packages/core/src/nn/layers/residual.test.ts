import { expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activations } from '../activations.js';
import { dense } from './dense.js';
import { residual } from './residual.js';
import { spread } from './testing/spread.js';

it('residual adds what its layers make to what they take', () => {
  const block = residual(dense({ inputs: 2, outputs: 2 }), activations.relu);
  const params = { layer0: { w: spread([2, 2], 1), b: spread([2], 2) } };
  const plain = dense({ inputs: 2, outputs: 2 });
  const [whole, inner] = [compile(block.apply), compile(plain.apply)];
  const x = [[1, -2]];
  const change = [...inner(params.layer0, x).data].map((v) => Math.max(v, 0));
  expect([...whole(params as never, x).data]).toEqual([1 + change[0]!, -2 + change[1]!]);
  const smooth = residual(dense({ inputs: 2, outputs: 2 }), activations.tanh);
  checkGrads((p: typeof params, x: Tensor) => smooth.apply(p as never, x), [
    params,
    spread([3, 2], 3),
  ] as never);
});

it('residual refuses layers that change the shape', () => {
  const block = residual(dense({ inputs: 2, outputs: 1 }));
  const { apply, init } = block;
  expect(() => compile(apply)(init({ seed: 0, dtype: 'float64' }) as never, [[1, 2]])).toThrow(
    'residual: its layers make [1,1] of [1,2]; they must keep the shape',
  );
});
