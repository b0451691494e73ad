#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ownVersion } from '../version.js';
import { flag } from './flag.js';
import { styleFor } from './style.js';

/** Adds its arguments, options and action to a command. */
export interface CommandModule {
  readonly declare: (command: Command) => void;
}

interface CommandRow {
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
  /** True when it has more to do than to write what nobody reads any more. */
  readonly goesOn?: boolean;
}

/** One row and one file a command; the file is loaded when the command is named. */
const COMMANDS: Readonly<Record<string, CommandRow>> = {
  train: {
    summary: 'train a model of one column of a table',
    load: () => import('./train.js'),
    goesOn: true,
  },
  'find-lr': { summary: 'find a learning rate for a table', load: () => import('./find-lr.js') },
  predict: { summary: 'predict with a model that train made', load: () => import('./predict.js') },
  compare: { summary: 'show runs beside each other, here and on a page', load: () => import('./compare.js') },
  runs: { summary: 'list runs, or ask a query of them', load: () => import('./runs.js') },
  minimize: {
    summary: 'go down a function that is given as a formula, and show the way',
    load: () => import('./minimize.js'),
  },
  info: { summary: 'show versions and what this machine offers', load: () => import('./info.js') },
};

/** Exit codes: 0 all well, 1 a fault of ours, 2 misuse; a command that was interrupted sets its own. */
async function main(args: readonly string[]): Promise<number> {
  const err = styleFor(process.stderr);
  const program = await programFor(args);
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has said what is wrong, or shown what was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Error)) throw error;
    if (error.name === 'DownslopeError') {
      process.stderr.write(`${err.red('error:')} ${inFlags(error.message, program)}\n`);
      return 2;
    }
    const where = args.includes('--debug') ? error.stack : `${error.message} (--debug shows where)`;
    process.stderr.write(`${err.red('failed:')} ${where}\n`);
    return 1;
  }
}

async function programFor(args: readonly string[]): Promise<Command> {
  const style = styleFor(process.stdout);
  const program = new Command('downslope')
    .description('Gradient descent for TypeScript: train models on tables, and predict with them.')
    .version(ownVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .usage('<command> [options]')
    .configureHelp({ styleTitle: style.bold, styleCommandText: style.cyan, styleOptionTerm: style.cyan })
    .configureOutput({ getOutHasColors: () => style.isColorSupported, getErrHasColors: () => false })
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(summary);
    if (args.includes(name)) (await load()).declare(command);
    command.option('--debug', 'show where an unexpected error happened');
  }
  return program;
}

/** The library says `batch must be …`, `target: …` `task 'binary'` or `features ['id']`; on the command line these are flags. */
function inFlags(message: string, program: Command): string {
  const flags = new Set(
    program.commands.flatMap((command) => command.options.map((option) => option.attributeName())),
  );
  const flagOf = (name: string, otherwise: string, value = ''): string => {
    const known = [name, `${name}Column`, `${name}Metric`].find((each) => flags.has(each));
    return known === undefined ? otherwise : flag(known) + value;
  };
  return message
    .replace(/^(\w+)\.(\w)(\w*)(?= must|: )/, (all, group, first, rest) =>
      flagOf(`${group}${first.toUpperCase()}${rest}`, all),
    )
    .replace(/^\w+(?= must|: )/, (name) => flagOf(name, name))
    .replace(/\b(\w+) (?:\[?'(\w+)'\]?|0)/g, (all, name, value = '0') => flagOf(name, all, ` ${value}`));
}

const args = process.argv.slice(2);

// A reader that has seen enough, as in `downslope predict … | head`, ends the program without a word.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!COMMANDS[args[0] ?? '']?.goesOn) process.exit(0);
  });

process.exitCode = await main(args);
