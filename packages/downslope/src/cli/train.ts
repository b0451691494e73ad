import type { Command } from 'commander';
import { more } from './more.js';

const EXAMPLES = `
In brackets: what holds unless something else is said.

Examples:
  downslope train houses.csv --target price
  downslope train houses.csv --target price --features 'size,"year, built"' --model linear --l2 0.01
  downslope train 'logs/*.parquet' --sql 'select * from data where hours > 10' --target failed --time day`;

export function declare(command: Command): void {
  command
    .argument(
      '[table]',
      'a file, - for standard input, or a glob of files in quotes: CSV, TSV, JSON, JSON lines, Parquet; also gzipped',
    )
    .optionsGroup('What to learn:')
    .option('--target <column>', 'the column to predict')
    .option(
      '--features <columns>',
      'predict from these, between commas (all that nothing speaks against)',
      more,
    )
    .option('--exclude <columns>', 'do not use these', more)
    .option('--task <task>', 'regression, binary or multiclass (by the values of the target)')
    .option('--sql <query>', 'take the rows from this query; in it the table is called data')
    .optionsGroup('Which rows for what:')
    .option('--validation <share>', 'share of the rows that chooses, or a file (0.15)')
    .option('--test <share>', 'share of the rows that judges, or a file (0.15)')
    .option('--folds <count>', 'first judge by cross-validation, then train on all rows')
    .option('--split-column <column>', 'a column that says train, validation or test in each row')
    .option('--group <column>', 'keep the rows of a group together')
    .option('--time <column>', 'the earliest rows train, the latest test')
    .option('--weight-column <column>', 'how much each row counts in training')
    .option('--class-weights <weights>', 'balanced, or how much each class counts: yes=5,no=1')
    .optionsGroup('How columns are read:')
    .option('--missing <how>', 'impute missing values, or drop their rows (impute)')
    .option('--dates <unit>', 'count dates in days, or by their year (days)')
    .optionsGroup('How to train:')
    .option('--model <model>', 'linear, mlp, or auto: both, and the one that validates better (auto)')
    .option('--hidden <widths>', 'units of the hidden layers of the mlp (64,64)')
    .option('--from <run>', 'go on from a trained model: its features, encoders, network and weights')
    .option('--freeze <layers>', 'layers that stay as they are: hidden0,hidden1', more)
    .option('--unfreeze-after <epochs>', 'let them move after so many epochs (never)')
    .option(
      '--optimizer <name>',
      'sgd, adam, adamW, lion, nesterov and more: see docs/cli.md (by model and batch)',
    )
    .option('--lr <rate>', 'learning rate, or auto: looked for (auto, where a rate is needed)')
    .option(
      '--schedule <name>',
      'constant, linearDecay, cosine, warmupCosine, oneCycle and more: see docs/cli.md (constant)',
    )
    .option('--batch <rows>', 'rows a step, full, or auto: by the noise of gradients (by the number of rows)')
    .option('--epochs <count>', 'go through the rows at most so often')
    .option(
      '--l2 <factor>',
      'penalty (l2/2)·Σw², such as 0.01 or 1/1461 (linear: 0, of classes 1/rows; mlp: 0.001)',
    )
    .option('--label-smoothing <share>', 'classes: take this share of the truth for all classes alike (0)')
    .option('--seed <number>', 'decides split, first weights and order (0)')
    .option('--dtype <type>', 'float32 or float64 (float32)')
    .option('--numerics <kind>', 'fast, or portable: the same bits on every machine (fast)')
    .option(
      '--precision <kind>',
      'full, or mixed: what training keeps as float16, in half of the memory (full)',
    )
    .option('--threads <count>', 'threads that share the work: the same bits for any number (auto)')
    .optionsGroup('The steps:')
    .option('--shuffle <how>', 'epoch, once, no, or replacement: drawn at random (epoch)')
    .option('--accumulate <count>', 'average the gradients of so many batches for one step (1)')
    .option('--grow-batch <epochs>', 'twice as many rows a step after every so many epochs (never)')
    .option('--scale-rate <rule>', 'as the batch grows, so does the rate: linear or sqrt (it stays)')
    .option('--warmup <epochs>', 'let the rate rise from zero for so long (0)')
    .option('--reduce-on-plateau <factor>', 'lower the rate by it when the loss no longer falls')
    .option('--plateau-patience <looks>', 'looks at the loss without a lower one that are borne (10)')
    .option('--clip <norm>', 'shorten gradients that are longer (no limit)')
    .option('--clip-value <limit>', 'cut each number of the gradient to −limit … limit (no limit)')
    .option('--average <kind>', 'keep averaged weights: ema or swa')
    .option('--non-finite <way>', 'stop, lower-rate, or clip: what to do then (stop)')
    .optionsGroup('When to stop:')
    .option('--patience <epochs>', 'when so many epochs were no better in validation; 0: never')
    .option(
      '--early-stopping-metric <name>',
      'what better means: rmse, mae, r2; accuracy, auc, macroF1; loss',
    )
    .option('--early-stopping-window <looks>', 'by the mean of so many looks (1)')
    .option('--min-delta <amount>', 'better by more than this (0)')
    .option('--stop-target <loss>', 'when the loss is so low')
    .option('--stop-grad-tol <share>', 'when the gradient is this part of the first')
    .option('--stop-loss-tol <share>', 'when the training loss changes no more than this part')
    .option('--stop-step-tol <share>', 'when a step moves the weights no more than this part')
    .option('--stop-window <epochs>', 'each of these three for so many epochs in a row (1)')
    .option('--stop-steps <count>', 'after so many steps of each model')
    .option('--stop-seconds <seconds>', 'after so long a training of each model')
    .optionsGroup('What comes out:')
    .option('--out <folder>', 'folder of the run (runs/<table>-<target>-001, or the next number)')
    .option('--tensorboard', 'write event files for TensorBoard into the folder of the run')
    .option(
      '--resume <folder>',
      'go on with a run that was left: its options hold, but for those that say when to stop',
    )
    .option(
      '--checkpoint-every <interval>',
      '500steps, 2epochs, 30s … (so often that it takes at most 1% of the run)',
    )
    .option('--keep <count>', 'checkpoints to keep, beside the best (2)')
    .option('--json', 'print one JSON object; what is for reading goes to standard error')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments()
    .action(async (_table: string | undefined, given: Record<string, unknown>, { args }: Command) => {
      const { train } = await import('./train/train.js');
      await train(args, given);
    });
}
