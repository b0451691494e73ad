import { writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import {
  abortOn,
  byValue,
  descent,
  gradTol,
  heats,
  type Method,
  type MinimizeOptions,
  maxEvaluations,
  maxSteps,
  nearest,
  OPTIMIZERS,
  type Placing,
  type Rule,
  type Transform,
} from '@downslope/core';
import { count, significant } from '../../format.js';
import { misuse } from '../../misuse.js';
import { flag } from '../flag.js';
import { checked, type MinimizeFlags, minimizeSchema } from '../options.js';
import { type Output, outputOn } from '../output.js';
import { look } from './look.js';
import { type Chosen, methodNamed, settingsOf } from './method.js';
import { boundsOf, proposedStart, startOf, within } from './point.js';
import { type Named, type Sought, sought } from './problem.js';
import {
  analysisLines,
  endLines,
  foundLines,
  listLines,
  methodText,
  pathLines,
  pointText,
  rankingLines,
  type Sign,
} from './report.js';
import { sceneOf } from './scene.js';
import { analysisOf, summaryOf } from './summary.js';
import { svgOf } from './svg.js';
import { drawn } from './terminal.js';
import { interrupted, teller } from './turns.js';
import { type Walk, walk } from './walk.js';

/** What the command has to do, understood. */
interface Task {
  readonly sought: Sought;
  readonly start: Named;
  readonly proposed: boolean;
  readonly sign: Sign;
  readonly options: Pick<MinimizeOptions<Named>, 'bounds'>;
}

/** `downslope minimize`: from a formula to its lowest point, and the way there. */
export async function minimizeCommand(
  args: readonly string[],
  given: Record<string, unknown>,
  known: readonly string[],
): Promise<void> {
  const flags = checked(minimizeSchema, given);
  const out = outputOn(flags.json ? process.stderr : process.stdout);
  if (flags.list) return out.lines(listLines(out.style));
  const task = taskOf(theFormula(args, known), flags);
  if (flags.race) refuseBeside(flags);
  const chosen = flags.race ? undefined : chosenMethod(flags);

  const stop = interrupted();
  const tell = teller();
  const go = (way: Way) => descent(task.sought.of, task.start, { ...task.options, ...way });
  // Before anything is printed, for it may be refused.
  const asked = chosen && go(wayOf(chosen, flags, stop));
  const how = chosen ? methodText(chosen) : 'every optimizer, at many learning rates';
  out.lines(foundLines(task.sought, task.start, how, task.proposed, out.style));
  const ranking = flags.race ? await raced(task, flags.steps, stop, tell) : undefined;
  if (ranking) out.lines(rankingLines(ranking, task.sign, out.width, out.style));
  const way = await walk(asked ?? go(wayOf(ranking![0]!, flags, stop)), ({ step, value }) =>
    tell(`step ${count(step)}: f = ${significant(task.sign * value, 6)}`),
  );
  tell('');
  await show(task, way, flags, out, ranking);
}

/** One formula; it may begin with a minus, and is then among the options that nobody knows. */
function theFormula(args: readonly string[], known: readonly string[]): string {
  const odd = args.find((arg) => /^--[a-z]/i.test(arg));
  if (odd !== undefined) {
    const near = nearest(odd.replace(/=.*/, ''), known);
    throw misuse(`unknown option '${odd}'${near === undefined ? '' : ` (did you mean ${near}?)`}`);
  }
  const [formula] = args;
  if (formula === undefined)
    throw misuse(
      "say what to minimise, such as downslope minimize 'x^2 - 4x + 5'; --list shows functions with names",
    );
  if (args.length > 1)
    throw misuse(`minimize takes one formula, in quotes; got ${args.length}: ${args.join(' and ')}`);
  return formula;
}

function taskOf(formula: string, flags: MinimizeFlags): Task {
  const { maximize = false, start, bounds } = flags;
  const what = sought(formula, maximize);
  const { variables } = what;
  const limits = bounds === undefined ? undefined : boundsOf(bounds, variables);
  const own = what.start && Object.fromEntries(variables.map((name, i) => [name, what.start![i]!]));
  const given = start === undefined ? (own ?? proposedStart(what, limits)) : startOf(start, variables);
  const from = within(given, limits);
  refuseUndefined(what, from);
  return {
    sought: what,
    start: from,
    proposed: start === undefined,
    sign: maximize ? -1 : 1,
    options: limits === undefined ? {} : { bounds: limits },
  };
}

function refuseUndefined(what: Sought, start: Named): void {
  const [{ value, gradNorm }] = look(what.of, what.variables, [Object.values(start)]) as [
    { value: number; gradNorm: number },
  ];
  if (Number.isFinite(value) && Number.isFinite(gradNorm)) return;
  const bad = Number.isFinite(value) ? 'gradient of the function is not finite' : `function is ${value}`;
  throw misuse(`--start: the ${bad} at ${pointText(start)}; start where it is defined`);
}

/** A race takes its methods and rates from nobody. */
function refuseBeside(flags: MinimizeFlags): void {
  const odd = (['method', 'lr', 'momentum', 'set', 'bounds', 'tol'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (odd !== undefined)
    throw misuse(
      odd === 'bounds'
        ? '--bounds: the optimizers of --race keep to none; use --method lbfgs'
        : `${flag(odd)} has no part in --race, which tries every optimizer at many rates`,
    );
}

function chosenMethod({ method = 'lbfgs', lr, momentum, set = [] }: MinimizeFlags): Chosen {
  const settings = {
    ...(lr !== undefined && { lr }),
    ...(momentum !== undefined && { momentum }),
    ...settingsOf(set),
  };
  return methodNamed(method, settings);
}

type Way = Required<Pick<MinimizeOptions<Named>, 'method' | 'stop'>>;

/** The method and when to stop; after a race, the winner goes again. */
function wayOf(
  chosen: Chosen | Placing<Named>,
  { steps, tol = 1e-6 }: MinimizeFlags,
  signal: AbortSignal,
): Way {
  const stopped = abortOn(signal);
  if ('lr' in chosen)
    return {
      method: OPTIMIZERS[chosen.name]({ lr: chosen.lr }),
      stop: [maxEvaluations(steps ?? 500), stopped],
    };
  const { method } = chosen;
  return { method, stop: [gradTol(tol), ...rulesOf(method), maxSteps(steps ?? 10_000), stopped] };
}

/** What else ends a method: it cannot tell any more which of two points is lower. */
const rulesOf = (method: Method | Transform): readonly Rule[] =>
  'stop' in method ? method.stop.filter(({ status }) => status === 'lossTol') : [];

async function raced(
  { sought: { of }, start }: Task,
  evaluations: number | undefined,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Placing<Named>[]> {
  const placings: Placing<Named>[] = [];
  for (const placing of heats(of, start as Record<string, number>, { evaluations })) {
    placings.push(placing);
    tell(`${placings.length} of ${Object.keys(OPTIMIZERS).length} optimizers`);
    await setImmediate();
    if (signal.aborted) break;
  }
  return placings.sort(byValue);
}

/** Everything that comes out when the way is gone. */
async function show(
  { sought: what, sign }: Task,
  way: Walk,
  { svg, analyze: theory, json }: MinimizeFlags,
  out: Output,
  ranking: readonly Placing<Named>[] | undefined,
): Promise<void> {
  const { style, width } = out;
  const { best } = way.minimum;
  const scene = sceneOf(what, way.path, Object.values(best.x), sign);
  if (svg !== undefined) {
    if (scene === undefined) throw misuse('--svg: there is nothing to draw: no step was taken');
    await writeFile(svg, svgOf(scene)).catch(({ message }: Error) => {
      throw misuse(`--svg: ${svg} cannot be written: ${message}`);
    });
  }
  out.lines(pathLines(way, what.variables, sign, width, style));
  out.lines(['']);
  if (scene) out.drawn(drawn(scene, width, style));
  out.lines(endLines(way, sign, style));
  const analysis = theory ? analysisOf(what, best.x) : undefined;
  if (analysis !== undefined) out.lines(analysisLines(analysis, sign, style));
  if (json) process.stdout.write(`${JSON.stringify(summaryOf(way, sign, analysis, ranking))}\n`);
}
