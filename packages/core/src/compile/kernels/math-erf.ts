import type { Local } from '../func.js';
import type { Arith } from './arith.js';

/** `erf(x)/x − 1` in x², 0 ≤ x ≤ 1; relative to erf the error is below 2e-17 and 5e-9 (scripts/minimax.py). */
const ERF_NEAR = {
  float64: [
    0.1283791670955126, -0.3761263890318375, 0.11283791670954857, -0.026866170645072893, 0.005223977624780856,
    -0.0008548326978741403, 0.00012055331036866374, -1.4925593506029411e-5, 1.6460972802586814e-6,
    -1.635002506553814e-7, 1.4657878770395011e-8, -1.1365661793395931e-9, 5.945254692966e-11,
  ],
  float32: [
    0.12837916612625122, -0.3761262595653534, 0.1128358542919159, -0.026853810995817184, 0.00518832728266716,
    -0.0008010190795175731, 7.853851275285706e-5,
  ],
};

/** `e^(x²)·(1 − erf x)` in 1/(x + 2), x from 1 to where erf is 1; relative to erf the error of erf is below 2e-18 and 7e-10 (scripts/minimax.py). */
const ERFC_SCALED = {
  float64: [
    -3.0779637441271792e-6, 0.564375022179531, 1.1233147815038051, 2.057873661467473, 1.9027135537886057,
    9.856549538496994, -40.981685831153555, 160.79253140761676, -509.821083620823, 993.1426975623004,
    -1151.2120452491254, 746.8026062298128, -211.76291435411676,
  ],
  float32: [
    0.001817998243495822, 0.5194787383079529, 1.5866739749908447, -0.5138498544692993, 10.18373966217041,
    -7.383509635925293,
  ],
};
/** `e^(x²/2)·Φ(−x)` in (x − 3)/(x + 3), x ≥ 0; times e^(−x²/2) the error is below 3e-8 of it, and 3e-6 of Φ where it is least (scripts/minimax.py). */
const NORMAL_TAIL = [
  0.12151404470205307, -0.20640163123607635, 0.12322517484426498, -0.046226855367422104, 0.006115068215876818,
  0.0029517528600990772, -0.0008974224328994751, -0.0003664106479845941,
];
/** From here on e^(−x²/2) is 0, and at ∞ (x − 3)/(x + 3) would not be a number. */
const NORMAL_FAR = 16;
const ERF_HIGH = { float64: 6, float32: 4 };

/** `erf |x| = |x| + |x|·P(x²)` up to 1, and `1 − e^(−x²)·Q(1/(|x| + 2))` beyond, given `decay` = e^(−x²). */
export function erf(v: Arith, x: Local, decay: Local): Local {
  const a = v.abs(x);
  const near = v.addProduct(a, a, v.poly(v.mul(x, x), v.pick(ERF_NEAR)));
  const u = v.div(1, v.add(v.atMost(a, v.pick(ERF_HIGH)), 2));
  const far = v.sub(1, v.mul(decay, v.poly(u, v.pick(ERFC_SCALED))));
  return v.copySign(v.select(v.lt(a, 1), near, far), x);
}

/** `Φ(−|x|) = e^(−x²/2)·P`, and Φ(|x|) is 1 less that, given `decay` = e^(−x²/2). */
export function normalCdf(v: Arith, x: Local, decay: Local): Local {
  if (v.dtype === 'float64') return v.mul(v.add(erf(v, v.mul(x, Math.SQRT1_2), decay), 1), 0.5);
  const a = v.atMost(v.abs(x), NORMAL_FAR);
  const tail = v.mul(decay, v.poly(v.div(v.sub(a, 3), v.add(a, 3)), NORMAL_TAIL));
  return v.select(v.lt(x, 0), tail, v.sub(1, tail));
}
