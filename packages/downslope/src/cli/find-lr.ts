import type { Command } from 'commander';
import { more } from './more.js';

const EXAMPLES = `
In brackets: what holds unless something else is said.

Examples:
  downslope find-lr houses.csv --target price
  downslope find-lr houses.csv --target price --optimizer sgd --batch 64 --svg rates.svg`;

export function declare(command: Command): void {
  command
    .argument('[table]', 'as train takes it: a file, - for standard input, or a glob of files in quotes')
    .optionsGroup('What to learn, as for train:')
    .option('--target <column>', 'the column to predict')
    .option('--features <columns>', 'predict from these, between commas', more)
    .option('--exclude <columns>', 'do not use these', more)
    .option('--task <task>', 'regression, binary or multiclass (by the values of the target)')
    .option('--sql <query>', 'take the rows from this query; in it the table is called data')
    .optionsGroup('What to find a rate for:')
    .option('--model <model>', 'linear or mlp (mlp)')
    .option('--hidden <widths>', 'units of the hidden layers of the mlp (64,64)')
    .option('--optimizer <name>', 'sgd, adam, lion and more: see docs/cli.md (by model and batch)')
    .option('--batch <rows>', 'rows a step, full, or auto (auto)')
    .option('--l2 <factor>', 'penalty (l2/2)·Σw² (as train has it)')
    .option('--seed <number>', 'decides split, and the first of the weights and orders (0)')
    .optionsGroup('How thoroughly:')
    .option('--seeds <count>', 'sweeps, each from other weights (5)')
    .option('--steps <count>', 'rates of a sweep, from 1e-7 to 10 (100)')
    .option('--trial-steps <count>', 'steps that each suggested rate is tried for (200)')
    .optionsGroup('What comes out:')
    .option('--svg <file>', 'write the picture as SVG')
    .option('--json', 'print one JSON object; what is for reading goes to standard error')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments()
    .action(async (_table: string | undefined, given: Record<string, unknown>, { args }: Command) => {
      const { findLrCommand } = await import('./find-lr/find-lr.js');
      await findLrCommand(args, given);
    });
}
