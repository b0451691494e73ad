import type { FindingEvent, Inspection, ModelEvent, Trained } from '@downslope/core';
import type { Epoch } from './curves.js';

/** A longer history is thinned while it is recorded: every other epoch goes. */
const MOST_EPOCHS = 200_000;

/** What a report wants to know of the events of a run, of `fit` or `trainTable`. */
export interface RunRecord {
  inspection?: Inspection;
  readonly notes: string[];
  readonly findings: string[];
  readonly models: {
    facts?: ModelEvent;
    trained?: Trained;
    name: string;
    epochs: number;
    history: Epoch[];
    /** What was found to train by. */
    settled: FindingEvent[];
  }[];
}

export const emptyRecord = (): RunRecord => ({ notes: [], findings: [], models: [] });

/** An event of a run, by what is read of it. Kinds that are not known are passed over. */
type Told = { readonly kind: string };

/** Takes up an event. */
export function take(record: RunRecord, event: Told): void {
  const handle = HANDLERS[event.kind];
  handle?.(record, event as never);
}

/** Findings that say how it is trained; the others are worth a look. */
const SETTLES = ['lr', 'batch', 'batchSize'];

const HANDLERS: Record<string, (record: RunRecord, event: never) => void> = {
  inspected: (record, { inspection }: { inspection: Inspection }) => {
    record.inspection = inspection;
  },
  prepared: (record, { notes }: { notes: readonly string[] }) => void record.notes.push(...notes),
  finding: (record, event: FindingEvent & { model?: string }) => {
    if (SETTLES.includes(event.rule)) modelOf(record, event.model ?? 'model').settled.push(event);
    else record.findings.push(event.message);
  },
  model: (record, event: ModelEvent) => {
    record.models.push({ facts: event, name: event.model, epochs: 0, history: [], settled: [] });
  },
  epoch: (record, event: Epoch & { model?: string }) => {
    const model = modelOf(record, event.model ?? 'model');
    model.epochs = event.epoch;
    model.history.push(event);
    if (model.history.length > MOST_EPOCHS) model.history = model.history.filter((_, i) => i % 2 === 0);
  },
  trained: (record, event: Trained & { kind: 'trained' }) => {
    modelOf(record, event.model).trained = event;
  },
};

function modelOf(record: RunRecord, name: string): RunRecord['models'][number] {
  const last = record.models.at(-1);
  if (last?.name === name) return last;
  const made = { name, epochs: 0, history: [], settled: [] };
  record.models.push(made);
  return made;
}
