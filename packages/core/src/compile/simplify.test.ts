import { describe, expect, it } from 'vitest';
import { print } from '../tensor/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { compile } from './compile.js';
import { simplify } from './simplify.js';

describe('simplify', () => {
  it.each([
    ['x + 0', traced((x) => x.add(0), [3])],
    ['1 · x', traced((x) => x.mul(1), [3])],
    ['−(−x)', traced((x) => x.neg().neg(), [3])],
    ['x¹', traced((x) => x.pow(1), [3])],
    ['a transposition back and forth', traced((x) => x.transpose().transpose(), [3, 4])],
    ['the sum over an axis of extent 1', traced((x) => x.sum(1, { keepDims: true }), [3, 1])],
    ['a shape and back', traced((x) => x.reshape([12]).reshape([3, 4]), [3, 4])],
  ])('%s is x', (_, graph) => {
    const { nodes, inputs, outputs } = simplify(graph);
    expect(outputs).toEqual(inputs);
    expect(nodes).toHaveLength(1);
  });

  it('works out constants', () => {
    const { outputs } = simplify(traced((x) => x.mul(x.like(2).add(3).sqrt()), []));
    expect(outputs[0]!.inputs[1]!.value!.data[0]).toBe(Math.sqrt(5));
  });

  it('leaves exp of a constant to the program, whose exp has bits of its own', () => {
    const values = Array.from({ length: 200 }, (_, i) => -20 + i / 5.1);
    const ofConstants = compile((x: Tensor) => values.map((v) => x.like(v).exp()));
    const ofInputs = compile((x: Tensor) => x.exp());
    expect(ofConstants(0).map(({ data }) => data[0])).toEqual([...ofInputs(values).data]);
  });

  it('turns small powers into products', () => {
    expect(print(simplify(traced((x) => x.pow(2), [3])))).toContain('mul %0 %0');
  });

  it('does once what would be done for each repetition of a scalar', () => {
    const text = print(simplify(traced((x, rate) => x.add(rate.broadcastTo([3]).exp()), [3], [])));
    expect(text).toContain('exp %1 : float64[]');
  });
});
