import {
  type ArrayInput,
  adam,
  binaryCrossEntropy,
  compile,
  cosine,
  crossEntropy,
  type FitOptions,
  type FloatType,
  fit,
  linalg,
  type Model,
  mlp,
  type NdArray,
  nesterov,
  permutation,
  poisson,
  random,
  type Tensor,
} from '@downslope/core';

const ROWS = 150;

/** Numbers from our own generator, the same on every engine. */
function normals(name: string, shape: readonly number[]): NdArray {
  const stream = random(7, name);
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
  return { data, shape, dtype: 'float64' };
}

/** All elementary functions, over a wide range. */
const functions = (x: Tensor): Tensor[] => {
  const positive = x.abs().add(1e-3);
  return [
    x.exp(),
    x.expm1(),
    positive.log(),
    positive.log1p(),
    positive.pow(x.mul(0.3)),
    x.sin(),
    x.cos(),
    x.tan(),
    x.atan(),
    x.tanh(),
    x.erf(),
    x.sigmoid(),
    x.softplus(),
  ];
};

/** Every factorisation, of a matrix or of its product with itself. */
const factors = (a: Tensor): Tensor[] => {
  const { q, r } = linalg.qr(a);
  const { values, vectors } = linalg.eigh(a);
  const square = a.matmul(a.transpose([0, 2, 1]));
  return [q, r, values, vectors, linalg.cholesky(square), linalg.solveSpd(square, a)];
};

/** 32-bit FNV-1a over the bytes of arrays. */
function digest(arrays: readonly NdArray[]): string {
  let hash = 0x811c9dc5;
  for (const { data } of arrays)
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

async function trained(
  model: Model<unknown>,
  y: ArrayInput,
  dtype: FloatType,
  options: Pick<FitOptions, 'loss' | 'optimizer' | 'batchSize' | 'epochs'>,
): Promise<string> {
  const x = normals('x', [ROWS, 5]);
  const rows = { train: { x, y }, validation: { x, y } };
  const run = fit(model, { ...rows, dtype, seed: 11, l2: 1e-3, numerics: 'portable', ...options });
  const leaves: NdArray[] = [];
  const collect = (tree: object): void => {
    if ('dtype' in tree) leaves.push(tree as NdArray);
    else for (const child of Object.values(tree)) collect(child);
  };
  collect((await run.result).params as object);
  return digest(leaves);
}

/**
 * Digests of the bits of what has to come out the same wherever it runs: elementary functions, factorisations of
 * matrices, a network trained in mini-batches with a schedule, one with dropout, and a convex problem solved in full
 * batches, in both float types.
 */
export async function digests(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const classes = Int32Array.from(normals('classes', [ROWS]).data, (v) => (v < -0.4 ? 0 : v < 0.4 ? 1 : 2));
  const counts = Float64Array.from(normals('counts', [ROWS]).data, (v) => Math.round(v * v * 2));
  found.order = digest([{ data: permutation(1000, { seed: 3, epoch: 2 }), shape: [1000], dtype: 'int32' }]);
  for (const dtype of ['float32', 'float64'] as const) {
    const x = normals('arguments', [3001]);
    const data = dtype === 'float32' ? Float32Array.from(x.data, (v) => v * 4) : x.data.map((v) => v * 4);
    found[`functions ${dtype}`] = digest(compile((x: Tensor) => functions(x))(data));
    const matrices = compile((x: Tensor) => factors(x.cast(dtype)));
    found[`factors ${dtype}`] = digest(matrices(normals('matrices', [2, 13, 13])));
    const network = (activation: 'tanh' | 'gelu', outputs: number) =>
      mlp({ inputs: 5, hidden: [17, 9], outputs, activation }) as Model<unknown>;
    found[`classes ${dtype}`] = await trained(network('tanh', 3), classes, dtype, {
      loss: crossEntropy,
      optimizer: adam({ lr: cosine(0.01, { steps: 200 }) }),
      batchSize: 16,
      epochs: 20,
    });
    found[`counts ${dtype}`] = await trained(network('gelu', 1), counts, dtype, {
      loss: poisson,
      optimizer: adam({ lr: 0.003 }),
      batchSize: 7,
      epochs: 10,
    });
    const withDropout = mlp({ inputs: 5, hidden: [18], outputs: 3, dropout: 0.25 }) as Model<unknown>;
    found[`dropout ${dtype}`] = await trained(withDropout, classes, dtype, {
      loss: crossEntropy,
      optimizer: adam({ lr: 0.01 }),
      batchSize: 16,
      epochs: 5,
    });
    const twoClasses = Float64Array.from(classes, (c) => Math.min(c, 1));
    found[`convex ${dtype}`] = await trained(
      mlp({ inputs: 5, hidden: [], outputs: 1 }) as Model<unknown>,
      twoClasses,
      dtype,
      {
        loss: binaryCrossEntropy,
        optimizer: (problem) => nesterov({ lr: 1 / problem.smoothness(0.25) }),
        batchSize: 'full',
        epochs: 100,
      },
    );
  }
  return found;
}
