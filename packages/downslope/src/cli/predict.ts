import type { Command } from 'commander';
import { more } from './more.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'the folder of a run, or of its model, or a model.onnx that train wrote')
    .argument(
      '[table]',
      'a file, - for standard input, or a glob of files in quotes: CSV, TSV, JSON, JSON lines, Parquet; also gzipped',
    )
    .option('--sql <query>', 'take the rows from this query; in it the table is called data')
    .option(
      '--keep <columns>',
      'write these columns of the table before the predictions, between commas',
      more,
    )
    .option('--out <file>', 'write here, as .csv, .jsonl or .parquet (CSV to standard output)')
    .option('--json', 'print one JSON object')
    .allowExcessArguments()
    .action(
      async (run: string, _table: string | undefined, given: Record<string, unknown>, { args }: Command) => {
        const { predict } = await import('./predict/predict.js');
        await predict(run, args.slice(1), given);
      },
    );
}
