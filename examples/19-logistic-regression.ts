// Logistic regression has the gradient of linear regression, Xᵀ(ŷ − y)/m, with ŷ = σ(Xw) in place of Xw; but there is
// no closed form. The nearest thing is Newton's method: a normal equation, weighted anew at each step, (XᵀSX)Δ = Xᵀ(y
// − ŷ), S = ŷ(1 − ŷ).
import { compile, grad, gradTol, linalg, minimize, nesterov, random, type Tensor } from '@downslope/core';

const numbers = random(5, 'points');
const x = Array.from({ length: 400 }, () => [1, 2 * numbers.normal(), numbers.normal()]);
const y = x.map(([one, a, b]) =>
  numbers.uniform() < 1 / (1 + Math.exp(-(0.5 * one! + a! - 2 * b!))) ? 1 : 0,
);

const loss = (w: Tensor): Tensor => {
  const z = w.constant(x).matmul(w);
  return z.softplus().sub(z.mul(y)).mean();
};
const byHand = compile((w: Tensor) =>
  w.constant(x).dot(w.constant(x).matmul(w).sigmoid().sub(y).expandDims(-1), true).reshape([3]).div(400),
);
const at = [0.3, -0.2, 0.1];
const [automatic, manual] = [grad(loss)(at).data, byHand(at).data];
console.log(
  `gradient ${[...automatic].map((g) => g.toFixed(6))}, by the formula ${[...manual].map((g) => g.toFixed(6))}`,
);
if (automatic.some((g, i) => Math.abs(g - manual[i]!) > 1e-14)) throw new Error('the formula is another');

const { last, steps } = minimize(loss, [0, 0, 0], { method: nesterov({ lr: 0.5 }), stop: gradTol(1e-10) });

const newton = compile((w: Tensor) => {
  const table = w.constant(x);
  const p = table.matmul(w).sigmoid();
  const hessian = table.dot(table.mul(p.mul(p.neg().add(1)).expandDims(-1)), true);
  return w.add(linalg.solveSpd(hessian, table.dot(p.neg().add(y).expandDims(-1), true).reshape([3])));
});
let w = new Float64Array(3);
for (let step = 1; step <= 6; step++) {
  const next = newton(w).data as Float64Array<ArrayBuffer>;
  console.log(
    `Newton step ${step}: moved by ${Math.hypot(...next.map((v, i) => v - w[i]!)).toExponential(1)}`,
  );
  w = next;
}
console.log(
  `Newton ${[...w].map((v) => v.toFixed(6))}; descent, after ${steps} steps, ${[...last.x.data].map((v) => v.toFixed(6))}`,
);
if (w.some((v, i) => Math.abs(v - last.x.data[i]!) > 1e-7)) throw new Error('they differ');
