/** What a point may be to a function, each with what it means. */
export const KINDS = {
  minimum: 'a minimum: the gradient is 0 and every curvature is above 0',
  maximum: 'a maximum: the gradient is 0 and every curvature is below 0',
  saddle:
    'a saddle point: the gradient is 0, but the function curves up along some directions and down along others',
  flat: 'flat: the gradient is 0 and so is the curvature along some direction, so that second derivatives do not decide',
  notStationary: 'a slope: the gradient is not 0, and curvature alone does not say where it leads',
} as const;

export type Kind = keyof typeof KINDS;

/** What a point without gradient is. Eigenvalues of the Hessian below `zero` in size are 0. */
export function kindOf(eigenvalues: Float64Array, zero: number): Kind {
  const up = eigenvalues.some((lambda) => lambda > zero);
  const down = eigenvalues.some((lambda) => lambda < -zero);
  if (up && down) return 'saddle';
  if (eigenvalues.some((lambda) => Math.abs(lambda) <= zero)) return 'flat';
  return up ? 'minimum' : 'maximum';
}
