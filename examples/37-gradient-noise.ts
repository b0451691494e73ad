// The gradient of a mini-batch is an estimate: right on average, with a variance that falls like 1/B. To go as far an
// epoch with batches k times as large, which take k times fewer steps, the rate is multiplied by k (the linear
// scaling rule); k times smaller variance with a k times larger rate leaves the noise of an epoch as it was.
import { compile, grad, random, scaleForBatch, type Tensor } from '@downslope/core';

const numbers = random(4, 'rows');
const rows = Array.from({ length: 1000 }, () => {
  const [a, b] = [numbers.normal(), numbers.normal()];
  return { x: [a, b], y: 3 * a - b + numbers.normal() };
});
const slope = compile(grad((w: Tensor, x: Tensor, y: Tensor) => x.matmul(w).sub(y).square().mean()));
const slopeOn = (batch: typeof rows): Float64Array =>
  slope(
    Float64Array.of(0, 0),
    batch.map(({ x }) => x),
    batch.map(({ y }) => y),
  ).data as Float64Array;
const full = slopeOn(rows);
console.log(`full gradient (${full[0]!.toFixed(3)}, ${full[1]!.toFixed(3)})`);

const spread = (B: number): number => {
  const draws = 2000;
  let [mean, square] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const [g] = slopeOn(Array.from({ length: B }, () => rows[numbers.integer(1000)]!));
    mean += g! / draws;
    square += (g! - full[0]!) ** 2 / draws;
  }
  const rate = scaleForBatch(0.01, { from: 1, to: B }) as number;
  console.log(
    `B = ${B}: mean ${mean.toFixed(3)}, variance ${square.toFixed(3)}, times B ${(B * square).toFixed(1)}; rate ${rate}`,
  );
  if (Math.abs(mean - full[0]!) > 4 * Math.sqrt(square / draws)) throw new Error('the estimate is biased');
  return B * square;
};
const products = [1, 4, 16].map(spread);
if (products.some((p) => Math.abs(p / products[2]! - 1) > 0.15))
  throw new Error(`the variance is not like 1/B: ${products}`);
