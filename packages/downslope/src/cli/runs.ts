import type { Command } from 'commander';

const EXAMPLES = `
Examples:
  downslope runs
  downslope runs --sql "select run, epoch, validationLoss from metrics where kind = 'epoch'"`;

export function declare(command: Command): void {
  command
    .argument('[folder]', 'where the runs are (runs)')
    .option('--sql <query>', 'ask a query: in it, metrics has what happened, configs the settings')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string | undefined, given: Record<string, unknown>) => {
      const { runs } = await import('./past/runs.js');
      await runs(folder, given);
    });
}
