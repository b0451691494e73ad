/** Why a run ended, each with what it means. */
export const STATUS = {
  gradTol: 'the gradient is as small as asked',
  lossTol: 'the value no longer changes more than asked',
  stepTol: 'the point no longer moves more than asked',
  target: 'the value is as low as asked',
  earlyStopped: 'the validation loss stopped improving; the best weights are kept',
  maxSteps: 'all steps asked for are done',
  maxEvaluations: 'all evaluations asked for are done',
  timeLimit: 'the time is up',
  nonFinite: 'a loss, gradient or weight was not finite; the weights from before that step are kept',
  diverged: 'the value ran away towards infinity; the best point is kept',
  lineSearchFailed: 'no step along the direction meets the conditions of the line search',
  aborted: 'stopped from outside; the best weights so far are kept',
} as const;

export type Status = keyof typeof STATUS;
