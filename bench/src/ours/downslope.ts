import { readFileSync } from 'node:fs';
import type { Host } from '../../../packages/core/dist/index.js';
import { answer, type Figure, measure, readAssignment } from '../measure.js';
import { median } from '../results.js';
import type { Assignment, Means, TrainingTask } from '../workload.js';
import { fitting } from './fitting.js';
import { machineFor } from './host.js';
import { problemOf } from './problems.js';
import { product, update } from './single.js';
import { solve, valley } from './solve.js';
import { training } from './training.js';

/** So much of a batch has a last, smaller one. */
const SMALLER = [5, 4, 3, 2, 1].map((sixths) => sixths / 6);

// downslope.js MEANS [threads] ASSIGNMENT     with `threads` it has those of the machine: `fit` does where that pays
const means = process.argv[2] as Means;
const threads = process.argv.includes('threads') ? 'auto' : 1;
const machine = await machineFor(means, threads);
if (!machine) throw new Error(`this machine has no ${means}`);
answer({ versions: versions(machine.versions), figures: await figures(readAssignment(), machine.host) });

async function figures(assignment: Assignment, host: Host): Promise<Figure[]> {
  const { task, steps, timed } = assignment;
  if (timed === 'compilation') return compilations(task as TrainingTask, host);
  if (task.kind === 'solve') return [await measure(solve(task, host), assignment)];
  if (task.kind === 'valley') return [await measure(valley(task, host), assignment)];
  if (task.kind === 'update') return [await measure(update(task, host, threads), assignment)];
  if (task.kind === 'product') return [await measure(product(task, host, threads), assignment)];
  const problem = problemOf(task);
  const many = await measure(training(problem, steps, '', host, threads).runner, assignment);
  // The other ways to take the same steps are told for one thread, and without BLAS.
  if (threads !== 1 || means === 'BLAS') return [many];
  return [
    many,
    await measure(training(problem, 1, 'call', host, threads).runner, assignment),
    ...(task.kind === 'rosenbrock' ? [] : [await fitting(problem, host, threads)]),
  ];
}

/** The first in a process; and, that having been the warm-up, the median of five more, for smaller batches. */
function compilations(task: TrainingTask, host: Host): Figure[] {
  const compiled = (task: TrainingTask): Figure => training(problemOf(task), 1, '', host, 1).compilation;
  const first = compiled(task);
  if (!('batch' in task)) return [first];
  const more = SMALLER.map((part) => compiled({ ...task, batch: Math.ceil(part * task.batch) }));
  const cpu = Math.min(...more.map((figure) => figure.cpu));
  return [first, { form: 'again', rounds: [median(more.flatMap(({ rounds }) => rounds))], cpu }];
}

function versions(found: Readonly<Record<string, string>>): Record<string, string> {
  const file = new URL('../../../packages/core/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return { '@downslope/core': version, node: process.version, ...found };
}
