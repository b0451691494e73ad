import { misuse } from '../tensor/errors.js';

interface Range {
  readonly text: string;
  holds(value: number): boolean;
}

const nonNegative: Range = { text: 'at least 0', holds: (x) => x >= 0 };
const positive: Range = { text: 'above 0', holds: (x) => x > 0 };
const decay: Range = { text: 'in [0, 1)', holds: (x) => x >= 0 && x < 1 };
const share: Range = { text: 'in [0, 1]', holds: (x) => x >= 0 && x <= 1 };
const count: Range = { text: 'a positive integer', holds: (x) => Number.isInteger(x) && x > 0 };
const finite: Range = { text: 'a finite number', holds: () => true };

/** Whose formula and defaults an optimizer follows where libraries differ. */
export type Convention = 'torch' | 'optax' | 'keras';

const CONVENTIONS: readonly unknown[] = ['torch', 'optax', 'keras'] satisfies readonly Convention[];

/** What each numeric option may be. Where a name means something else to one optimizer, it stands as `owner.name`, too. */
const RANGES: Readonly<Record<string, Range>> = {
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
  threshold: finite,
  etaMinus: decay,
  etaPlus: positive,
  minStep: nonNegative,
  maxStep: positive,
  lambd: nonNegative,
  'asgd.alpha': nonNegative,
  t0: nonNegative,
  'adEMAMix.alpha': nonNegative,
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
};

/**
 * Checks the options that are given and numeric. Schedules are taken as they are: what they will give is not known yet.
 *
 * @param owner who was called, for the message
 * @param required options that must be there
 * @throws `adam: beta1 must be in [0, 1), got 1.2`
 */
export function checkOptions(owner: string, options: object, required: readonly string[] = []): void {
  const { convention = 'torch' } = options as { convention?: unknown };
  if (!CONVENTIONS.includes(convention))
    throw misuse(`${owner}: convention must be one of ${CONVENTIONS.join(', ')}, got ${spelled(convention)}`);
  const missing = Object.fromEntries(required.map((name) => [name, undefined]));
  for (const [name, value] of Object.entries({ ...missing, ...options })) {
    const range = RANGES[`${owner}.${name}`] ?? RANGES[name];
    const leftOut = value === undefined && !required.includes(name);
    if (!range || leftOut || typeof value === 'function') continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || !range.holds(value))
      throw misuse(`${owner}: ${name} must be ${range.text}, got ${spelled(value)}`);
  }
}

const spelled = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
