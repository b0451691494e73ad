import type { Command } from 'commander';

const EXAMPLES = `
Examples:
  downslope compare runs/*
  downslope compare runs/houses-price-001 runs/houses-price-002 --out prices.html`;

export function declare(command: Command): void {
  command
    .argument('<runs...>', 'folders of runs; others are measured by the first')
    .option('--out <file>', 'write the page here (compare.html)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (runs: string[], given: Record<string, unknown>) => {
      const { compare } = await import('./past/compare.js');
      await compare(runs, given);
    });
}
