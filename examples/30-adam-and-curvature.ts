// Is Adam a diagonal Newton's method, as is often said? Its √v̂ is the size of recent gradients, not curvature. Where
// the axes of the valley are those of the coordinates, and all are as far from the minimum, the two are in
// proportion, and Adam sees a round bowl. Turn the valley, and Adam sees none of it, while Newton's method, which has
// the whole Hessian, does not care.
import { analyze, minimize, newton, problems, type Tensor } from '@downslope/core';

const curvatures = problems.spectrum(6, 1000);
const straight = (x: Tensor): Tensor => x.square().mul(curvatures).sum().div(2);
const { f: turned } = problems.quadratic(curvatures);

for (const [name, f] of [
  ['along the axes', straight],
  ['turned', turned],
] as const) {
  const { conditionNumber, secondMoment } = analyze(f, new Array(6).fill(0));
  const { root, hessianDiagonal, correlation, conditionNumber: seen } = secondMoment!;
  const ratios = [...root].map((r, i) => r / hessianDiagonal[i]!);
  console.log(
    `${name.padEnd(14)}: κ = ${conditionNumber.toFixed(0)}, to Adam ${seen.toFixed(1)}; √v̂ against the diagonal: correlation ${correlation.toFixed(2)}, ratios ${(Math.max(...ratios) / Math.min(...ratios)).toFixed(2)} apart`,
  );
  const { steps } = minimize(f, [1, -2, 3, -1, 2, 1], { method: newton() });
  console.log(`${' '.repeat(14)}  Newton's method: ${steps} step${steps === 1 ? '' : 's'}`);
  if (f === straight ? seen > 1.1 : seen < 100) throw new Error(`to Adam κ is ${seen}`);
  if (steps > 5) throw new Error(`Newton's method took ${steps} steps`);
}
