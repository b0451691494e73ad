import type { Column, Table } from '../../data/table.js';
import { type Content, digest } from '../../tensor/digest.js';
import { misuse } from '../../tensor/errors.js';
import type { CheckpointOptions } from '../checkpoints.js';
import { checkSnapshot, type Snapshot, VERSION } from '../snapshot.js';
import type { ModelName, TableSettings } from './options.js';

/**
 * A run of `trainTable` at one moment: a tree of numbers, text and named arrays. `trainTable(table, { …, resume: snapshot })`
 * goes on from there, and ends with the same bits as the run that was not interrupted.
 */
export interface TableSnapshot {
  readonly kind: 'table';
  /** Goes up when an older reader would misunderstand. */
  readonly version: number;
  /** What tells the tables from others. */
  readonly tables: string;
  readonly rows: number;
  /** What was asked for when the run began. */
  readonly epochs: number | undefined;
  /** Since the run began. */
  readonly seconds: number;
  /** The models so far: the last one may be under way, those before are done. */
  readonly models: Readonly<Partial<Record<ModelName, Snapshot>>>;
}

/** What the training of each model needs to keep and to take up checkpoints. */
export interface Keeping {
  /** What was asked for when the run began; a run that goes on may be given more. */
  readonly epochs: number | undefined;
  /** Seconds before this part of the run. */
  readonly before: number;
  /** For `fit`, of one model. */
  of(model: ModelName): {
    readonly checkpoint: CheckpointOptions<Snapshot> | undefined;
    readonly resume: Snapshot | undefined;
  };
}

/** @throws when the run to go on with was of other tables */
export function keepingOf(table: Table, settings: TableSettings, seconds: () => number): Keeping {
  const { checkpoint, resume, validation, test } = settings;
  if (resume !== undefined) checkSnapshot(resume, 'table');
  const given = [table, validation, test].filter((each) => typeof each === 'object');
  const tables = checkpoint || resume ? digestOf(given) : '';
  if (resume && resume.tables !== tables)
    throw misuse(
      'resume: the table is not the one that the run began with' +
        (resume.rows === table.rows ? '' : ` (${table.rows} rows, ${resume.rows} then)`) +
        '; give the same, or start a new run',
    );
  const epochs = resume ? resume.epochs : settings.epochs;
  const before = resume?.seconds ?? 0;
  const models = { ...resume?.models };
  const save = (model: ModelName, snapshot: Snapshot): void | Promise<void> => {
    models[model] = snapshot;
    const all = { rows: table.rows, tables, epochs, seconds: before + seconds(), models: { ...models } };
    return checkpoint!.save({ kind: 'table', version: VERSION, ...all });
  };
  return {
    epochs,
    before,
    of: (model) => ({
      checkpoint: checkpoint && { ...checkpoint, save: (snapshot) => save(model, snapshot) },
      resume: models[model],
    }),
  };
}

const digestOf = (tables: readonly Table[]): string =>
  digest(tables.flatMap(({ columns }) => columns.flatMap(partsOf)));

function partsOf(column: Column): Content[] {
  const { kind, name } = column;
  return kind === 'text' ? [kind, name, column.codes, ...column.levels] : [kind, name, column.values];
}
