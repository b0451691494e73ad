import type { Tensor } from '../tensor/tensor.js';
import { type LeastSquaresProblem, ofEach, range, sumOfSquares } from './squares.js';

const BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const GAUSS = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989];
const MEYER = [
  34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872,
];
const KOWALIK = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const KOWALIK_AT = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
const OSBORNE = [
  0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628,
  0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414,
  0.411, 0.406,
];

/** e^(−rate·t) */
const decay = (rate: Tensor, t: readonly number[]): Tensor => rate.mul(t).neg().exp();

/** Curves fitted to data, from the collection of Moré, Garbow and Hillstrom, by name. */
export const fits: Readonly<Record<string, LeastSquaresProblem>> = {
  jennrichSampson: sumOfSquares({
    name: 'Jennrich–Sampson',
    formula: '2 + 2i − eⁱˣ − eⁱʸ, i = 1 … 10',
    start: [0.3, 0.4],
    minima: [{ at: [0.2578252136, 0.2578252136], value: 124.36218235561489 }],
    residuals: ofEach((x, y) => {
      const i = range(10, (i) => i);
      return [
        x
          .mul(i)
          .exp()
          .add(y.mul(i).exp())
          .neg()
          .add(i.map((i) => 2 + 2 * i)),
      ];
    }),
  }),
  bard: sumOfSquares({
    name: 'Bard',
    formula: 'dᵢ − (a + i/((16 − i)b + min(i, 16 − i)c)), i = 1 … 15',
    start: [1, 1, 1],
    minima: [{ at: [0.0824105597, 1.1330360991, 2.3436951718], value: 8.21487730657897e-3 }],
    residuals: ofEach((a, b, c) => {
      const weights = b.mul(range(15, (i) => 16 - i)).add(c.mul(range(15, (i) => Math.min(i, 16 - i))));
      return [
        a
          .like(BARD)
          .sub(a)
          .sub(a.like(range(15, (i) => i)).div(weights)),
      ];
    }),
  }),
  gaussian: sumOfSquares({
    name: 'Gaussian',
    formula: 'a exp(−b(t − c)²/2) − dᵢ, t = (8 − i)/2, i = 1 … 15',
    start: [0.4, 1, 0],
    minima: [{ at: [0.3989561378, 1.0000190845, 0], value: 1.127932769618e-8 }],
    residuals: ofEach((a, b, c) => {
      const bell = c
        .sub(range(15, (i) => (8 - i) / 2))
        .square()
        .mul(b)
        .div(-2)
        .exp();
      return [bell.mul(a).sub(range(15, (i) => GAUSS[Math.min(i, 16 - i) - 1]!))];
    }),
  }),
  meyer: sumOfSquares({
    name: 'Meyer',
    formula: 'a exp(b/(45 + 5i + c)) − dᵢ, i = 1 … 16',
    start: [0.02, 4000, 250],
    minima: [{ at: [0.00560963647102752, 6181.346346286455, 345.2236346241394], value: 87.94585517018 }],
    residuals: ofEach((a, b, c) => [
      b
        .div(c.add(range(16, (i) => 45 + 5 * i)))
        .exp()
        .mul(a)
        .sub(MEYER),
    ]),
  }),
  kowalikOsborne: sumOfSquares({
    name: 'Kowalik–Osborne',
    formula: 'dᵢ − a(u² + ub)/(u² + uc + d), i = 1 … 11',
    start: [0.25, 0.39, 0.415, 0.39],
    minima: [{ at: [0.1928069338, 0.1912823371, 0.1230565104, 0.1360623392], value: 3.0750560385e-4 }],
    residuals: ofEach((a, b, c, d) => {
      const u = KOWALIK_AT;
      const model = b.add(u).mul(u).mul(a).div(c.add(u).mul(u).add(d));
      return [a.like(KOWALIK).sub(model)];
    }),
  }),
  brownDennis: sumOfSquares({
    name: 'Brown–Dennis',
    formula: '(a + bt − eᵗ)² + (c + d sin t − cos t)², t = i/5, i = 1 … 20',
    start: [25, 5, -5, -1],
    minima: [{ at: [-11.5944399, 13.20363, -0.4034394, 0.2367788], value: 85822.2016263563 }],
    residuals: ofEach((a, b, c, d) => {
      const t = range(20, (i) => i / 5);
      const power = b.mul(t).add(a).sub(t.map(Math.exp));
      const wave = d.mul(t.map(Math.sin)).add(c).sub(t.map(Math.cos));
      return [power.square().add(wave.square())];
    }),
  }),
  osborne1: sumOfSquares({
    name: 'Osborne 1',
    formula: 'dᵢ − (a + b exp(−pt) + c exp(−qt)), t = 10(i − 1), i = 1 … 33',
    start: [0.5, 1.5, -1, 0.01, 0.02],
    minima: [
      {
        at: [
          0.3754100520240784, 1.9358469020788902, -1.4646871259265906, 0.01286753461894877,
          0.022122699705687695,
        ],
        value: 5.464894697e-5,
      },
    ],
    residuals: ofEach((a, b, c, p, q) => {
      const t = range(33, (i) => 10 * (i - 1));
      return [
        a
          .like(OSBORNE)
          .sub(a)
          .sub(b.mul(decay(p, t)))
          .sub(c.mul(decay(q, t))),
      ];
    }),
  }),
  biggsExp6: sumOfSquares({
    name: 'Biggs EXP6',
    formula:
      'c e⁻ᵃᵗ − d e⁻ᵇᵗ + h e⁻ᵍᵗ − (e⁻ᵗ − 5e⁻¹⁰ᵗ + 3e⁻⁴ᵗ), x = (a, b, c, d, g, h), t = i/10, i = 1 … 13',
    start: [1, 2, 1, 1, 1, 1],
    minima: [{ at: [1, 10, 1, 5, 4, 3], value: 0 }],
    residuals: ofEach((a, b, c, d, g, h) => {
      const t = range(13, (i) => i / 10);
      const data = t.map((t) => Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t));
      return [
        c
          .mul(decay(a, t))
          .sub(d.mul(decay(b, t)))
          .add(h.mul(decay(g, t)))
          .sub(data),
      ];
    }),
  }),
};
