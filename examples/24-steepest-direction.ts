// Why downhill is −∇f: the slope in the direction u, a unit vector, is ∇f·u, which is least for u = −∇f/‖∇f‖
// (Cauchy–Schwarz). All 360 directions at one point are tried. Across the gradient the slope is 0: the gradient is at
// right angles to the contour.
import { grad, jvp, problems, type Tensor } from '@downslope/core';

const f = problems.himmelblau.f as (p: Tensor) => Tensor;
const at = [1, 2];
const [gx, gy] = grad(f)(at).data as Float64Array;
const size = Math.hypot(gx!, gy!);

const slopes = Array.from({ length: 360 }, (_, degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return jvp(f, at, [Math.cos(angle), Math.sin(angle)])[1].data[0]!;
});
const steepest = slopes.indexOf(Math.min(...slopes));
const opposite = ((Math.atan2(-gy!, -gx!) * 180) / Math.PI + 360) % 360;
console.log(`∇f = (${gx}, ${gy}), ‖∇f‖ = ${size.toFixed(4)}`);
console.log(
  `steepest way down: ${steepest}°, slope ${Math.min(...slopes).toFixed(4)}; −∇f points to ${opposite.toFixed(2)}°`,
);
if (Math.abs(steepest - opposite) > 0.5 || Math.abs(Math.min(...slopes) + size) > 1e-3 * size)
  throw new Error('not −∇f');

const tangent = [-gy! / size, gx! / size];
const along = jvp(f, at, tangent)[1].data[0]!;
console.log(`slope along the contour: ${along.toExponential(1)}`);
if (Math.abs(along) > 1e-12 * size) throw new Error(`the contour rises by ${along}`);
