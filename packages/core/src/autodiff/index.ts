export { type CheckOptions, checkGrads, GradientError } from './check-grads.js';
export { type Gradient, grad, hvp, jvp, type ValueAndGradient, valueAndGrad } from './grad.js';
