import { fit, type Host, type Threads } from '../../../packages/core/dist/index.js';
import type { Figure } from '../measure.js';
import type { Problem } from './problems.js';

const ROUNDS = 5;
/** Seconds that a round should take. */
const ROUND = 0.15;

/** The same steps through `fit`, as users take them: with its shuffling, reports and replay; without compilation. */
export async function fitting(problem: Problem, host: Host, threads: Threads): Promise<Figure> {
  const { model, batch, order } = problem;
  const steps = order ? Math.ceil(order.length / batch) : 1;
  const options = {
    train: problem.train as never,
    params: problem.params as never,
    loss: problem.loss,
    optimizer: problem.optimizer,
    batchSize: order ? batch : ('full' as const),
    dtype: problem.dtype,
    shuffle: problem.shuffle,
    host,
    threads,
  };
  const trial = await fit(model, { ...options, epochs: 1e6, stop: { seconds: 4 * ROUND } }).result;
  const epochs = Math.max(1, Math.ceil(trial.epochs / 4));
  const before = process.cpuUsage();
  const { history } = await fit(model, { ...options, epochs: (ROUNDS + 1) * epochs }).result;
  const { user, system } = process.cpuUsage(before);
  const times = Array.from({ length: ROUNDS + 1 }, (_, i) => history[(i + 1) * epochs - 1]!.seconds);
  return {
    form: 'fit',
    rounds: times.slice(1).map((time, i) => (1e6 * (time - times[i]!)) / (epochs * steps)),
    cpu: (user + system) / 1e6 / times.at(-1)!,
  };
}
