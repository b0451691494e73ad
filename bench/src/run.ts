import { spawn } from 'node:child_process';
import { type Contender, environment, lastLine } from './contenders.js';
import { type Answer, type Figure, wasShared } from './measure.js';
import type { Workload } from './workload.js';

/** What one contender made of one workload: again, up to three times, if it had to share its processor. */
export async function take(contender: Contender, workload: Workload): Promise<Answer> {
  if (workload.timed === 'process') return takeProcesses(contender, workload, true);
  if (workload.timed === 'compilation') return takeProcesses(contender, workload, false);
  let best = (await start(contender, workload)).answer;
  for (let again = 0; again < 2 && contender.threads === 1 && shared(best) > 0; again++) {
    const { answer } = await start(contender, workload);
    if (shared(answer) < shared(best)) best = answer;
  }
  return best;
}

/** How many of the figures are of a process that did not have a processor for itself. */
const shared = (answer: Answer): number => ('absent' in answer ? 0 : answer.figures.filter(wasShared).length);

const ROUNDS = 5;
/** A process that takes longer is stopped: the others' rows are worth more. */
const MOST_SECONDS = 300;

/** A process for each round; it is timed as a `whole`, from its start to its end, or has timed itself. */
async function takeProcesses(contender: Contender, workload: Workload, whole: boolean): Promise<Answer> {
  const taken: Figure[] = [];
  let versions = {};
  // The first fills the disk's cache.
  for (let i = -1; i < ROUNDS; i++) {
    const { seconds, answer } = await start(contender, workload);
    if ('absent' in answer) return answer;
    versions = answer.versions;
    if (i >= 0) taken.push(...(whole ? [{ form: '', rounds: [1e6 * seconds], cpu: 1 }] : answer.figures));
  }
  const figures = [...new Set(taken.map(({ form }) => form))].map((form): Figure => {
    const same = taken.filter((figure) => figure.form === form);
    const cpu = Math.min(...same.map((figure) => figure.cpu));
    return { form, rounds: same.flatMap(({ rounds }) => rounds), cpu };
  });
  return { versions, figures };
}

async function start(
  contender: Contender,
  { task, steps, check, timed = 'steps' }: Workload,
): Promise<{ seconds: number; answer: Answer }> {
  const [program, ...options] = contender.command;
  const begin = performance.now();
  const child = spawn(program!, [...options, JSON.stringify({ task, steps, check, timed })], {
    env: environment(contender),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  });
  const alarm = setTimeout(() => child.kill('SIGKILL'), 1000 * MOST_SECONDS);
  const end = await new Promise<number | string>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (status, signal) => resolve(status ?? signal!));
  });
  clearTimeout(alarm);
  const seconds = (performance.now() - begin) / 1000;
  if (seconds >= MOST_SECONDS) return { seconds, answer: { absent: `it takes more than ${MOST_SECONDS} s` } };
  return { seconds, answer: answerOf(end, output!(), errors!()) };
}

function answerOf(end: number | string, output: string, errors: string): Answer {
  if (end !== 0) return { absent: errorIn(errors) ?? `it ended with ${end}` };
  if (output.trim() === '') return { versions: {}, figures: [] };
  try {
    return JSON.parse(lastLine(output)) as Answer;
  } catch {
    return { absent: `its last line is no answer: ${lastLine(output)}` };
  }
}

/** The line of a stack trace that says what happened. */
const errorIn = (errors: string): string | undefined =>
  errors
    .split('\n')
    .filter((line) => /^\w*(Error|Exception)\b.*:/.test(line))
    .at(-1);
