// Runs that are killed (kill -9) at random moments and resumed must end as the run that was not: with the same bits, none of
// them lost, no file torn. Alone: node scripts/survive.mjs [kills]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, isFull, root, temporaryFolder } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/**
 * @typedef {object} Kind one kind of run, each in a folder of its own
 * @property {string} name
 * @property {(folder: string) => string[]} command starts it, or goes on with it
 * @property {(folder: string) => boolean} done
 * @property {(folder: string) => Record<string, string>} leaves what must be the same in every run
 */

/** @type {Kind[]} */
const KINDS = [
  {
    name: 'fit: dropout, momentum, accumulation, schedule',
    command: (folder) => [join(root, 'scripts/survive/fit.mjs'), folder],
    done: (folder) => existsSync(join(folder, 'result.json')),
    leaves: (folder) => ({ 'result.json': readFileSync(join(folder, 'result.json'), 'utf8') }),
  },
  {
    name: 'downslope train: linear, mlp, scores',
    command: (folder) => [cli, 'train', ...(isRun(folder) ? ['--resume', 'run'] : newRun(folder))],
    done: (folder) =>
      ['run/model', 'run/report.html'].every((made) => existsSync(join(folder, made))) &&
      logOf(folder).at(-1)?.kind === 'end',
    leaves: (folder) => ({
      log: JSON.stringify(logOf(folder)),
      ...Object.fromEntries(
        readdirSync(join(folder, 'run/model')).map((file) => [
          file,
          readFileSync(join(folder, 'run/model', file)).toString('base64'),
        ]),
      ),
    }),
  },
];

/** @param {string} folder */
const isRun = (folder) => existsSync(join(folder, 'run/config.json'));

/** @param {string} folder */
function newRun(folder) {
  const rows = Array.from({ length: 60 }, (_, i) => `${(7 * i) % 23},${'abc'[i % 3]},${Math.sin(i)}`);
  writeFileSync(join(folder, 't.csv'), `size,place,price\n${rows.join('\n')}\n`);
  const how = [
    '--lr',
    '0.01',
    '--hidden',
    '8',
    '--optimizer',
    'nesterov',
    '--schedule',
    'cosine',
    '--accumulate',
    '2',
  ];
  return [
    't.csv',
    '--target',
    'price',
    ...how,
    '--epochs',
    '8',
    '--checkpoint-every',
    '1steps',
    '--out',
    'run',
  ];
}

/**
 * The log's lines: every one is whole, and what is told once stands there once. Without what is time, and without checkpoints.
 *
 * @param {string} folder
 * @returns {Record<string, unknown>[]}
 */
function logOf(folder) {
  const lines = readFileSync(join(folder, 'run/metrics.jsonl'), 'utf8').split('\n');
  if (lines.pop() !== '') throw new Error('the last line of metrics.jsonl is torn');
  return lines
    .map((line) => JSON.parse(line, (key, value) => (key === 'seconds' ? 0 : value)))
    .filter(({ kind }) => kind !== 'checkpoint');
}

/**
 * Kills a number of times in all; each run is killed until it has had four, or is done.
 *
 * @returns {Promise<Outcome[]>}
 */
export async function survive(kills = isFull() ? 100 : 10) {
  const outcomes = [];
  for (const kind of KINDS) outcomes.push(await surviveAs(kind, Math.ceil(kills / KINDS.length)));
  return outcomes;
}

/** @param {Kind} kind @param {number} kills @returns {Promise<Outcome>} */
async function surviveAs(kind, kills) {
  const home = temporaryFolder();
  const whole = folderIn(home, 'whole');
  const { begun, milliseconds, output } = await once(kind.command(whole), whole);
  if (!kind.done(whole)) return { name: kind.name, status: 'failed', detail: `it does not end: ${output}` };
  const wanted = kind.leaves(whole);
  const seen = { kills: 0, runs: 0, inCheckpoint: 0, damaged: 0 };
  /** @type {string[]} */
  const wrong = [];
  while (seen.kills < kills) {
    const folder = folderIn(home, `${seen.runs++}`);
    for (let left = Math.min(4, kills - seen.kills); left > 0 && !kind.done(folder); ) {
      const { killed } = await once(kind.command(folder), folder, moment(begun, milliseconds));
      if (!killed) continue;
      seen.kills++;
      left--;
      if (partsIn(folder).length > 0) seen.inCheckpoint++;
    }
    let last = { output: '' };
    if (!kind.done(folder)) last = await once(kind.command(folder), folder);
    if (last.output.includes('damaged') || last.output.includes('passed over')) seen.damaged++;
    const problem = kind.done(folder)
      ? differenceOf(kind.leaves(folder), wanted)
      : `does not end: ${last.output}`;
    if (problem) wrong.push(`run ${seen.runs}: ${problem}`);
    const parts = partsIn(folder);
    if (parts.length > 0) wrong.push(`run ${seen.runs}: left behind ${parts.join(', ')}`);
  }
  const told = `${seen.runs} runs, ${seen.kills} kills, ${seen.inCheckpoint} of them while a file was written, ${seen.damaged} checkpoints passed over`;
  const name = `killed and resumed, ${kind.name}`;
  if (wrong.length > 0) return { name, status: 'failed', detail: [told, ...wrong].join('\n') };
  return { name: `${name}: ${told}, all with the same bits`, status: 'passed' };
}

/** Mostly while steps are taken and checkpoints written; one in five at any time. @param {number} begun @param {number} all */
const moment = (begun, all) => {
  const from = Math.random() < 0.2 ? 0 : begun;
  return from + Math.random() * (all - from);
};

/** @param {Record<string, string>} got @param {Record<string, string>} wanted */
function differenceOf(got, wanted) {
  const names = [...new Set([...Object.keys(got), ...Object.keys(wanted)])];
  const other = names.find((name) => got[name] !== wanted[name]);
  if (other === undefined) return undefined;
  const [a = '', b = ''] = [got[other], wanted[other]];
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return `${other} differs at ${at}: …${a.slice(at - 40, at + 40)}… and …${b.slice(at - 40, at + 40)}…`;
}

/** What is being written, or was when a process died. @param {string} folder @returns {string[]} */
const partsIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.part'));

/** @param {string} home @param {string} name */
function folderIn(home, name) {
  const folder = join(home, name);
  mkdirSync(folder);
  return folder;
}

/**
 * Runs a script, and kills it after so many milliseconds.
 *
 * @param {string[]} command
 * @param {string} cwd
 * @param {number} [after]
 * @returns {Promise<{ killed: boolean, begun: number, milliseconds: number, output: string }>} `begun`: until its first checkpoint
 */
function once(command, cwd, after) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let begun = 0;
    const watch = setInterval(() => {
      const first = ['checkpoints', 'run/checkpoints'].some((name) => existsSync(join(cwd, name)));
      if (first && begun === 0) begun = performance.now() - start;
    }, 5);
    const alarm = setTimeout(() => child.kill('SIGKILL'), after ?? 300_000);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('close', (_code, signal) => {
      clearTimeout(alarm);
      clearInterval(watch);
      resolve({ killed: signal === 'SIGKILL', begun, milliseconds: performance.now() - start, output });
    });
  });
}

if (process.argv[1] === import.meta.filename)
  for (const { name, status, detail } of await survive(Number(process.argv[2] ?? 10)))
    console.log([`${status}  ${name}`, ...(detail ? [detail] : [])].join('\n'));
