import { join } from 'node:path';
import type { TableEvent } from '@downslope/core';
import { type TensorboardWriter, tensorboardWriter } from '../../files/tensorboard.js';

/** Event files for TensorBoard in a run folder: a folder, and so a curve, for each model. */
export interface Boards {
  tell(event: TableEvent): Promise<void>;
  close(): Promise<void>;
}

export function boardsIn(run: string): Boards {
  const boards = new Map<string, TensorboardWriter>();
  return {
    async tell(event) {
      if (event.kind !== 'epoch') return;
      const board =
        boards.get(event.model) ?? (await tensorboardWriter(join(run, 'tensorboard', event.model)));
      boards.set(event.model, board);
      board.epoch(event);
    },
    close: async () => {
      await Promise.all([...boards.values()].map((board) => board.close()));
    },
  };
}
