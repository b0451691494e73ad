import { grad } from '../../autodiff/grad.js';
import { averagePool, convolve } from '../../nn/convolve.js';
import { cond } from '../../tensor/control/cond.js';
import { scan } from '../../tensor/control/scan.js';
import { whileLoop } from '../../tensor/control/while-loop.js';
import { einsum } from '../../tensor/einsum.js';
import * as linalg from '../../tensor/linalg.js';
import { broadcastShapes } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trainingPass } from '../../tensor/training.js';
import { type Means, type RandomOp, separate, separateAll } from './random-means.js';
import { ROW_OPS } from './random-rows.js';

const binary =
  (make: (x: Tensor, y: Tensor, means: Means) => Tensor): RandomOp =>
  (x, y, _, means) =>
    broadcastShapes(x.shape, y.shape) ? make(x, y, means) : undefined;

/** An op on axis `n` of one tensor, which has elements there. */
const along =
  (make: (x: Tensor, axis: number, n: number, means: Means) => Tensor): RandomOp =>
  (x, _, n, means) => {
    const axis = n % Math.max(1, x.rank);
    return x.rank > 0 && x.shape[axis]! > 0 ? make(x, axis, n, means) : undefined;
  };

const matrices =
  (make: (x: Tensor, y: Tensor, n: number) => Tensor | undefined): RandomOp =>
  (x, y, n) =>
    x.rank >= 2 && x.size > 0 ? make(x, y, n) : undefined;

const smooth: RandomOp[] = [
  (x) => x.neg(),
  (x) => x.sigmoid(),
  (x) => x.softplus().log1p(),
  (x) => x.square().neg().exp(),
  (x) => x.tanh(),
  (x) => x.sin(),
  (x) => x.cos(),
  (x) => x.tanh().tan(),
  (x) => x.atan(),
  (x) => x.erf(),
  (x) => x.gelu(),
  (x) => x.tanh().expm1(),
  (x) => x.square().add(0.5).log(),
  (x) => x.square().add(0.5).pow(0.7),
  (x) => x.square().add(1).reciprocal(),
  (x) => x.square().add(0.3).sqrt(),
  binary((x, y) => x.add(y).mul(0.5)),
  binary((x, y) => x.sub(y).tanh()),
  binary((x, y) => x.mul(y).sin()),
  binary((x, y) => x.div(y.square().add(1))),
  binary((x, y) => x.square().add(0.5).pow(y.tanh())),
  (x) => x.mul(x.stopGradient()).tanh(),
  (x) => grad((x: Tensor) => x.sin().sum())(x),
  (x) => (x.dtype === 'float32' ? x.cast('float64').sin().cast('float32') : x.sin()),
];

const kinks: RandomOp[] = [
  (x, _, __, m) => m.apart(x) && x.abs().add(0.3).sqrt(),
  (x, _, __, m) => m.apart(x) && x.relu(),
  (x, _, __, m) => m.apart(x) && x.sign().mul(0.3).add(x),
  (x, _, __, m) => m.apart(x.abs().sub(0.5)) && x.clip(-0.5, 0.5),
  (x, _, n, m) => {
    const wide = x.mul(1.7);
    const to = n % 3;
    m.apart(wide.sub(to === 2 ? wide.floor().add(0.5) : wide.round()));
    return (to === 0 ? wide.floor() : to === 1 ? wide.ceil() : wide.round()).mul(0.2).add(x);
  },
  binary((x, y, m) => m.apart(x.sub(y)) && x.maximum(y)),
  binary((x, y, m) => m.apart(x.sub(y)) && x.minimum(y)),
  binary((x, y, m) => m.apart(x.sub(y).sub(0.0137)) && x.lt(y.add(0.0137)).where(x, y.neg())),
  binary((x, y, m) => {
    m.apart(x.sub(0.21));
    m.apart(y.sub(x));
    return x
      .gt(0.21)
      .and(y.ge(x))
      .or(x.le(0.21).and(y.gt(x).not()))
      .where(x.mul(y), x.sub(y).mul(0.5));
  }),
  binary((x, y, m) => {
    const floor = x.mul(2).floor();
    m.apart(x.mul(2).sub(x.mul(2).round()));
    return floor.eq(0).where(y, floor.ne(-1).where(x, y.neg()));
  }),
];

const reductions: RandomOp[] = [
  (x) => x.sum().tanh(),
  (x) => (x.size > 0 ? x.mean() : undefined),
  along((x, axis, n) => x.mean(axis, { keepDims: n % 2 === 0 })),
  along((x, axis) => x.sum(axis).mul(1 / x.shape[axis]!)),
  along((x, axis) => x.softmax(axis)),
  along((x, axis) => x.logSoftmax(axis).mul(0.2)),
  along((x, axis, n) => x.logSumExp(axis, { keepDims: n % 2 === 0 }).mul(0.3)),
  along((x, axis) => x.variance(axis)),
  (x, _, n) => (x.rank > 1 && x.size > 0 ? x.mean([0, 1 + (n % (x.rank - 1))]) : undefined),
  along((x, axis, n, m) => (separate(x, axis, m) && n % 2 ? x.max(axis) : x.neg().max(axis).neg())),
  along((x, axis, _, m) => separate(x, axis, m).min(axis, { keepDims: true }).sub(x).tanh()),
  along((x, axis, _, m) => {
    return x.mul(separate(x, axis, m).argMax(axis).expandDims(axis).cast(x.dtype).mul(0.1)).tanh();
  }),
];

const moves: RandomOp[] = [
  (x) => x.flatten(),
  (x) => (x.rank > 1 ? x.transpose() : undefined),
  (x, _, n) => (x.rank > 2 ? x.transpose([...x.shape.keys()].map((a) => (a + 1 + n) % x.rank)) : undefined),
  (x) => (x.size % 4 === 0 && x.size > 0 ? x.reshape([2, x.size / 4, 2]) : undefined),
  (x, _, n) => (x.rank > 0 && x.shape[0]! > 1 ? x.slice([n % x.shape[0]!], [], [1 + (n % 3)]) : undefined),
  along((x, axis, n) =>
    x.slice(
      [],
      x.shape.map((e, a) => (a === axis ? 1 + (n % e) : e)),
    ),
  ),
  along((x, axis) => x.flip(axis)),
  (x, _, n) => {
    const axis = n % Math.max(1, x.rank);
    const fits = x.rank > 0 && x.rank < 4 && x.shape[axis]! >= 3;
    return fits ? x.windows(axis, 2, { stride: 1 + (n % 2), dilation: n % 3 === 0 ? 2 : 1 }) : undefined;
  },
  (x, _, n) => (x.rank > 0 && x.size < 2000 ? x.concat([x.mul(0.5), x.sin()], n % x.rank) : undefined),
  (x, _, n) => (x.rank < 4 ? x.stack([x.mul(0.5)], n % (x.rank + 1)) : undefined),
  (x, _, n) =>
    x.rank > 0
      ? x.pad(
          x.shape.map((_, a) => [a, (n + a) % 3]),
          n % 2 ? 0.4 : 0,
        )
      : undefined,
  (x, _, n) =>
    x.rank > 0
      ? x.embed(
          x.shape.map((e, a) => 1 + a + e * (1 + (n % 2))),
          x.shape.map((_, a) => a),
          x.shape.map(() => 1 + (n % 2)),
        )
      : undefined,
  (x, _, n) => (x.rank < 4 ? x.broadcastTo([2 + (n % 2), ...x.shape]) : undefined),
  (x, _, n) => (x.rank >= 2 ? (n % 2 ? x.tril((n % 3) - 1) : x.triu((n % 3) - 1)) : undefined),
];

const products: RandomOp[] = [
  matrices((x, y, n) => {
    const [transA, transB] = [n % 2 === 1, n % 4 >= 2];
    const inner = x.shape.at(transA ? -2 : -1)!;
    const fits = y.rank === x.rank && y.size > 0 && y.shape.at(transB ? -1 : -2) === inner;
    if (!fits || String(x.shape.slice(0, -2)) !== String(y.shape.slice(0, -2))) return undefined;
    return x
      .dot(y, transA, transB)
      .mul(1 / inner)
      .sin();
  }),
  matrices((x, _, n) => {
    const [transA, transB] = n % 2 ? [true, false] : [false, true];
    return x
      .dot(x, transA, transB)
      .mul(1 / x.shape.at(transA ? -2 : -1)!)
      .sin();
  }),
  matrices((x, y) => {
    const fits = y.rank >= 2 && y.shape.at(-2) === x.shape.at(-1);
    return fits && broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2))
      ? x.matmul(y).mul(0.2).tanh()
      : undefined;
  }),
  matrices((x, y) => (y.rank === 1 && y.size === x.shape.at(-1) ? x.matmul(y).mul(0.2).tanh() : undefined)),
  matrices((x, y) =>
    x.rank === 2 && y.rank === 2 && y.shape[1] === x.shape[1] && x.size * y.size < 5000
      ? einsum('ij,kj->jki', x, y).mul(0.5)
      : undefined,
  ),
  matrices((x) => einsum('...ij,...ij->...i', x, x.sin()).tanh()),
];

/** x as [rows, channels, extent], and windows that fit it. */
const convolutions: RandomOp[] = [
  matrices((x, _, n) => {
    const images = x.rank === 2 ? x.expandDims(n % 2) : x;
    const [, channels, extent] = images.shape as [number, number, number];
    if (images.rank !== 3 || channels > 9 || extent < 3 || x.size > 1500) return undefined;
    const w = images.flatten().slice([], [1]).sin().broadcastTo([2, channels, 3]).cumSum().mul(0.2);
    const options = { stride: 1 + (n % 2), padding: n % 3 === 0 ? ('same' as const) : 1 };
    return convolve(images, w, options).tanh();
  }),
  matrices((x, _, n) => {
    const images = x.rank === 2 ? x.expandDims(1).expandDims(1) : x.rank === 3 ? x.expandDims(1) : x;
    if (images.rank !== 4 || images.size > 1500 || images.shape[3]! < 2) return undefined;
    const options = { stride: 1 + (n % 2), padding: [0, n % 2] };
    return averagePool(images, [1, 2], { ...options, countPadding: n % 3 === 0 });
  }),
];

const indexed: RandomOp[] = [
  along((x, _, n) => (x.shape[0]! > 0 ? x.gather(Int32Array.of(n, 0, n + 1, -3, 99)) : x)),
  along((x, _, n, m) => {
    if (x.shape[0] === 0) return x;
    // Rows picked by numbers that are worked out: some beyond both ends.
    const at = x
      .flatten()
      .slice([0], [Math.min(x.size, 5)])
      .mul(3 + n);
    m.apart(at.sub(at.round()));
    return x.gather(at.floor().cast('int32'));
  }),
  (x, _, n) =>
    x.rank > 0
      ? x
          .scatterAdd(
            Int32Array.from({ length: x.shape[0]! }, (_, i) => (i * (n + 1)) % 5),
            4,
          )
          .tanh()
      : undefined,
  (x, _, n) => {
    // Rows that are long enough to be read and added where they lie.
    const rows = Math.floor(x.size / 9);
    if (rows === 0) return undefined;
    const table = x
      .flatten()
      .slice([0], [9 * rows])
      .reshape([rows, 9]);
    const at = Int32Array.of(n, 0, n + 1, -3, 99);
    const picked = table.gather(at).mul(0.5);
    return n % 2 === 0 ? picked : picked.scatterAdd(at, n + 2).tanh();
  },
  along((x, axis, n) => {
    const shape = x.shape.map((e, a) => (a === axis ? 3 : e));
    const places = Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * (n + 2)) % 7);
    return x.takeAlong({ data: places, shape, dtype: 'int32' }, axis);
  }),
  along((x, axis, n, m) => {
    // The order of elements, and with it the gradient, would depend on rounding where two tie.
    separateAll(x, axis, m);
    return x.sort(axis, { descending: n % 2 === 0 });
  }),
  along((x, axis, n, m) => {
    separateAll(x, axis, m);
    return x.topK(1 + (n % x.shape[axis]!), axis).values;
  }),
  along((x, axis, n) => x.cumSum(axis, { reverse: n % 2 === 0 }).tanh()),
];

/** I + x·xᵀ/columns */
function definite(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const identity = x.like(1).broadcastTo([rows, rows]).tril().triu();
  return x
    .dot(x, false, true)
    .mul(1 / columns)
    .add(identity);
}

const small = (make: (x: Tensor) => Tensor): RandomOp =>
  matrices((x) => (x.shape.at(-2)! <= 16 && x.size < 600 ? make(x) : undefined));

const algebra: RandomOp[] = [
  small((x) => linalg.cholesky(definite(x))),
  small((x) => linalg.solveSpd(definite(x), x)),
  small((x) => linalg.triangularSolve(definite(x).mul(0.5), x, { transpose: true }).tanh()),
  small((x) => linalg.triangularSolve(definite(x), x, { lower: false }).tanh()),
  small((x) => linalg.qr(definite(x)).q),
  small((x) => linalg.eigh(definite(x).stopGradient()).values.tanh()),
];

const draws: RandomOp[] = [
  (x, _, n) => {
    const pass = trainingPass(seedOf(x), stepOf(x, n));
    return x.mul(pass.uniform(`draw ${n}`, x.shape, x.dtype === 'float64' ? 'float64' : 'float32'));
  },
];
const seedOf = (x: Tensor): Tensor => x.sum().mul(0).cast('float64').add(77);
const stepOf = (x: Tensor, n: number): Tensor => x.constant(n);

const control: RandomOp[] = [
  along((x, _, n) => {
    if (x.shape[0] === 0) return x;
    const turn = (c: Tensor, row: Tensor) => [c.add(row).mul(0.7).tanh(), c.mul(row)] as const;
    return scan(turn, x.mean(0), x, { reverse: n % 2 === 0, residuals: n % 3 ? 'keep' : 'recompute' })[
      n % 4 ? 1 : 0
    ];
  }),
  (x, y, n) => {
    // A loop in a loop, which reads what stands around both.
    if (x.rank < 2 || x.size === 0 || y.size === 0) return undefined;
    const inner = (c: Tensor, v: Tensor) => [c.mul(0.5).add(v).add(y.mean()).sin(), c] as const;
    const outer = (c: Tensor, row: Tensor) => {
      const [last] = scan(inner, c, row.reshape([row.size]).slice([0], [Math.min(3, row.size)]));
      return [last, last.mul(row)] as const;
    };
    return scan(outer, x.mean(), x, { reverse: n % 2 === 1 })[1];
  },
  (x, y, _, m) => {
    if (x.size === 0 || y.size === 0) return undefined;
    m.apart(x.mean().sub(y.mean()).sub(0.0137));
    return cond(
      x.mean().gt(y.mean().add(0.0137)),
      () => x.sin(),
      () => x.mul(y.mean()).tanh(),
    );
  },
  (x, _, n) => {
    const start = { i: x.constant(Int32Array.of(0)).sum(), v: x.stopGradient() };
    const turn = ({ i, v }: typeof start) => ({ i: i.add(1), v: v.mul(0.5).add(i.cast(v.dtype)).sin() });
    return whileLoop(({ i }) => i.lt(n), turn, start).v;
  },
];

/** All of them, each kind of op about as often as it stands here. */
export const RANDOM_OPS: readonly RandomOp[] = [
  ...products,
  ...products,
  ...convolutions,
  ...smooth,
  ...kinks,
  ...reductions,
  ...moves,
  ...indexed,
  ...algebra,
  ...draws,
  ...control,
  ...ROW_OPS,
];

/** The first ones are matrix products. */
export const PRODUCTS = products.length;
