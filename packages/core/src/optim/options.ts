import { checkNames } from '../data/names.js';
import { anObject, type Check, check, count, number, oneOf, whole } from '../tensor/checks.js';

const nonNegative = number('at least 0', (x) => x >= 0);
const positive = number('above 0', (x) => x > 0);
const decay = number('in [0, 1)', (x) => x >= 0 && x < 1);
const share = number('in [0, 1]', (x) => x >= 0 && x <= 1);
const finite = number('a finite number', () => true);
const flag = oneOf(true, false);

/** Whose formula and defaults an optimizer follows where libraries differ. */
export type Convention = 'torch' | 'optax' | 'keras';

const CONVENTIONS = ['torch', 'optax', 'keras'] satisfies readonly Convention[];

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
  normType: { what: 'a number ≥ 1 or Infinity', holds: (p) => typeof p === 'number' && p >= 1 },
  after: count,
  'switchOptimizer.state': oneOf('reset', 'carry'),
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
  eps1: nonNegative,
  eps2: nonNegative,
  clipThreshold: positive,
  nsSteps: count,
  nsEps: nonNegative,
  warmupSteps: whole,
  r: nonNegative,
  weightLrPower: nonNegative,
  d0: positive,
  dCoef: positive,
  growthRate: number('at least 1', (x) => x >= 1),
  shampooBeta: decay,
  preconditionFrequency: count,
  updatePeriod: count,
  convention: oneOf(...CONVENTIONS),
  'nadam.nesterov': oneOf(true),
  'muon.convention': oneOf('torch', 'optax'),
  'cyclic.mode': oneOf('triangular', 'triangular2', 'expRange'),
  'oneCycle.shape': oneOf('cosine', 'linear'),
  'scaleForBatch.rule': oneOf('linear', 'sqrt'),
  'muon.adjustLr': oneOf('original', 'match_rms_adamw'),
  'sophia.convention': oneOf('paper', 'optax'),
  factor: number('in (0, 1)', (x) => x > 0 && x < 1),
  patience: whole,
  threshold: nonNegative,
  cooldown: whole,
  minLr: nonNegative,
  mode: oneOf('min', 'max'),
  thresholdMode: oneOf('rel', 'abs'),
  'lossScaling.initialScale': positive,
  'lossScaling.growth': number('above 1', (x) => x > 1),
  backoff: number('in (0, 1)', (x) => x > 0 && x < 1),
  interval: count,
  'scaleBy.factor': nonNegative,
  until: { what: 'a number ≥ 0', holds: (x) => typeof x === 'number' && x >= 0 },
  'sophia.gamma': nonNegative,
  'sophia.clip': positive,
  'sam.rho': nonNegative,
  temperature: nonNegative,
  maxLearningRate: nonNegative,
  fMin: finite,
};

/** In place of a default: the option must be there. */
export const REQUIRED = Symbol('required') as unknown as never;

/** A default for every option; `undefined` and `null` are defaults, too. */
type Defaults<Options> = { readonly [Name in keyof Required<Options>]: Options[Name] };

type Filled<Options, Given> = {
  readonly [Name in keyof Required<Options>]: Name extends keyof Given
    ? undefined extends Given[Name]
      ? Options[Name]
      : Exclude<Options[Name], undefined>
    : Options[Name];
};

/**
 * Options with their defaults, checked. Schedules are taken as they are: what they will give is not known yet.
 *
 * @param owner who was called, for the message
 * @param defaults one for every option that there is, or {@link REQUIRED}: other names are refused
 * @throws `adam: beta1 must be in [0, 1), got 1.2`; `adam: there is no option rho; …`
 */
export function optionsOf<Options extends object, const Given extends Defaults<Options>>(
  owner: string,
  options: Options,
  defaults: Given & Defaults<Options>,
): Filled<Options, Given> {
  check(`${owner}: options`, options, anObject('{ lr: 0.01 }'));
  checkNames(owner, options, Object.keys(defaults));
  const given = options as Readonly<Record<string, unknown>>;
  const filled = Object.entries(defaults).map(([name, usual]) => {
    const value = given[name];
    if (value === undefined && usual !== REQUIRED) return [name, usual];
    if (value !== null || usual !== null) checkOption(owner, name, value, usual);
    return [name, value];
  });
  return Object.fromEntries(filled);
}

function checkOption(owner: string, name: string, value: unknown, usual: unknown): void {
  const known = RANGES[`${owner}.${name}`] ?? RANGES[name];
  const range = known ?? { boolean: flag, number: nonNegative }[typeof usual as 'boolean' | 'number'];
  if (range && typeof value !== 'function') check(`${owner}: ${name}`, value, range);
}

/**
 * Checks numbers that are given in place of options: those that are there, and those that must be.
 *
 * @throws `clipByValue: limit must be at least 0, got -1`
 */
export function checkOptions(owner: string, options: object, required: readonly string[] = []): void {
  const missing = Object.fromEntries(required.map((name) => [name, undefined]));
  for (const [name, value] of Object.entries({ ...missing, ...options }))
    if (value !== undefined || required.includes(name)) checkOption(owner, name, value, undefined);
}
