import type { Contender } from './contenders.js';
import { type Answer, type Figure, TURNS } from './measure.js';
import { contested, type Entry, type Limits, median, type Row } from './results.js';
import { take } from './run.js';
import type { Workload } from './workload.js';

/**
 * One workload by all contenders, one after another: each in a process of its own. Those that the verdict hangs on come
 * again, in turn, and the best of each counts: what others do on the machine meanwhile only ever slows one down.
 *
 * @param versions to which those of the contenders are added
 */
export async function compare(
  workload: Workload,
  present: readonly Contender[],
  limits: Limits,
  versions: Record<string, string>,
): Promise<Row> {
  const answers = new Map<Contender, Answer>();
  for (const contender of present) {
    if (contender.only?.(workload) === false) continue;
    const answer = await take(contender, workload);
    answers.set(contender, answer);
    if (!('absent' in answer)) Object.assign(versions, answer.versions);
  }
  for (let turn = 1; turn < TURNS; turn++) {
    const columns = contested(rowOf(workload, answers), limits).map(({ column }) => column);
    for (const [contender, answer] of answers)
      if (entriesOf(contender, answer).some(({ column }) => columns.includes(column)))
        answers.set(contender, better(contender, answer, await take(contender, workload)));
  }
  return rowOf(workload, answers);
}

function rowOf(workload: Workload, answers: ReadonlyMap<Contender, Answer>): Row {
  const absent = [...answers].flatMap(([contender, answer]) =>
    'absent' in answer ? [[columnOf(contender), answer.absent]] : [],
  );
  const entries = [...answers].flatMap(([contender, answer]) => entriesOf(contender, answer));
  return { workload, entries, absent: Object.fromEntries(absent) };
}

function entriesOf(contender: Contender, answer: Answer): readonly Entry[] {
  if ('absent' in answer) return [];
  const { threads, means } = contender;
  return answer.figures.map((figure) => ({
    ...figure,
    column: columnOf(contender, figure.form),
    threads,
    ...(means && { means }),
  }));
}

function columnOf({ name, threads }: Contender, form = ''): string {
  const column = form === '' ? name : `${name} ${form}`;
  return threads === 1 ? column : `${column}, all threads`;
}

/** Of each figure the one with the lower median; a second process that failed is told of, and leaves the first's. */
function better(contender: Contender, one: Answer, other: Answer): Answer {
  if ('absent' in other) console.error(`${columnOf(contender)}, in its second process: ${other.absent}`);
  if ('absent' in one || 'absent' in other) return one;
  const faster = (figure: Figure): Figure => {
    const same = other.figures.find(({ form }) => form === figure.form);
    return same && median(same.rounds) < median(figure.rounds) ? same : figure;
  };
  return { ...one, figures: one.figures.map(faster) };
}
