import { parseArgs } from 'node:util';
import type { Workload } from './workload.js';
import { WORKLOADS } from './workloads.js';

/** What the benchmark is asked to do. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'scaling' }
  | { readonly kind: 'report'; readonly from: string }
  | {
      readonly kind: 'measure';
      readonly picked: readonly Workload[];
      readonly runs: number;
      readonly json?: string;
    };

export const HELP = `npm run bench -- [WORD …] [options]    measures training steps against rivals; with no word everything

  WORD          the workloads whose names hold it; scaling alone: how cost grows (docs/scaling.md)
  --runs N      everything N times (default: once)
  --json FILE   keeps every round of every contender
  --from FILE   measures nothing: shows and writes what such a file holds
  --help        this

With all workloads, the figures in docs/benchmarks.md are written. Workloads:
${WORKLOADS.map(({ name }) => `  ${name}`).join('\n')}`;

/** Something that was typed wrong; its message is one line. */
export class Misuse extends Error {}

/** Reads the command line. @throws Misuse */
export function requestOf(args: readonly string[]): Request {
  const { values, positionals: words } = parsed(args);
  if (values.help) return { kind: 'help' };
  if (words.includes('scaling')) {
    if (args.length > 1) throw new Misuse(`scaling stands alone, got ${args.join(' ')}`);
    return { kind: 'scaling' };
  }
  const { from, json, runs = '1' } = values;
  for (const [option, file] of Object.entries({ from, json }))
    if (file === '') throw new Misuse(`--${option} must be the name of a file, got ''`);
  if (from !== undefined) {
    if (words.length > 0 || json !== undefined || values.runs !== undefined)
      throw new Misuse('--from measures nothing: it takes no workloads, no --runs and no --json');
    return { kind: 'report', from };
  }
  const picked = pickedBy(words);
  if (!/^[1-9]\d*$/.test(runs)) throw new Misuse(`--runs must be a positive integer, got ${runs || "''"}`);
  return { kind: 'measure', picked, runs: Number(runs), ...(json !== undefined && { json }) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        runs: { type: 'string' },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node's advice on arguments that begin with a dash is no help here.
    const [what] = (error as Error).message.split(/\. |\n/);
    throw new Misuse(`${what}; --help shows the options`);
  }
}

/** The workloads whose names hold one of the words; all when there is none. */
function pickedBy(words: readonly string[]): readonly Workload[] {
  const stray = words.find((word) => !WORKLOADS.some(({ name }) => name.includes(word)));
  if (stray !== undefined)
    throw new Misuse(
      `no workload has ${stray} in its name; there are ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    );
  return WORKLOADS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
}
