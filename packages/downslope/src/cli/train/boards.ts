import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TableEpoch } from '@downslope/core';
import type { LoggedEvent } from '../../files/runs.js';
import { type TensorboardWriter, tensorboardWriter } from '../../files/tensorboard.js';

/** Event files for TensorBoard in a run folder: a folder, and so a curve, for each model. */
export interface Boards {
  tell(event: { readonly kind: string }): void;
  /** Comes when all is written; fails when something could not be. */
  close(): Promise<void>;
}

/** @param logged what a run that goes on has told already: its curves begin with that */
export function boardsIn(run: string, logged: readonly LoggedEvent[]): Boards {
  const folder = join(run, 'tensorboard');
  const boards = new Map<string, TensorboardWriter>();
  let work = Promise.resolve();
  const write = async (event: TableEpoch): Promise<void> => {
    const board = boards.get(event.model) ?? (await tensorboardWriter(join(folder, event.model)));
    boards.set(event.model, board);
    board.epoch(event);
  };
  const tell = (event: { readonly kind: string }): void => {
    if (event.kind !== 'epoch') return;
    work = work.then(() => write(event as TableEpoch));
    work.catch(() => {}); // told at the end
  };
  rmSync(folder, { recursive: true, force: true });
  for (const event of logged) tell(event);
  return {
    tell,
    async close() {
      await work;
      await Promise.all([...boards.values()].map((board) => board.close()));
    },
  };
}
