import type { Command } from 'commander';

const EXAMPLES = `
In brackets: what holds unless something else is said.

A formula holds numbers, variables, + - * / ^, brackets, pi, tau, e, and abs, exp, log, sqrt, sin, tanh, min, max and more
(docs/cli.md). It is parsed, never evaluated as code.

Examples:
  downslope minimize "(1-x)^2 + 100*(y-x^2)^2" --start x=-1,y=1
  downslope minimize "(1-x)^2 + 100*(y-x^2)^2" --start x=-1,y=1 --method adam --lr 0.05 --svg path.svg
  downslope minimize "x*log(x)" --bounds x=0.01..2
  downslope minimize himmelblau --race`;

const gathered = (given: string, before: readonly string[] = []): string[] => [...before, given];

export function declare(command: Command): void {
  command
    .argument('[function]', 'a formula in quotes, or the name of a test function that --list shows')
    .optionsGroup('What to find:')
    .option('--start <point>', 'where to start, as x=-1,y=1 (a problem: its own; a formula: near 1)')
    .option('--bounds <limits>', 'keep within limits, as x=0..2,y=-1.. (none)')
    .option('--maximize', 'go up, not down')
    .optionsGroup('How to go down:')
    .option('--method <name>', 'lbfgs, newton, gradientDescent, adam, sgd and more: see docs/cli.md (lbfgs)')
    .option('--lr <rate>', "learning rate (the optimizer's own)")
    .option('--momentum <share>', "momentum (the optimizer's own)")
    .option(
      '--set <name=value>',
      'any other setting of the method, as beta1=0.8; may be given again',
      gathered,
    )
    .option('--steps <count>', 'steps at most (10000); with --race: evaluations of each run (500)')
    .option('--tol <norm>', 'stop when the gradient is no longer than this (1e-6)')
    .option('--race', 'try all optimizers at many learning rates, and rank them')
    .optionsGroup('What comes out:')
    .option('--analyze', 'say what theory says of the point that was found')
    .option('--svg <file>', 'write the picture as SVG')
    .option('--json', 'print one JSON object; what is for reading goes to standard error')
    .option('--list', 'show the test functions that have names')
    .addHelpText('after', EXAMPLES)
    // A formula may begin with a minus, which looks like an option.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_: string | undefined, given: Record<string, unknown>, { args, options }: Command) => {
      const { minimizeCommand } = await import('./minimize/minimize.js');
      const flags = options.map(({ long }) => long ?? '');
      await minimizeCommand(args, given, flags);
    });
}
