import { readFileSync } from 'node:fs';
import { descent, race } from '@downslope/core';
import picocolors from 'picocolors';
import { afterAll, describe, expect, it } from 'vitest';
import { Downslope } from '../testing/downslope.js';
import { METHODS, methodNamed, settingsOf } from './method.js';
import { boundsOf, proposedStart, startOf } from './point.js';
import { NAMED, sought } from './problem.js';
import { rankingLines } from './report.js';
import { clipped, levelsOf, sceneOf, ticksOf } from './scene.js';
import { svgOf } from './svg.js';
import { drawn } from './terminal.js';
import { Path, walk } from './walk.js';

const plain = picocolors.createColors(false);
const at = (step: number) => ({ step, x: Float64Array.of(step), value: step, gradNorm: 1 });

describe('what is typed', () => {
  it('points and bounds are read by the names of their variables', () => {
    expect(startOf(' y = 1 , x=-1.5e1', ['x', 'y'])).toEqual({ x: -15, y: 1 });
    expect(boundsOf('x=0..2,y=-1..', ['x', 'y', 'z'])).toEqual({
      lower: { x: 0, y: -1 },
      upper: { x: 2, y: Infinity },
    });
  });

  it.each([
    ['x=1', /--start must give each variable a number, as x=-1,y=1; y has none/],
    ['x=1,z=2', /the function has no variable z; there is x, y/],
    ['x=1,x=2', /x is given twice/],
    ['x=one,y=1', /x must be a finite number, got one/],
    ['3,4', /--start must be such as x=-1,y=1, got 3,4/],
  ])('the start %s is refused', (text, why) => {
    expect(() => startOf(text, ['x', 'y'])).toThrow(why);
  });

  it.each([
    ['x=3..2', /low end above its high one/],
    ['x=3', /must be low\.\.high/],
    ['x=0..1..2', /must be low\.\.high/],
  ])('the bounds %s are refused', (text, why) => {
    expect(() => boundsOf(text, ['x'])).toThrow(why);
  });

  it('a formula without a start gets one where it is defined and not flat', () => {
    expect(proposedStart(sought('(1-x)^2 + 100*(y-x^2)^2'))).toEqual({ x: 2, y: 2 });
    expect(proposedStart(sought('log(-x)'))).toEqual({ x: -1 });
    expect(proposedStart(sought('x^2'), boundsOf('x=4..6', ['x']))).toEqual({ x: 5 });
  });

  it('every method has its name, and refuses settings that it does not have', () => {
    expect(methodNamed('ADAM', settingsOf(['lr=0.1', 'amsgrad = true'])).settings).toEqual({
      lr: 0.1,
      amsgrad: true,
    });
    for (const name of Object.keys(METHODS))
      expect(() => methodNamed(name, { lr: 0.1, nonsense: 1 }), name).toThrow(/lr|nonsense/);
    expect(() => methodNamed('adma', {})).toThrow(/did you mean adam\?/);
    expect(() => settingsOf(['beta1'])).toThrow(/--set must be name=value/);
  });

  it('named problems have their own start and view, a misspelt name a hint', () => {
    for (const name of Object.keys(NAMED)) expect(sought(name).start, name).toBeDefined();
    expect(() => sought('rosenbrok')).toThrow(/did you mean rosenbrock\?/);
  });
});

describe('the way', () => {
  it('a path of any length is kept in bounded memory, from its first to its last point', () => {
    const path = new Path(8);
    for (let step = 0; step <= 1000; step++) path.add(at(step));
    const steps = path.points().map(({ step }) => step);
    expect(steps).toEqual([0, 128, 256, 384, 512, 640, 768, 896, 1000]);
  });

  it('its table has the steps 0, 1, 2, 5, 10, … and the last', async () => {
    const { method } = methodNamed('sgd', { lr: 0.01 });
    const stop = {
      status: 'maxSteps',
      limits: true,
      isMet: ({ steps }: { steps: number }) => steps >= 33,
    } as const;
    const { milestones } = await walk(descent(sought('x^2').of, { x: 1 }, { method, stop }));
    expect(milestones.map(({ step }) => step)).toEqual([0, 1, 2, 5, 10, 20, 33]);
  });
});

it('a ranking shows what does not fit a narrow terminal elsewhere', () => {
  const { of } = sought('x^2 + y^2');
  const placings = race(
    of,
    { x: 1, y: 2 },
    { optimizers: ['sgd', 'adagrad'], evaluations: 5, rates: [0.5, 0.1] },
  );
  const [head, first] = rankingLines(placings, -1, 80, plain);
  expect(head).toMatch(/optimizer +lr +f +steps +ended/);
  expect(first).toMatch(/1 {2}sgd +0\.5 +0 +4 {2}maxEvaluations/);
  expect(rankingLines(placings, -1, 36, plain)[0]).not.toContain('steps');
});

describe('the picture', () => {
  const scene = async (text: string, start: Record<string, number>) => {
    const what = sought(text);
    const { path, minimum } = await walk(descent(what.of, start));
    return sceneOf(what, path, Object.values(minimum.best.x), 1)!;
  };

  it('levels grow by a factor above the lowest point', () => {
    const levels = levelsOf(
      Array.from({ length: 1001 }, (_, i) => 5 + (i / 10) ** 2),
      [{ value: 5 }],
    ).map((level) => level - 5);
    const ratios = levels.slice(1).map((level, i) => level / levels[i]!);
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 9);
    expect(levelsOf([3, 3, 3], [{ value: 3 }])).toEqual([]);
  });

  it('lines end at its edge', () => {
    expect(clipped([-1, 0.5], [2, 0.5])).toEqual([
      [0, 0.5],
      [1, 0.5],
    ]);
    expect(clipped([-1, -1], [-2, 3])).toBeUndefined();
  });

  it('contours lie where the function has their level', async () => {
    const { contours, x, y } = await scene('x^2 + 4y^2', { x: 3, y: 1 });
    expect(contours.length).toBeGreaterThan(5);
    const { rings, level } = contours[4]!;
    const within = rings.flat(2).filter(([at, up]) => at > x.low && at < x.high && up > y.low && up < y.high);
    expect(within.length).toBeGreaterThan(20);
    for (const [at, up] of within) expect((at ** 2 + 4 * up ** 2) / level).toBeCloseTo(1, 1);
  });

  it.each([30, 80, 300])('fits a terminal of %i columns', async (columns) => {
    const lines = drawn(await scene('(x-1)^2 + 3y^2', { x: 3, y: 2 }), columns, plain);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(columns);
    expect(lines.join('')).toMatch(/○.*✕/s);
    expect(lines.join('')).toMatch(/[\u2801-\u28ff]/);
  });

  it('of one variable shows the curve, of three the value against the steps', async () => {
    expect((await scene('x^4 - 8x^2 + x', { x: 2.8 })).curve.length).toBe(400);
    const steps = await scene('x^2 + y^2 + (z-x)^4', { x: 1, y: 2, z: 3 });
    expect([steps.x.name, steps.y.log]).toEqual(['step', true]);
    expect(ticksOf(steps.y, 6).every(({ label }) => label.startsWith('10'))).toBe(true);
  });

  it('as SVG is whole, for light and dark pages, and holds no markup of the formula', async () => {
    const svg = svgOf({ ...(await scene('x^2 + y^2', { x: 3, y: 1 })), title: '<script>&' });
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toMatch(/<script|NaN|Infinity|undefined/);
    expect(svg.match(/<(g|svg|style|clipPath)\b/g)!.length).toBe(
      svg.match(/<\/(g|svg|style|clipPath)>/g)!.length,
    );
  });
});

describe('downslope minimize', () => {
  const downslope = new Downslope();
  afterAll(() => downslope.remove());
  const lastLine = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1)!);

  it('goes down a formula by the method asked for, prints JSON and writes the picture', async () => {
    const { code, stdout, stderr } = await downslope.run(
      ...['minimize', '(1-x)^2 + 100*(y-x^2)^2', '--start', 'x=-1,y=1', '--method', 'adam', '--lr', '0.05'],
      ...['--steps', '10000', '--json', '--svg', 'way.svg', '--analyze'],
    );
    expect(code).toBe(0);
    const { status, x, value, steps, evaluations, gradNorm, analysis } = lastLine(stdout);
    expect(status).toBe('gradTol');
    expect(x.x).toBeCloseTo(1, 4);
    expect(x.y).toBeCloseTo(1, 4);
    expect([value < 1e-8, gradNorm <= 1e-6, evaluations]).toEqual([true, true, steps + 1]);
    expect(analysis.kind).toBe('minimum');
    expect(stderr).toMatch(/the gradient is as small as asked/);
    expect(readFileSync(downslope.path('way.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('goes up with --maximize, and a formula may begin with a minus', async () => {
    const { code, stdout } = await downslope.run('minimize', '-(x-1)^2 + 3', '--maximize', '--json');
    expect([code, lastLine(stdout).value, lastLine(stdout).x.x]).toEqual([0, 3, 1]);
  });

  it('keeps to bounds', async () => {
    const { stdout } = await downslope.run('minimize', '(x-3)^2', '--bounds', 'x=0..2', '--json');
    expect(lastLine(stdout)).toMatchObject({ status: 'gradTol', x: { x: 2 } });
  });

  it.each([
    [['log(x)', '--start', 'x=-1'], /--start: the function is NaN at x = −1/],
    [['log(x)', '--start', 'x=3', '--bounds', 'x=..-1'], /--start: the function is NaN at x = −1/],
    [['x^2', '--bounds', 'x=0..1', '--method', 'adam'], /--bounds: adam cannot keep to any/],
    [['x^2', '--svg', 'nowhere/x.svg', '--json'], /--svg: nowhere\/x\.svg cannot be written/],
    [['x', '3'], /takes one formula, in quotes/],
    [['x^2', '--step', '3'], /unknown option '--step'.*did you mean --steps/],
    [['x^2', '--race', '--lr', '3'], /--lr has no part in --race/],
    [['x^2', '--method', 'newton', '--lr', '3'], /newton has no settings, got lr/],
    [[], /say what to minimise/],
  ])('%j ends with 2', async (args, why) => {
    const { code, stdout, stderr } = await downslope.run('minimize', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(why);
  });

  it('Ctrl-C ends it with 130 and the best point', async () => {
    const { child, ended } = downslope.start(
      ...['minimize', 'x^2', '--method', 'sgd', '--lr', '1e-9', '--steps', '2000000000', '--json'],
    );
    await new Promise<void>((resolve) => child.stderr!.once('data', () => resolve()));
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect([code, lastLine(stdout).status]).toEqual([130, 'aborted']);
  });
});
