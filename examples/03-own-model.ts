// A model and a loss of one's own: a cooling curve T(t) = room + (start − room)·e^(−kt), fitted to readings of which
// two are wrong, with a loss that forgives outliers.
import { adam, array, fit, type Tensor } from '@downslope/core';

type Cooling = { room: Tensor; start: Tensor; k: Tensor };
const cooling = {
  init: () => ({ room: array(10), start: array(60), k: array(0.5) }),
  apply: ({ room, start, k }: Cooling, t: Tensor): Tensor =>
    room.add(start.sub(room).mul(t.mul(k).neg().exp())),
};

const t = Array.from({ length: 60 }, (_, i) => i / 10);
const y = t.map(
  (time, i) => 20 + 70 * Math.exp(-0.8 * time) + (i === 7 || i === 31 ? 40 : 0.2 * Math.sin(13 * i)),
);

const { params, status } = await fit(cooling, {
  train: { x: t, y },
  loss: (prediction, y) => prediction.sub(y).square().add(1).sqrt(), // pseudo-Huber: a line beyond ±1
  optimizer: adam({ lr: 0.3 }),
  batchSize: 'full',
  epochs: 2000,
  dtype: 'float64',
}).result;

const [room, start, k] = [params.room, params.start, params.k].map(({ data }) => data[0]!);
console.log(
  `${status}: room ${room!.toFixed(2)}°, start ${start!.toFixed(2)}°, k ${k!.toFixed(4)} (made with 20, 90, 0.8)`,
);
if (Math.abs(k! - 0.8) > 0.02) throw new Error(`k came out as ${k}`);
