import { type Check, check, count, number, oneOf, spelled, whole } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';

const nonNegative = number('at least 0', (x) => x >= 0);
const positive = number('above 0', (x) => x > 0);
const decay = number('in [0, 1)', (x) => x >= 0 && x < 1);
const share = number('in [0, 1]', (x) => x >= 0 && x <= 1);
const finite = number('a finite number', () => true);

/** Whose formula and defaults an optimizer follows where libraries differ. */
export type Convention = 'torch' | 'optax' | 'keras';

const CONVENTIONS = oneOf(...(['torch', 'optax', 'keras'] satisfies readonly Convention[]));

/** What each numeric option may be. Where a name means something else to one optimizer, it stands as `owner.name`, too. */
const RANGES: Readonly<Record<string, Check>> = {
  lr: nonNegative,
  momentum: share,
  dampening: share,
  weightDecay: nonNegative,
  beta1: decay,
  beta2: decay,
  alpha: decay,
  beta3: decay,
  rho: decay,
  eps: nonNegative,
  epsRoot: nonNegative,
  lrDecay: nonNegative,
  initialAccumulatorValue: nonNegative,
  initialAccumulator: nonNegative,
  initialScale: nonNegative,
  momentumDecay: nonNegative,
  etaMinus: decay,
  etaPlus: positive,
  minStep: nonNegative,
  maxStep: positive,
  lambd: nonNegative,
  'asgd.alpha': nonNegative,
  t0: nonNegative,
  'adEMAMix.alpha': nonNegative,
  'scaleByAdEMAMix.alpha': nonNegative,
  alphaWarmup: count,
  beta3Warmup: count,
  trustCoefficient: positive,
  beta: nonNegative,
  l1: nonNegative,
  l2: nonNegative,
  value: finite,
  endValue: finite,
  gamma: positive,
  steps: count,
  stepSize: count,
  startFactor: share,
  startValue: finite,
  peak: finite,
  stepsUp: count,
  stepsStable: nonNegative,
  stepsDown: count,
  power: nonNegative,
  decayRate: nonNegative,
  growth: count,
  rise: share,
  from: count,
  to: count,
  limit: nonNegative,
  maxNorm: positive,
  clipping: positive,
  decay: share,
  start: whole,
  every: count,
  k: count,
  slowStepSize: share,
  weight: positive,
  eta: nonNegative,
  'addNoise.gamma': nonNegative,
  'addNoise.seed': whole,
};

/**
 * Checks the options that are given and numeric. Schedules are taken as they are: what they will give is not known yet.
 *
 * @param owner who was called, for the message
 * @param required options that must be there
 * @throws `adam: beta1 must be in [0, 1), got 1.2`; for a number under a name that means nothing to any optimizer, too
 */
export function checkOptions(owner: string, options: object, required: readonly string[] = []): void {
  if (typeof options !== 'object' || options === null)
    throw misuse(`${owner}: options must be an object such as { lr: 0.01 }, got ${spelled(options)}`);
  const { convention = 'torch' } = options as { convention?: unknown };
  check(`${owner}: convention`, convention, CONVENTIONS);
  const missing = Object.fromEntries(required.map((name) => [name, undefined]));
  for (const [name, value] of Object.entries({ ...missing, ...options })) {
    const range = RANGES[`${owner}.${name}`] ?? RANGES[name];
    const leftOut = value === undefined && !required.includes(name);
    if (!range && typeof value === 'number') throw misuse(`${owner}: there is no option ${name}`);
    if (range && !leftOut && typeof value !== 'function') check(`${owner}: ${name}`, value, range);
  }
}
