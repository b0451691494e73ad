/** Why a run ended, each with what it means. */
export const STATUS = {
  gradTol: 'the gradient is as small as asked',
  earlyStopped: 'the validation loss stopped improving; the best weights are kept',
  maxSteps: 'all steps asked for are done',
  timeLimit: 'the time is up',
  nonFinite: 'a loss, gradient or weight was not finite; the weights from before that step are kept',
  aborted: 'stopped from outside; the best weights so far are kept',
} as const;

export type Status = keyof typeof STATUS;
