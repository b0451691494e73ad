import { describe, expect, it } from 'vitest';
import { interpret } from '../../compile/interpret.js';
import { array } from '../array.js';
import { print } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { traced } from '../testing/traced.js';
import { cond } from './cond.js';
import { scan } from './scan.js';
import { whileLoop } from './while-loop.js';

const run = (f: (x: Tensor) => Tensor | Tensor[], x: Parameters<typeof array>[0]): number[][] => {
  const value = array(x);
  return interpret(traced(f, value), [value]).map(({ data }) => [...data]);
};

const running =
  (options = {}) =>
  (xs: Tensor) => [...scan((sum: Tensor, x: Tensor) => [sum.add(x), sum] as const, xs.like(0), xs, options)];

describe('scan', () => {
  it('hands on the carry and stacks the results', () => {
    expect(run(running(), [1, 2, 4])).toEqual([[7], [0, 1, 3]]);
    expect(run(running({ reverse: true }), [1, 2, 4])).toEqual([[7], [6, 4, 0]]);
  });

  it('takes and gives trees, and may do without slices', () => {
    const powers = (x: Tensor): Tensor[] => {
      const turn = ({ p }: { p: Tensor }) => [{ p: p.mul(x) }, [p]] as const;
      const [{ p }, [all]] = scan(turn, { p: x.like(1) }, {}, { length: 4 });
      return [p, all];
    };
    expect(run(powers, 3)).toEqual([[81], [1, 3, 9, 27]]);
  });

  it('is one node with a body, which takes in what it uses of its surroundings', () => {
    const f = (x: Tensor): Tensor =>
      scan((c: Tensor) => [c.mul(x).add(1), {}] as const, x.exp(), {}, { length: 3 })[0];
    expect(print(traced(f, []))).toMatchInlineSnapshot(`
      "%0 = input name="0" : float64[]
      %1 = exp %0 : float64[]
      %2 = scan carries=1 stacks=0 length=3 reverse=false keep=true %1 %0 : float64[2]
        body:
          %0 = input name="0" : float64[]
          %1 = input name="captured" : float64[]
          %2 = mul %0 %1 : float64[]
          %3 = constant 1 : float64[]
          %4 = add %2 %3 : float64[]
          return %4 %0
      %3 = part index=0 shape=[] dtype="float64" %2 : float64[]
      return %3"
    `);
  });

  it('refuses what does not fit', () => {
    const turn = (c: Tensor, x: Tensor) => [c.add(x), {}] as const;
    expect(() => run((xs) => scan(turn, xs, xs)[0], [[1, 2]])).not.toThrow();
    expect(() => run((xs) => scan(turn, xs.like(0), xs)[0], [[1, 2]])).toThrow(
      /^scan: the carry that f returns must be float64\[\], got float64\[2\]/,
    );
    expect(() => run((xs) => scan(turn, xs.like(0), [xs, xs.slice([1])] as never)[0], [1, 2])).toThrow(
      /^scan: xs\.1 must have 2 slices along its first axis, got shape \[1\]/,
    );
    expect(() => run((xs) => scan(turn, xs, {} as Tensor)[0], 1)).toThrow(
      'scan: the number of turns must be an integer ≥ 0 (the first axis of xs, or { length }), got undefined',
    );
    expect(() => run((xs) => scan((c: Tensor) => c as never, xs, xs)[0], [1])).toThrow(
      'scan: f must return [carry, y]; return {} as y when there are no results',
    );
    expect(() => run((x) => scan(() => [{}, {}] as const, {}, {}, { length: 2 }) && x, 1)).toThrow(
      'scan: init and xs hold no Tensor; one of them must',
    );
    expect(() => run((xs) => scan(turn, xs, xs, { residuals: 'all' as 'keep' })[0], [1])).toThrow(
      "scan: residuals must be one of keep, recompute, got 'all'",
    );
  });

  it('lets nothing out of its body but by returning it', () => {
    const leaky = (xs: Tensor): Tensor => {
      let kept = xs;
      scan(
        (c: Tensor, x: Tensor) => {
          kept = c.add(x);
          return [kept, {}] as const;
        },
        xs.like(0),
        xs,
      );
      return kept.mul(2);
    };
    expect(() => run(leaky, [1, 2])).toThrow(
      'a Tensor made in a body was used outside of it; return it from the body instead',
    );
  });
});

describe('cond', () => {
  it('gives what the branch taken gives', () => {
    const f = (x: Tensor): Tensor =>
      cond(
        x.gt(1),
        () => x.mul(10),
        () => x.neg(),
      );
    expect([run(f, 3), run(f, 0.5)]).toEqual([[[30]], [[-0.5]]]);
  });

  it('refuses branches of different form, and conditions that are no bool scalar', () => {
    expect(() =>
      run(
        (x) =>
          cond(
            x.gt(0),
            () => x,
            () => x.expandDims(0),
          ),
        1,
      ),
    ).toThrow(/^cond: what the second branch returns must be float64\[\], got float64\[1\]/);
    expect(() =>
      run(
        (x) =>
          cond(
            x.gt(0),
            () => x,
            () => x,
          ),
        [1, 2],
      ),
    ).toThrow(/^cond: the condition must be bool\[\], got bool\[2\]/);
  });
});

describe('whileLoop', () => {
  it('goes on for as long as the test holds', () => {
    expect(
      run(
        (x) =>
          whileLoop(
            (x) => x.lt(100),
            (x) => x.mul(3),
            x,
          ),
        2,
      ),
    ).toEqual([[162]]);
    expect(
      run(
        (x) =>
          whileLoop(
            (x) => x.lt(0),
            (x) => x.mul(3),
            x,
          ),
        2,
      ),
    ).toEqual([[2]]);
  });

  it('refuses a carry that changes its form, and a test that is no bool scalar', () => {
    expect(() =>
      run(
        (x) =>
          whileLoop(
            (x) => x.sum().lt(9),
            (x) => x.sum(),
            x,
          ),
        [1],
      ),
    ).toThrow(/^whileLoop: the carry that body returns must be float64\[1\], got float64\[\]/);
    expect(() =>
      run(
        (x) =>
          whileLoop(
            (x) => x,
            (x) => x,
            x,
          ),
        1,
      ),
    ).toThrow(/^while: test result 0 must be bool\[\], got float64\[\]/);
    expect(() =>
      run(
        (x) =>
          whileLoop(
            () => x.lt(0),
            () => ({}),
            {},
          ) && x,
        1,
      ),
    ).toThrow('whileLoop: init holds no Tensor, so nothing could ever change');
  });
});
