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

/** A process for each round; it is timed as a `whole`, from its start to its end, or has timed itself. */
async function takeProcesses(contender: Contender, workload: Workload, whole: boolean): Promise<Answer> {
  const rounds: Figure[] = [];
  let versions = {};
  // The first fills the disk's cache.
  for (let i = -1; i < ROUNDS; i++) {
    const { seconds, answer } = await start(contender, workload);
    if ('absent' in answer) return answer;
    versions = answer.versions;
    if (i >= 0) rounds.push(whole ? { form: '', rounds: [1e6 * seconds], cpu: 1 } : answer.figures[0]!);
  }
  const cpu = Math.min(...rounds.map((figure) => figure.cpu));
  return { versions, figures: [{ form: '', rounds: rounds.flatMap((figure) => figure.rounds), cpu }] };
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
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, answer: answerOf(status, output!(), errors!()) };
}

function answerOf(status: number | null, output: string, errors: string): Answer {
  if (status !== 0) return { absent: errorIn(errors) ?? `it ended with status ${status}` };
  return output.trim() === '' ? { versions: {}, figures: [] } : (JSON.parse(lastLine(output)) as Answer);
}

/** The line of a stack trace that says what happened. */
const errorIn = (errors: string): string | undefined =>
  errors
    .split('\n')
    .filter((line) => /^\w*(Error|Exception)\b.*:/.test(line))
    .at(-1);
