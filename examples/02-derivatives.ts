// Values, gradients, directional derivatives and Hessian–vector products of one function, all exact.
import { checkGrads, grad, hvp, jvp, type Tensor, valueAndGrad } from '@downslope/core';

type Point = { x: Tensor; y: Tensor };
const rosenbrock = ({ x, y }: Point): Tensor =>
  x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));

const at = { x: -1.2, y: 1 };
const [value, gradient] = valueAndGrad(rosenbrock)(at);
console.log('value', value, 'gradient', gradient);

const direction = { x: 1, y: 0 };
console.log('slope along x', jvp(rosenbrock, at, direction)[1].data[0]);
console.log('Hessian times (1, 0)', hvp(rosenbrock, at, direction));

// The gradient is a function like any other: differentiate it again.
const steepness = grad((p: Point) => {
  const g = grad(rosenbrock)(p);
  return g.x.square().add(g.y.square());
});
console.log('gradient of ‖gradient‖²', steepness(at));

checkGrads(rosenbrock, [at]); // against difference quotients, in both modes, to second order
if (Math.abs(gradient.x - -215.6) > 1e-9) throw new Error(`∂f/∂x is ${gradient.x}, expected −215.6`);
