import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineFor } from './ours/host.js';
import type { Means, Task, Workload } from './workload.js';

/** A program that takes on workloads. It gets an assignment as its argument and prints its answer as its last line. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly threads: 1 | 'all';
  /** What our own is made with. */
  readonly means?: Means;
  /** The workloads that it is for, when not all. */
  only?(workload: Workload): boolean;
}

/** A path beside the compiled sources. */
export const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PYTHON = process.env.DOWNSLOPE_BENCH_PYTHON ?? 'python3';

const node = (name: string, script: string, ...options: string[]): Contender => ({
  name,
  command: [process.execPath, file(script), ...options],
  threads: 1,
});
const python = (name: string, script: string, threads: Contender['threads'] = 1): Contender => ({
  name,
  command: [PYTHON, file(`../rivals/${script}`)],
  threads,
});

/** The names of our columns. */
export const OURS: Readonly<Record<Means, string>> = {
  portable: 'Downslope',
  native: 'Downslope, native',
  BLAS: 'Downslope, BLAS',
};
const WORDS: Readonly<Record<Means, string>> = {
  portable: 'WebAssembly',
  native: 'machine code of ours',
  BLAS: 'BLAS that was found',
};
/** A process that starts and ends. */
export const NOTHING = 'empty Node';

const downslope = (means: Means, threads: Contender['threads'] = 1): Contender => ({
  ...node(OURS[means], 'ours/downslope.js', means, ...(threads === 'all' ? ['threads'] : [])),
  threads,
  means,
});

/** What one might write by hand. */
const BY_HAND: readonly Task['kind'][] = ['rosenbrock', 'logistic', 'factors', 'update'];
const inNumpy = ({ task }: Workload): boolean =>
  task.kind === 'product' || (task.kind === 'logistic' && task.batch === task.rows);
/** Where scikit-learn has an estimator that takes the same steps. */
const inSklearn = ({ task }: Workload): boolean =>
  (task.kind === 'logistic' && task.batch === 1) ||
  (task.kind === 'mlp' && task.loss === 'squared') ||
  task.kind === 'solve';
/** Minima, not steps. */
const inScipy = ({ task }: Workload): boolean => task.kind === 'solve' || task.kind === 'valley';

/** Those with matrix products that a library might do faster. */
const PRODUCTS = ({ task, timed }: Workload): boolean =>
  timed === undefined && ['mlp', 'cnn', 'gpt', 'product'].includes(task.kind);
const training = (workload: Workload): boolean => !inScipy(workload);
const stepping = (workload: Workload): boolean => training(workload) && workload.timed !== 'compilation';
/** First steps of a process are made by core alone, as in a browser. */
const whole = ({ timed }: Workload): boolean => timed === 'process';

/** Solvers are run by one thread, and compiling is. */
const shared = ({ task, timed }: Workload): boolean =>
  timed === undefined && !['solve', 'valley', 'rosenbrock'].includes(task.kind);

const ALL: readonly (Contender & { readonly needs?: readonly string[] })[] = [
  { ...downslope('portable'), only: (workload) => !whole(workload) },
  { ...node(OURS.portable, 'ours/first.js'), means: 'portable', only: whole },
  { ...downslope('native'), only: (workload) => !whole(workload) },
  { ...downslope('BLAS'), only: PRODUCTS },
  { ...downslope('portable', 'all'), only: shared },
  { ...downslope('native', 'all'), only: shared },
  { ...downslope('BLAS', 'all'), only: (workload) => PRODUCTS(workload) && shared(workload) },
  { ...node(NOTHING, 'ours/empty.js'), only: whole },
  { ...node('plain loop', 'ours/loop.js'), only: ({ task }) => BY_HAND.includes(task.kind) },
  { ...python('JAX', 'with_jax.py'), needs: ['jax', 'optax'], only: training },
  { ...python('PyTorch', 'with_torch.py'), needs: ['torch'], only: stepping },
  { ...python('numpy', 'with_numpy.py'), needs: ['numpy'], only: inNumpy },
  { ...python('scikit-learn', 'with_sklearn.py'), needs: ['sklearn'], only: inSklearn },
  { ...python('scipy', 'with_scipy.py'), needs: ['scipy'], only: inScipy },
  { ...node('jax-js', '../rivals/with-jax-js.mjs'), needs: ['@jax-js/jax'], only: stepping },
  { ...node('TF.js', '../rivals/with-tfjs.mjs'), needs: ['@tensorflow/tfjs'], only: stepping },
  {
    ...node('onnxruntime', '../rivals/with-onnxruntime.mjs'),
    needs: ['onnxruntime-node'],
    only: ({ task }) => task.kind === 'product',
  },
  { ...python('JAX', 'with_jax.py', 'all'), needs: ['jax', 'optax'], only: shared },
  { ...python('PyTorch', 'with_torch.py', 'all'), needs: ['torch'], only: shared },
];

/** The contenders that this machine has, and why it has not the others. */
export async function contenders(): Promise<{
  present: readonly Contender[];
  missing: Readonly<Record<string, string>>;
}> {
  const notInstalled = installRivals();
  const found = new Map<string, string | undefined>();
  for (const { name, command, means, needs = [] } of ALL) {
    if (found.has(name)) continue;
    if (means)
      found.set(name, (await machineFor(means, 1)) ? undefined : `this machine has no ${WORDS[means]}`);
    else if (command[0] === PYTHON) found.set(name, withoutModules(needs));
    else found.set(name, needs.length > 0 ? notInstalled : undefined);
  }
  return {
    present: ALL.filter(({ name }) => found.get(name) === undefined),
    missing: Object.fromEntries(
      [...found].filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

/** Why the rivals in JavaScript cannot be had, if so. */
function installRivals(): string | undefined {
  const folder = file('..');
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  if (Object.keys(dependencies).every((name) => existsSync(`${folder}/node_modules/${name}`)))
    return undefined;
  console.error('installing the rivals in JavaScript (bench/package.json)');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr, error } = spawnSync(npm, options, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : `npm could not install it: ${lastLine(stderr) || error?.message}`;
}

function withoutModules(modules: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(PYTHON, ['-c', `import ${['numpy', ...modules].join(', ')}`], {
    encoding: 'utf8',
  });
  if (error) return `${PYTHON} does not start (${error.message}); name another with DOWNSLOPE_BENCH_PYTHON`;
  return status === 0 ? undefined : `${PYTHON}: ${lastLine(stderr)}`;
}

export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/**
 * The environment of a contender: as many threads as it is to have, and no advice to OpenBLAS about the processor,
 * which knows better (with a wrong core type it runs at a third of its speed). Certificates that Node is told to read at its
 * start (50 ms) are for connections, which nobody makes.
 */
export function environment({ threads }: Pick<Contender, 'threads'>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENBLAS|OMP|MKL|XLA)_|^NPROC$|^NODE_EXTRA_CA_CERTS$/.test(name),
  );
  // NPROC is how XLA's processor client is told its number of threads.
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NPROC: '1' };
  return { ...Object.fromEntries(kept), ...(threads === 1 ? one : {}), JAX_PLATFORMS: 'cpu' };
}
