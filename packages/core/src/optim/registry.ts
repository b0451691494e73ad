import { misuse } from '../tensor/errors.js';
import { adEMAMix } from './optimizers/ad-ema-mix.js';
import { adabelief } from './optimizers/adabelief.js';
import { adadelta } from './optimizers/adadelta.js';
import { adafactor } from './optimizers/adafactor.js';
import { adagrad } from './optimizers/adagrad.js';
import { type AdamOptions, adam } from './optimizers/adam.js';
import { adamW } from './optimizers/adam-w.js';
import { adamax } from './optimizers/adamax.js';
import { adan } from './optimizers/adan.js';
import { adopt } from './optimizers/adopt.js';
import { amsgrad } from './optimizers/amsgrad.js';
import { asgd } from './optimizers/asgd.js';
import { dAdaptAdam } from './optimizers/d-adapt-adam.js';
import { ftrl } from './optimizers/ftrl.js';
import { lamb } from './optimizers/lamb.js';
import { lars } from './optimizers/lars.js';
import { lion } from './optimizers/lion.js';
import { muon } from './optimizers/muon.js';
import { nadam } from './optimizers/nadam.js';
import { nadamW } from './optimizers/nadam-w.js';
import { nesterov } from './optimizers/nesterov.js';
import { polyakSGD } from './optimizers/polyak-sgd.js';
import { prodigy } from './optimizers/prodigy.js';
import { qhAdam } from './optimizers/qh-adam.js';
import { radam } from './optimizers/radam.js';
import { rmsprop } from './optimizers/rmsprop.js';
import { rprop } from './optimizers/rprop.js';
import { scheduleFreeAdamW, scheduleFreeSGD } from './optimizers/schedule-free.js';
import { type SgdOptions, sgd } from './optimizers/sgd.js';
import { sgld } from './optimizers/sgld.js';
import { shampoo } from './optimizers/shampoo.js';
import { signSGD } from './optimizers/sign-sgd.js';
import { soap } from './optimizers/soap.js';
import { sophia } from './optimizers/sophia.js';
import { yogi } from './optimizers/yogi.js';
import { constant } from './schedules/constant.js';
import { cosine } from './schedules/cosine.js';
import { cosineRestarts } from './schedules/cosine-restarts.js';
import { cyclic } from './schedules/cyclic.js';
import { exponential } from './schedules/exponential.js';
import { inverseSqrt } from './schedules/inverse-sqrt.js';
import { inverseTime } from './schedules/inverse-time.js';
import { linearDecay } from './schedules/linear-decay.js';
import { multiStep } from './schedules/multi-step.js';
import { oneCycle } from './schedules/one-cycle.js';
import { perEpoch } from './schedules/per-epoch.js';
import { polynomialDecay } from './schedules/polynomial-decay.js';
import { stepDecay } from './schedules/step-decay.js';
import { warmup } from './schedules/warmup.js';
import { warmupStableDecay } from './schedules/warmup-stable-decay.js';
import type { Schedulable, Schedule, Transform } from './transform.js';
import { type LookaheadOptions, lookahead } from './transforms/lookahead.js';
import { type SamOptions, sam } from './transforms/sam.js';

/** Every optimizer under its name, each of which can be made from a learning rate alone. */
export const OPTIMIZERS = {
  sgd,
  adam,
  amsgrad,
  adamW,
  nadam,
  nadamW,
  radam,
  adamax,
  rmsprop,
  adagrad,
  adadelta,
  rprop,
  asgd,
  nesterov,
  lion,
  signSGD,
  yogi,
  adabelief,
  adan,
  adopt,
  adEMAMix,
  lamb,
  lars,
  ftrl,
  adafactor,
  muon,
  scheduleFreeSGD,
  scheduleFreeAdamW,
  prodigy,
  dAdaptAdam,
  soap,
  shampoo,
  sophia,
  sgld,
  polyakSGD,
  qhAdam,
  /** Around Adam. */
  lookahead: ({ k, slowStepSize, ...options }: AdamOptions & LookaheadOptions) =>
    lookahead(adam(options), { k, slowStepSize }),
  /** Around SGD. */
  sam: ({ rho, adaptive, ...options }: SgdOptions & SamOptions) => sam(sgd(options), { rho, adaptive }),
} satisfies Record<string, (options: { lr: Schedulable }) => Transform>;

/** Each schedule under its name, laid over a run of so many steps with `peak` as its largest value. */
export const SCHEDULES = {
  constant,
  /** Three stages, each a tenth of the one before. */
  stepDecay: (peak, steps) => stepDecay(peak, { stepSize: Math.ceil(steps / 3) }),
  /** Down to a hundredth. */
  exponential: (peak, steps) => exponential(peak, { gamma: 0.01, stepSize: steps }),
  /** Down to zero. */
  cosine: (peak, steps) => cosine(peak, { steps }),
  /** Up for a tenth of the run. */
  warmup: (peak, steps) => warmup(peak, { steps: rise(steps) }),
  /** Up for a tenth of the run, then down to zero. */
  warmupCosine: (peak, steps) => {
    const rest = Math.max(1, steps - rise(steps));
    return warmup(cosine(peak, { steps: rest }), { steps: rise(steps) });
  },
  /** To a tenth at half the run, and again at three quarters. */
  multiStep: (peak, steps) =>
    multiStep(peak, { milestones: [Math.ceil(steps / 2), Math.ceil((3 * steps) / 4)] }),
  /** Down to zero. */
  linearDecay: (peak, steps) => linearDecay(peak, { steps }),
  /** Down to zero, the faster the higher. */
  polynomialDecay: (peak, steps) => polynomialDecay(peak, { steps }),
  /** Down to a tenth. */
  inverseTime: (peak, steps) => inverseTime(peak, { decayRate: 9, stepSize: steps }),
  /** Up for a tenth of the run, then down as 1/√k. */
  inverseSqrt: (peak, steps) => warmup(inverseSqrt(peak, { stepSize: rise(steps) }), { steps: rise(steps) }),
  /** Three cycles, each twice as long as the one before. */
  cosineRestarts: (peak, steps) => cosineRestarts(peak, { steps: Math.ceil(steps / 7), growth: 2 }),
  /** Up for three tenths of the run from peak/25, then down to next to nothing. */
  oneCycle: (peak, steps) =>
    oneCycle(peak, { steps: steps + 1, rise: (Math.floor(0.3 * steps) + 1) / (steps + 1) }),
  /** Three times up from a quarter and down again. */
  cyclic: (peak, steps) => cyclic(peak / 4, { peak, stepsUp: Math.ceil(steps / 6) }),
  /** Up for a tenth of the run, down to zero in its last fifth. */
  warmupStableDecay: (peak, steps) => {
    const stepsDown = Math.ceil(steps / 5);
    const stepsStable = Math.max(0, steps - rise(steps) - stepsDown);
    return warmupStableDecay(peak, { stepsUp: rise(steps), stepsStable, stepsDown });
  },
} satisfies Record<string, (peak: number, steps: number) => Schedule>;

const rise = (steps: number): number => Math.ceil(steps / 10);

/**
 * The optimizer of a name, in upper or lower case, with a learning rate.
 *
 * @throws `optimizer must be one of sgd, adam, …, got 'adma'`
 */
export const optimizerNamed = (name: string, options: { lr: Schedulable }): Transform =>
  lookUp('optimizer', OPTIMIZERS, name)(options);

/**
 * The schedule of a name, in upper or lower case, for a run of `steps` steps. With `PerEpoch` at the end of its name, as in
 * `cosinePerEpoch`, it stays the same within an epoch.
 *
 * @param stepsPerEpoch for such a name
 * @throws `schedule must be one of constant, stepDecay, …, got 'cos'`
 */
export function scheduleNamed(name: string, peak: number, steps: number, stepsPerEpoch = 1): Schedule {
  const plain = name.replace(/perEpoch$/i, '');
  if (plain === name) return lookUp('schedule', SCHEDULES, name)(peak, steps);
  const epochs = Math.ceil(steps / stepsPerEpoch);
  return perEpoch(lookUp('schedule', SCHEDULES, plain)(peak, epochs), stepsPerEpoch);
}

function lookUp<T>(kind: string, table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.entries(table).find(([known]) => known.toLowerCase() === name.toLowerCase());
  if (!found) throw misuse(`${kind} must be one of ${Object.keys(table).join(', ')}, got '${name}'`);
  return found[1];
}
