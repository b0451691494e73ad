// An inverse problem: from where a mass on a spring was seen, find stiffness, damping and where it was let go. The
// simulation (400 leapfrog steps, one `scan`) is differentiated like any other function; least squares finds what
// made the readings.
import { leastSquares, random, scan, type Tensor } from '@downslope/core';

type Spring = { stiffness: Tensor; damping: Tensor; start: Tensor };
const [steps, dt] = [400, 0.025];

/** ẍ = −kx − cẋ: half a kick, a drift, half a kick. Every tenth position. */
function simulate({ stiffness, damping, start }: Spring): Tensor {
  const pull = (x: Tensor, v: Tensor): Tensor =>
    x
      .mul(stiffness)
      .add(v.mul(damping))
      .mul(-dt / 2);
  const turn = ({ x, v }: { x: Tensor; v: Tensor }) => {
    const half = v.add(pull(x, v));
    const moved = x.add(half.mul(dt));
    const next = { x: moved, v: half.add(pull(moved, half)) };
    return [next, moved] as const;
  };
  const [, positions] = scan(turn, { x: start, v: start.mul(0) }, {}, { length: steps });
  return positions.slice([9], [steps], [10]);
}

// The readings come from the exact solution, with a little noise.
const truth = { stiffness: 4, damping: 0.3, start: 1.5 };
const [decay, numbers] = [truth.damping / 2, random(2, 'readings')];
const omega = Math.sqrt(truth.stiffness - decay ** 2);
const readings = Array.from({ length: steps / 10 }, (_, i) => {
  const t = (i + 1) * 10 * dt;
  const swing = Math.cos(omega * t) + (decay / omega) * Math.sin(omega * t);
  return truth.start * Math.exp(-decay * t) * swing + 0.01 * numbers.normal();
});

const {
  best,
  steps: taken,
  message,
} = leastSquares((spring: Spring) => simulate(spring).sub(readings), { stiffness: 3, damping: 1, start: 1 });
const { stiffness, damping, start } = best.x;
console.log(
  `stiffness ${stiffness.toFixed(3)}, damping ${damping.toFixed(3)}, start ${start.toFixed(3)} (made with 4, 0.3, 1.5)`,
);
console.log(
  `after ${taken} steps: ${message}; the noise that is left is ${Math.sqrt(best.value / readings.length).toFixed(4)}`,
);
const off = [stiffness / 4 - 1, damping / 0.3 - 1, start / 1.5 - 1];
if (off.some((share) => Math.abs(share) > 0.03)) throw new Error(`off by ${off}`);
