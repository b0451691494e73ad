import { readFileSync } from 'node:fs';
import type { Host } from '../../../packages/core/dist/index.js';
import { answer, type Figure, measure, readAssignment } from '../measure.js';
import type { Assignment, TrainingTask } from '../workload.js';
import { fitting } from './fitting.js';
import { problemOf } from './problems.js';
import { product, update } from './single.js';
import { solve, valley } from './solve.js';
import { training } from './training.js';

const assignment = readAssignment();
// A process with `blas` before the assignment uses the machine's library, as the command does.
const library = process.argv.includes('blas') ? await machine() : undefined;
// With `threads` it has the machine's threads: `fit` does where that pays.
const threads = process.argv.includes('threads') ? 'auto' : 1;
const { workers, grown } = await machine();
const host: Host = library ?? { grown, ...(threads === 'auto' && { workers }) };
if (process.argv.includes('blas') && !library?.blas) answer({ absent: 'no BLAS was found' });
else answer({ versions: versions(), figures: await figures(assignment) });

/** What the package `downslope` offers core on this machine. */
async function machine(): Promise<
  typeof import('../../../packages/downslope/dist/native/host.js').nativeHost
> {
  return (await import('../../../packages/downslope/dist/native/host.js')).nativeHost;
}

async function figures(assignment: Assignment): Promise<Figure[]> {
  const { task, steps } = assignment;
  if (assignment.timed === 'compilation')
    return [training(problemOf(task as TrainingTask), 1, '', host, threads).compilation];
  if (task.kind === 'solve') return [measure(solve(task), assignment)];
  if (task.kind === 'valley') return [measure(valley(task), assignment)];
  if (task.kind === 'update') return [measure(update(task, host, threads), assignment)];
  if (task.kind === 'product') return [measure(product(task, host, threads), assignment)];
  const problem = problemOf(task);
  return [
    measure(training(problem, steps, '', host, threads).runner, assignment),
    measure(training(problem, 1, 'call', host, threads).runner, assignment),
    ...(task.kind === 'rosenbrock' ? [] : [await fitting(problem, host, threads)]),
  ];
}

function versions(): Record<string, string> {
  const file = new URL('../../../packages/core/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const found = library?.blas?.found;
  return {
    '@downslope/core': version,
    node: process.version,
    ...(found && { 'its BLAS': found.version ?? found.name }),
  };
}
