import type { Tensor } from '../../tensor/tensor.js';

/** f(x) = Σ rᵢ(x)², by its residuals. */
export interface SumOfSquares {
  readonly start: readonly number[];
  /** The least value, and those of local minima that count as well. */
  readonly minima: readonly number[];
  readonly residuals: (x: Tensor) => Tensor[];
}

const range = (n: number, of = (i: number): number => i): number[] =>
  Array.from({ length: n }, (_, i) => of(i + 1));
/** x₁, x₂, … as scalars. */
const each = (x: Tensor): Tensor[] => range(x.size).map((i) => x.slice([i - 1], [i]).reshape([]));

const BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const GAUSSIAN = [
  0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989, 0.3521, 0.242, 0.1295, 0.054, 0.0175, 0.0044,
  0.0009,
];
const MEYER = [
  34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872,
];
const KOWALIK_Y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const KOWALIK_U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
const OSBORNE = [
  0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628,
  0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414,
  0.411, 0.406,
];

/**
 * Twenty of the problems of J. Moré, B. Garbow and K. Hillstrom, "Testing unconstrained optimization software", ACM TOMS
 * 7(1), 1981, with their standard starts.
 */
export const MORE_GARBOW_HILLSTROM: Readonly<Record<string, SumOfSquares>> = {
  rosenbrock: {
    start: [-1.2, 1],
    minima: [0],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      return [b.sub(a.square()).mul(10), a.sub(1)];
    },
  },
  freudensteinRoth: {
    start: [0.5, -2],
    minima: [0, 48.98425367924003],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      return [
        a.sub(13).add(b.neg().add(5).mul(b).sub(2).mul(b)),
        a.sub(29).add(b.add(1).mul(b).sub(14).mul(b)),
      ];
    },
  },
  powellBadlyScaled: {
    start: [0, 1],
    minima: [0],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      return [a.mul(b).mul(1e4).sub(1), a.neg().exp().add(b.neg().exp()).sub(1.0001)];
    },
  },
  brownBadlyScaled: {
    start: [1, 1],
    minima: [0],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      return [a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2)];
    },
  },
  beale: {
    start: [1, 1],
    minima: [0],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      return [1.5, 2.25, 2.625].map((y, i) =>
        b
          .pow(i + 1)
          .sub(1)
          .mul(a)
          .add(y),
      );
    },
  },
  jennrichSampson: {
    start: [0.3, 0.4],
    minima: [124.36218235561489],
    residuals: (x) => {
      const [a, b] = each(x) as [Tensor, Tensor];
      const i = range(10);
      return [
        a
          .mul(i)
          .exp()
          .add(b.mul(i).exp())
          .sub(range(10, (i) => 2 + 2 * i)),
      ];
    },
  },
  helicalValley: {
    start: [-1, 0, 0],
    minima: [0],
    residuals: (x) => {
      const [a, b, c] = each(x) as [Tensor, Tensor, Tensor];
      const turn = b
        .div(a)
        .atan()
        .div(2 * Math.PI)
        .add(a.lt(0).where(0.5, 0));
      return [c.sub(turn.mul(10)).mul(10), a.square().add(b.square()).sqrt().sub(1).mul(10), c];
    },
  },
  bard: {
    start: [1, 1, 1],
    minima: [8.21487730657897e-3, 17.42869333],
    residuals: (x) => {
      const [a, b, c] = each(x) as [Tensor, Tensor, Tensor];
      const u = range(15);
      const v = u.map((i) => 16 - i);
      const w = u.map((i) => Math.min(i, 16 - i));
      return [
        a
          .like(u)
          .div(b.mul(v).add(c.mul(w)))
          .add(a)
          .sub(BARD),
      ];
    },
  },
  gaussian: {
    start: [0.4, 1, 0],
    minima: [1.127932769618e-8],
    residuals: (x) => {
      const [a, b, c] = each(x) as [Tensor, Tensor, Tensor];
      const t = range(15, (i) => (8 - i) / 2);
      return [c.sub(t).square().mul(b).div(-2).exp().mul(a).sub(GAUSSIAN)];
    },
  },
  meyer: {
    start: [0.02, 4000, 250],
    minima: [87.94585517018],
    residuals: (x) => {
      const [a, b, c] = each(x) as [Tensor, Tensor, Tensor];
      return [
        b
          .div(c.add(range(16, (i) => 45 + 5 * i)))
          .exp()
          .mul(a)
          .sub(MEYER),
      ];
    },
  },
  powellSingular: {
    start: [3, -1, 0, 1],
    minima: [0],
    residuals: (x) => {
      const [a, b, c, d] = each(x) as [Tensor, Tensor, Tensor, Tensor];
      return [
        a.add(b.mul(10)),
        c.sub(d).mul(Math.sqrt(5)),
        b.sub(c.mul(2)).square(),
        a.sub(d).square().mul(Math.sqrt(10)),
      ];
    },
  },
  wood: {
    start: [-3, -1, -3, -1],
    minima: [0],
    residuals: (x) => {
      const [a, b, c, d] = each(x) as [Tensor, Tensor, Tensor, Tensor];
      return [
        b.sub(a.square()).mul(10),
        a.sub(1),
        d.sub(c.square()).mul(Math.sqrt(90)),
        c.sub(1),
        b.add(d).sub(2).mul(Math.sqrt(10)),
        b.sub(d).div(Math.sqrt(10)),
      ];
    },
  },
  kowalikOsborne: {
    start: [0.25, 0.39, 0.415, 0.39],
    minima: [3.0750560385e-4, 1.02734e-3],
    residuals: (x) => {
      const [a, b, c, d] = each(x) as [Tensor, Tensor, Tensor, Tensor];
      const u = KOWALIK_U;
      return [b.add(u).mul(u).mul(a).div(c.add(u).mul(u).add(d)).sub(KOWALIK_Y)];
    },
  },
  brownDennis: {
    start: [25, 5, -5, -1],
    minima: [85822.2016263563],
    residuals: (x) => {
      const [a, b, c, d] = each(x) as [Tensor, Tensor, Tensor, Tensor];
      const t = range(20, (i) => i / 5);
      const first = b.mul(t).add(a).sub(t.map(Math.exp));
      const second = d.mul(t.map(Math.sin)).add(c).sub(t.map(Math.cos));
      return [first.square().add(second.square())];
    },
  },
  osborne1: {
    start: [0.5, 1.5, -1, 0.01, 0.02],
    minima: [5.464894697e-5],
    residuals: (x) => {
      const [a, b, c, d, e] = each(x) as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const t = range(33, (i) => 10 * (i - 1));
      return [d.mul(t).neg().exp().mul(b).add(e.mul(t).neg().exp().mul(c)).add(a).sub(OSBORNE)];
    },
  },
  biggsExp6: {
    start: [1, 2, 1, 1, 1, 1],
    minima: [0, 5.65565e-3, 0.3063667726],
    residuals: (x) => {
      const [a, b, c, d, e, f] = each(x) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      const t = range(13, (i) => i / 10);
      const y = t.map((t) => Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t));
      const wave = (rate: Tensor, height: Tensor): Tensor => rate.mul(t).neg().exp().mul(height);
      return [wave(a, c).sub(wave(b, d)).add(wave(e, f)).sub(y)];
    },
  },
  broydenTridiagonal: {
    start: range(10, () => -1),
    minima: [0],
    residuals: (x) => {
      const n = x.size;
      const before = x.slice([0], [n - 1]).embed([n], [1]);
      const after = x.slice([1]).embed([n], [0]);
      return [x.mul(2).sub(3).neg().mul(x).sub(before).sub(after.mul(2)).add(1)];
    },
  },
  broydenBanded: {
    start: range(10, () => -1),
    minima: [0],
    residuals: (x) => {
      const n = x.size;
      const near = range(n).map((i) => range(n).map((j) => Number(j !== i && j >= i - 5 && j <= i + 1)));
      const others = x.constant(near).matmul(x.add(1).mul(x));
      return [x.square().mul(5).add(2).mul(x).add(1).sub(others)];
    },
  },
  trigonometric: {
    start: range(10, () => 1 / 10),
    minima: [0, 2.795056e-5],
    residuals: (x) => {
      const i = range(x.size);
      const cosines = x.cos();
      return [cosines.sub(1).mul(i).neg().sub(x.sin()).add(x.size).sub(cosines.sum())];
    },
  },
  variablyDimensioned: {
    start: range(10, (j) => 1 - j / 10),
    minima: [0],
    residuals: (x) => {
      const sum = x.sub(1).mul(range(x.size)).sum();
      return [x.sub(1), sum, sum.square()];
    },
  },
};

/** The same as one function. */
export const sumOfSquares =
  ({ residuals }: SumOfSquares) =>
  (x: Tensor): Tensor =>
    residuals(x)
      .map((r) => r.square().sum())
      .reduce((sum, part) => sum.add(part));

/** f − f* ≤ 1e-6·max(1, |f*|) for one of the minima. */
export const isSolved = ({ minima }: SumOfSquares, value: number): boolean =>
  minima.some((minimum) => Math.abs(value - minimum) <= 1e-6 * Math.max(1, Math.abs(minimum)));
