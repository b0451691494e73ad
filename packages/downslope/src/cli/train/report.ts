import { join } from 'node:path';
import type { Table, TableEvent, TableResult, TrainTableOptions } from '@downslope/core';
import { writeAtomically } from '../../files/atomic.js';
import { emptyRecord, take } from '../../report/make/record.js';
import { reportData } from '../../report/make/report.js';
import { reportPage } from '../../report/page/page.js';
import { nameOf } from '../report/found.js';
import type { RunConfig } from './run.js';

/** Makes the page of a run out of what happens in it. */
export function reportOf(table: Table, options: TrainTableOptions, config: RunConfig) {
  const record = emptyRecord();
  const { validation, test } = options;
  return {
    take: (event: TableEvent): void => take(record, event),
    /** Writes `report.html`; where it is. */
    write: async (run: string, result: TableResult): Promise<string> => {
      const { downslope, node, started, folder, command, options: flags } = config;
      const data = reportData(record, result, {
        version: downslope,
        table,
        source: nameOf(config.table),
        parts: { validation: ownTable(validation), test: ownTable(test) },
        run: {
          path: run,
          folder,
          command,
          started,
          options: { ...flags, json: undefined },
          versions: { downslope, node },
        },
      });
      const path = join(run, 'report.html');
      await writeAtomically(path, reportPage(data));
      return path;
    },
  };
}

/** The table that a part has for itself, if it has. */
const ownTable = (given: number | Table | undefined): Table | undefined =>
  typeof given === 'object' ? given : undefined;
