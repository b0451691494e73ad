import type { Analysis, Placing } from '@downslope/core';
import { count, counted, duration, significant } from '../../format.js';
import { aligned, block, cut, type Style, widthOf } from '../style.js';
import type { Chosen } from './method.js';
import { NAMED, type Named, type Sought } from './problem.js';
import type { Walk } from './walk.js';

/** 1 for a minimum that is sought, −1 for a maximum: what is gone down is then −f. */
export type Sign = 1 | -1;

/** As many digits as tell something, without zeros at the end. */
const exact = (value: number): string => String(Number(value.toPrecision(10))).replaceAll('-', '−');

export const pointText = (point: Named): string =>
  Object.entries(point)
    .map(([name, value]) => `${name} = ${exact(value)}`)
    .join(', ');

/** What is sought, from where and how. */
export function foundLines(
  { text }: Sought,
  start: Named,
  how: string,
  proposed: boolean,
  style: Style,
): string[] {
  const from = pointText(start) + (proposed ? style.dim(' (--start chooses another)') : '');
  return [
    '',
    ...block('function', [cut(text, 400)], style),
    ...block('start', [from], style),
    ...block('method', [how], style),
    '',
  ];
}

export function methodText({ name, settings }: Chosen): string {
  const given = Object.entries(settings).map(([setting, value]) => `${setting} ${value}`);
  return [name, ...given].join(', ');
}

/** Variables up to which a table has a column for each. */
const SHOWN = 4;

/** The way as a table; without the variables where they do not fit. */
export function pathLines(
  { milestones }: Walk,
  variables: readonly string[],
  sign: Sign,
  width: number,
  style: Style,
): string[] {
  const table = (names: readonly string[]): string[] =>
    aligned(
      [
        ['step', ...names, 'f', '‖∇f‖'],
        ...milestones.map(({ step, x, value, gradNorm }) => [
          count(step),
          ...names.map((_, i) => significant(x[i]!, 6)),
          significant(sign * value, 6),
          significant(gradNorm, 3),
        ]),
      ],
      { align: ['right'] },
    );
  const whole = variables.length > SHOWN ? table([]) : table(variables);
  const lines = whole.some((row) => widthOf(row) >= width) ? table([]) : whole;
  return lines.map((row, i) => (i === 0 ? style.bold(row) : row));
}

/** Why it ended, and where. */
export function endLines({ minimum }: Walk, sign: Sign, style: Style): string[] {
  const { status, message, best, steps, evaluations, seconds } = minimum;
  const well = status === 'gradTol' || status === 'lossTol' || status === 'stepTol';
  const spent = `${counted(steps, 'step')}, ${counted(evaluations, 'evaluation')}, ${duration(seconds)}`;
  return [
    '',
    ...block('ended', [(well ? style.green : style.yellow)(message), style.dim(spent)], style),
    ...block(
      sign === 1 ? 'lowest' : 'highest',
      [
        `f = ${exact(sign * best.value)}`,
        pointText(best.x),
        style.dim(`‖∇f‖ = ${significant(best.gradNorm, 3)}`),
      ],
      style,
    ),
    '',
  ];
}

const rate = (value: number | undefined): string => (value === undefined ? 'none' : significant(value));

/** What theory says of the best point. */
export function analysisLines(found: Analysis | string, sign: Sign, style: Style): string[] {
  if (typeof found === 'string') return [...block('analysis', [style.yellow(found)], style), ''];
  const { kind, message, lambdaMin, lambdaMax, conditionNumber, criticalRates, predicted, measured } = found;
  const lines = [
    kind === 'minimum' ? style.green(message) : style.yellow(message),
    `curvature from ${significant(lambdaMin)} to ${significant(lambdaMax)}, condition number ${significant(conditionNumber)}`,
    ...(sign === -1 ? ['all this of −f, which is what is gone down'] : []),
  ];
  const rates = criticalRates
    ? aligned(
        [
          ['', 'diverges above', 'best lr', 'momentum', 'steps predicted', 'measured'],
          ...(['gradientDescent', 'heavyBall', 'nesterov'] as const).map((name) => {
            const best = predicted?.[name];
            return [
              name,
              significant(criticalRates[name]),
              rate(best?.lr),
              best?.momentum === undefined ? '–' : significant(best.momentum, 3),
              best === undefined ? 'none' : count(Math.ceil(best.steps)),
              measured?.[name]?.steps === undefined ? 'none' : count(measured[name].steps),
            ];
          }),
        ],
        { align: ['left', 'right'] },
      )
    : [];
  return [
    ...block('analysis', lines, style),
    '',
    ...rates.map((row, i) => (i === 0 ? style.bold(row) : row)),
    '',
  ];
}

/** The ranking of a race. */
export function rankingLines(
  ranking: readonly Placing<Named>[],
  sign: Sign,
  width: number,
  style: Style,
): string[] {
  const table = (withSteps: boolean): string[] =>
    aligned(
      [
        ['', 'optimizer', 'lr', 'f', ...(withSteps ? ['steps', 'ended'] : [])],
        ...ranking.map(({ name, lr, minimum }, i) => [
          String(i + 1),
          name,
          significant(lr, 1),
          significant(sign * minimum.best.value, 6),
          ...(withSteps ? [count(minimum.steps), minimum.status] : []),
        ]),
      ],
      { align: ['right', 'left', 'right', 'right', 'right', 'left'] },
    );
  const whole = table(true);
  const lines = whole.some((row) => widthOf(row) >= width) ? table(false) : whole;
  return [...lines.map((row, i) => (i === 0 ? style.bold(row) : row)), ''];
}

/** The test functions that have names. */
export function listLines(style: Style): string[] {
  const rows = Object.entries(NAMED).map(([name, { formula, start }]) => [
    style.cyan(name),
    `from ${start.map(exact).join(', ')}`,
    style.dim(formula),
  ]);
  return ['', ...aligned(rows), ''];
}
