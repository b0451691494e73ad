import { describe, expect, it } from 'vitest';
import { interpret } from '../compile/interpret.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { graphOf } from '../tensor/trace.js';
import { checkGrads } from './check-grads.js';
import { grad, hvp, jvp, valueAndGrad } from './grad.js';

const rosenbrock = ({ x, y }: { x: Tensor; y: Tensor }): Tensor =>
  x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));

describe('grad', () => {
  it('gives numbers for numbers and a tree for a tree', () => {
    expect(grad((x: Tensor) => x.square())(3)).toBe(6);
    expect(valueAndGrad(rosenbrock)({ x: -1, y: 1 })).toEqual([4, { x: -4, y: 0 }]);
  });

  it('gives arrays for arrays, and zero where nothing depends on an argument', () => {
    const { a, b } = grad(({ a }: { a: Tensor; b: Tensor }) => a.square().sum())({ a: [1, 2], b: [3] });
    expect([...a.data, ...b.data]).toEqual([2, 4, 0]);
  });

  it('differentiates again', () => {
    const third = grad((x: Tensor) => grad((x: Tensor) => grad((x: Tensor) => x.pow(4))(x))(x));
    expect(third(2)).toBe(48);
  });

  it('counts only the use of the argument, not what the function holds otherwise', () => {
    const f = grad((x: Tensor) => x.mul(grad((y: Tensor) => y.mul(x))(x)));
    expect(f(5)).toBe(10); // d/dx (x · x), where the inner derivative is the x held
  });

  it('does not differentiate with respect to later arguments', () => {
    expect(grad((w: Tensor, x: Tensor) => w.mul(x).sum())([1, 2], [3, 4]).data).toEqual(
      Float64Array.of(3, 4),
    );
  });

  it('says what to do when the function is no scalar', () => {
    expect(() => grad((x: Tensor) => x.square())([1, 2])).toThrow(
      'expected f to return a scalar to differentiate, got shape [2]; reduce it, as in .mean()',
    );
  });

  it('takes graphs deeper than the stack', () => {
    const deep = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 10_000; i++) y = y.sin();
      return y;
    };
    const slope = grad(deep);
    expect(graphOf((x: Tensor) => slope(x), 1).nodes.length).toBeGreaterThan(20_000);
  });

  it('wants something to differentiate with respect to', () => {
    expect(() => grad((_: object, x: Tensor) => x.sum())({}, [1, 2])).toThrow('there are no parameters');
  });

  it('passes nothing through stopGradient', () => {
    expect(grad((x: Tensor) => x.mul(x.stopGradient()))(3)).toBe(3);
  });
});

describe('jvp and hvp', () => {
  it('agree with each other and with the Hessian', () => {
    const v = { x: 1, y: -2 };
    const product = hvp(rosenbrock, { x: -1.2, y: 1 }, v);
    // H = [[2 − 400y + 1200x², −400x], [−400x, 200]]
    expect(product.x).toBeCloseTo(2 - 400 + 1200 * 1.44 + -400 * -1.2 * -2, 9);
    expect(product.y).toBeCloseTo(-400 * -1.2 - 400, 9);
  });

  it('go by the names of the direction, not by their order', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => a.square().mul(3).add(b.square());
    expect(hvp(f, { a: 1, b: 1 }, { b: 0, a: 1 })).toEqual({ a: 6, b: 0 });
    expect(jvp(f, { a: 1, b: 1 }, { b: 0, a: 1 })[1].data[0]).toBe(6);
  });

  it('refuse a direction of other names or shapes', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => a.add(b).square().sum();
    const at = { a: 1, b: 2 };
    expect(() => hvp(f, at, { a: 1 } as never)).toThrow('the direction lacks b, which the point has');
    expect(() => jvp(f, at, { ...at, c: 1 } as never)).toThrow('the direction has c, which the point lacks');
    expect(() => jvp(f, at, { a: [1], b: 1 })).toThrow("the direction's a has shape [1], the point has []");
    expect(() => jvp((x: Tensor) => x.square(), [1, 2, 3], [1])).toThrow(
      'the direction has shape [1], the point has [3]',
    );
  });

  it('jvp gives value and slope', () => {
    const [value, slope] = jvp((x: Tensor) => x.sqrt(), [4, 9], [1, 3]);
    expect([...value.data, ...slope.data]).toEqual([2, 3, 0.25, 0.5]);
  });

  it('reverse over forward equals forward over reverse', () => {
    const reverseOverForward = (x: Tensor): Tensor =>
      grad(
        (x: Tensor) =>
          (jvp((x: Tensor) => x.pow(3).sum(), x, x.like(1).broadcastTo(x.shape)) as [Tensor, Tensor])[1],
      )(x);
    const graph = traced(reverseOverForward, [2]);
    expect([
      ...interpret(graph, [{ data: Float64Array.of(1, 2), shape: [2], dtype: 'float64' }])[0]!.data,
    ]).toEqual([6, 12]);
  });
});

describe('checkGrads', () => {
  it('accepts a right derivative', () => {
    checkGrads(rosenbrock, [{ x: -1.2, y: 1 }]);
  });

  it('finds a wrong one', () => {
    const wrong = (x: Tensor): Tensor => x.square().add(x.stopGradient());
    expect(() => checkGrads((x: Tensor) => wrong(x).sum(), [[1, 2]])).toThrow(
      /forward mode: derivative is .*, the difference quotient says/,
    );
  });

  it.each([
    [{ order: 0 }, 'order must be a positive integer, got 0'],
    [{ order: Number.NaN }, 'order must be a positive integer, got NaN'],
    [{ step: 0 }, 'step must be a number above 0, got 0'],
    [{ tolerance: Number.NaN }, 'tolerance must be a number above 0, got NaN'],
  ])('refuses %o, with which nothing would be found', (options, message) => {
    expect(() => checkGrads(rosenbrock, [{ x: -1.2, y: 1 }], options)).toThrow(message);
  });
});
