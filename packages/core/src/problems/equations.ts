import { type LeastSquaresProblem, ofEach, range, sumOfSquares } from './squares.js';

const zeroAt = (...at: number[]) => [{ at, value: 0 }];

/** Systems of equations from the collection of Moré, Garbow and Hillstrom, by name. */
export const equations: Readonly<Record<string, LeastSquaresProblem>> = {
  rosenbrock: sumOfSquares({
    name: 'Rosenbrock',
    formula: '10(y − x²), 1 − x',
    start: [-1.2, 1],
    minima: zeroAt(1, 1),
    residuals: ofEach((x, y) => [y.sub(x.square()).mul(10), x.like(1).sub(x)]),
  }),
  freudensteinRoth: sumOfSquares({
    name: 'Freudenstein–Roth',
    formula: 'x − 13 + ((5 − y)y − 2)y, x − 29 + ((y + 1)y − 14)y',
    start: [0.5, -2],
    minima: [
      { at: [5, 4], value: 0 },
      { at: [11.412779, -0.8968052544], value: 48.98425367924003 },
    ],
    residuals: ofEach((x, y) => [
      y.like(5).sub(y).mul(y).sub(2).mul(y).add(x).sub(13),
      y.add(1).mul(y).sub(14).mul(y).add(x).sub(29),
    ]),
  }),
  powellBadlyScaled: sumOfSquares({
    name: 'Powell, badly scaled',
    formula: '10⁴xy − 1, e⁻ˣ + e⁻ʸ − 1.0001',
    start: [0, 1],
    minima: zeroAt(0.000010981593296998004, 9.106146739866666),
    residuals: ofEach((x, y) => [x.mul(y).mul(1e4).sub(1), x.neg().exp().add(y.neg().exp()).sub(1.0001)]),
  }),
  brownBadlyScaled: sumOfSquares({
    name: 'Brown, badly scaled',
    formula: 'x − 10⁶, y − 2·10⁻⁶, xy − 2',
    start: [1, 1],
    minima: zeroAt(1e6, 2e-6),
    residuals: ofEach((x, y) => [x.sub(1e6), y.sub(2e-6), x.mul(y).sub(2)]),
  }),
  beale: sumOfSquares({
    name: 'Beale',
    formula: '1.5 − x(1 − y), 2.25 − x(1 − y²), 2.625 − x(1 − y³)',
    start: [1, 1],
    minima: zeroAt(3, 0.5),
    residuals: ofEach((x, y) =>
      [y, y.square(), y.square().mul(y)].map((power, i) => power.sub(1).mul(x).add([1.5, 2.25, 2.625][i]!)),
    ),
  }),
  helicalValley: sumOfSquares({
    name: 'Helical valley',
    formula: '10(z − 10θ), 10(√(x² + y²) − 1), z, where θ is the turn of (x, y): −¼ … ¾',
    start: [-1, 0, 0],
    minima: zeroAt(1, 0, 0),
    residuals: ofEach((x, y, z) => {
      const turn = y
        .div(x)
        .atan()
        .div(2 * Math.PI)
        .add(x.lt(0).where(0.5, 0));
      return [z.sub(turn.mul(10)).mul(10), x.square().add(y.square()).sqrt().sub(1).mul(10), z];
    }),
  }),
  powellSingular: sumOfSquares({
    name: 'Powell, singular',
    formula: 'a + 10b, √5(c − d), (b − 2c)², √10(a − d)²',
    start: [3, -1, 0, 1],
    minima: zeroAt(0, 0, 0, 0),
    residuals: ofEach((a, b, c, d) => [
      b.mul(10).add(a),
      c.sub(d).mul(Math.sqrt(5)),
      b.sub(c.mul(2)).square(),
      a.sub(d).square().mul(Math.sqrt(10)),
    ]),
  }),
  wood: sumOfSquares({
    name: 'Wood',
    formula: '10(b − a²), 1 − a, √90(d − c²), 1 − c, √10(b + d − 2), (b − d)/√10',
    start: [-3, -1, -3, -1],
    minima: zeroAt(1, 1, 1, 1),
    residuals: ofEach((a, b, c, d) => [
      b.sub(a.square()).mul(10),
      a.like(1).sub(a),
      d.sub(c.square()).mul(Math.sqrt(90)),
      c.like(1).sub(c),
      b.add(d).sub(2).mul(Math.sqrt(10)),
      b.sub(d).div(Math.sqrt(10)),
    ]),
  }),
  broydenTridiagonal: sumOfSquares({
    name: 'Broyden, tridiagonal',
    formula: '(3 − 2xᵢ)xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1, i = 1 … 10',
    start: range(10, () => -1),
    minima: zeroAt(
      -0.5707221320112248,
      -0.6818069499842752,
      -0.7022100760176601,
      -0.7055106298950804,
      -0.7049061557287437,
      -0.7014966070298512,
      -0.6918893223547983,
      -0.6657965144058536,
      -0.5960351090263657,
      -0.4164122575286934,
    ),
    residuals: (x) => {
      const before = x.slice([0], [x.size - 1]).embed(x.shape, [1]);
      const after = x.slice([1]).embed(x.shape, [0]);
      return x.like(3).sub(x.mul(2)).mul(x).sub(before).sub(after.mul(2)).add(1);
    },
  }),
  broydenBanded: sumOfSquares({
    name: 'Broyden, banded',
    formula: 'xᵢ(2 + 5xᵢ²) + 1 − Σ xⱼ(1 + xⱼ) over j ≠ i from i − 5 to i + 1, i = 1 … 10',
    start: range(10, () => -1),
    minima: zeroAt(
      -0.4283028635872503,
      -0.47659642435629024,
      -0.5196524636468617,
      -0.5580993248321808,
      -0.5925061568294574,
      -0.624503682199468,
      -0.6232394714405911,
      -0.6213938417965735,
      -0.6204535966590874,
      -0.5864692707204351,
    ),
    residuals: (x) => {
      const band = range(x.size, (i) => range(x.size, (j) => Number(j !== i && j >= i - 5 && j <= i + 1)));
      const others = x.like(band).matmul(x.add(1).mul(x));
      return x.square().mul(5).add(2).mul(x).add(1).sub(others);
    },
  }),
  trigonometric: sumOfSquares({
    name: 'Trigonometric',
    formula: '10 − Σⱼ cos xⱼ + i(1 − cos xᵢ) − sin xᵢ, i = 1 … 10',
    start: range(10, () => 1 / 10),
    minima: [
      { at: range(10, () => 0), value: 0 },
      {
        at: [
          0.05515090373471114, 0.056840616524887685, 0.05876400146202543, 0.06099060831459694,
          0.06362621329453097, 0.06684317895987589, 0.20816151914332112, 0.1643630951828981,
          0.08500689234482917, 0.09143145486758775,
        ],
        value: 2.7950561218787e-5,
      },
    ],
    residuals: (x) => {
      const gaps = x.cos().neg().add(1);
      return gaps
        .mul(range(x.size, (i) => i))
        .add(gaps.sum())
        .sub(x.sin());
    },
  }),
  variablyDimensioned: sumOfSquares({
    name: 'Variably dimensioned',
    formula: 'xᵢ − 1 (i = 1 … 10), s, s², where s = Σ i(xᵢ − 1)',
    start: range(10, (j) => 1 - j / 10),
    minima: zeroAt(...range(10, () => 1)),
    residuals: (x) => {
      const gaps = x.sub(1);
      const s = gaps
        .mul(range(x.size, (i) => i))
        .sum()
        .reshape([1]);
      return gaps.concat([s, s.square()]);
    },
  }),
};
