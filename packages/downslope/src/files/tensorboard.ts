import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type EpochEvent,
  type TensorboardEvent,
  tensorboardHeader,
  tensorboardRecord,
} from '@downslope/core';
import { makeFolder } from './folder.js';

/** An event file that is being written. */
export interface TensorboardWriter {
  readonly path: string;
  /** Scalars at a step, by tag. What stands before a slash makes a group. */
  scalars(step: number, values: TensorboardEvent['scalars']): void;
  /** What `fit` tells of an epoch: losses, gradient norm, learning rate, update ratios. */
  epoch(event: EpochEvent): void;
  /** Writes what is left. Throws what went wrong since the beginning, such as a full disk. */
  close(): Promise<void>;
}

/**
 * Opens a new event file for TensorBoard in a folder, which is made where it is not there: `tensorboard --logdir runs` shows a
 * run for each folder with such a file.
 *
 * @param folder one for each run, such as `runs/first/tensorboard`
 * @example
 * ```ts
 * import { fit, linear, sgd, squared, tensorboardWriter } from 'downslope';
 * const train = { x: [[0], [1], [2], [3]], y: [[1], [3], [5], [7]] };
 * const options = { train, loss: squared, optimizer: sgd({ lr: 0.1 }), epochs: 20 };
 * const board = await tensorboardWriter('logs/line');
 * for await (const event of fit(linear({ inputs: 1, outputs: 1 }), options))
 *   if (event.kind === 'epoch') board.epoch(event);
 * await board.close();
 * ```
 */
export async function tensorboardWriter(folder: string): Promise<TensorboardWriter> {
  await makeFolder(folder);
  const began = Date.now() / 1000;
  const path = join(
    folder,
    `events.out.tfevents.${Math.floor(began)}.${hostname()}.${process.pid}.${opened++}`,
  );
  const stream = (await open(path, 'wx')).createWriteStream();
  let failed: Error | undefined;
  stream.on('error', (error) => {
    failed ??= error;
  });
  stream.write(tensorboardHeader(began));
  const scalars: TensorboardWriter['scalars'] = (step, values) => {
    stream.write(tensorboardRecord({ step, scalars: values }));
  };
  return {
    path,
    scalars,
    epoch: (event) => scalars(event.steps, scalarsOf(event)),
    close: () =>
      new Promise((done, fail) => {
        stream.end(() => (failed === undefined ? done() : fail(failed)));
      }),
  };
}

/** So that two files of one second have two names. */
let opened = 0;

function scalarsOf({ loss, validationLoss, gradNorm, lr, clipped, updateRatio = {} }: EpochEvent) {
  const ratios = Object.entries(updateRatio).map(([name, ratio]) => [`update ratio/${name}`, ratio]);
  const found: Record<string, number | undefined> = {
    'loss/train': loss,
    'loss/validation': validationLoss,
    'gradient/norm': gradNorm,
    'gradient/clipped share': clipped,
    'learning rate': lr,
    ...Object.fromEntries(ratios),
  };
  const known = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, number>;
}
