import type { Arena, Region } from '../compile/arena.js';
import { isNdArray, type NdArray } from '../tensor/array.js';
import { digest } from '../tensor/digest.js';
import { called, misuse } from '../tensor/errors.js';
import { type Graph, print } from '../tensor/graph.js';
import type { Flat } from '../tensor/tree.js';
import type { Backend } from './backend.js';
import { stepsIn } from './batches.js';
import { metricNames } from './metrics.js';
import type { Named } from './objective.js';
import type { Settings } from './options.js';
import type { Progress } from './progress.js';
import type { Placed, Work } from './work.js';

/**
 * A run of `fit` at one moment, complete: a tree of numbers, text and named arrays, to be stored in any way that keeps them.
 * `fit({ …, resume: snapshot })` goes on from there, and ends with the same bits as the run that was not interrupted.
 */
export interface Snapshot {
  readonly kind: 'fit';
  /** Goes up when an older reader would misunderstand. */
  readonly version: number;
  /** All parameters by name, as the last step left them. */
  readonly params: Named<NdArray>;
  /** The optimizer's state by name. */
  readonly state: Named<NdArray>;
  /** Both before the last step, where the run may go back to that. */
  readonly before: Named<NdArray>;
  /** Where the run is, and what it remembers. */
  readonly progress: Progress;
  /** What a run that goes on from here must have in common with this one. */
  readonly terms: Terms;
  /** What the last bits hang on. */
  readonly backend: Backend;
}

export const VERSION = 1;

/** Data, settings and program of a run, or what tells them from others. */
export interface Terms {
  readonly rows: number;
  readonly validationRows: number;
  readonly train: string;
  readonly validation: string;
  readonly initial: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly hyper: Readonly<Record<string, number | readonly number[]>>;
  readonly steps: number;
  readonly step: string;
}

/** Settings that may be others in a run that goes on: those that say when to stop. */
const boundOf = ({ epochs, stops, watch, metrics, ...settings }: Settings): object => ({
  ...settings,
  watch: { ...watch, patience: undefined },
  metrics: metricNames(metrics),
});

/** At how many places over a run a schedule is looked at. */
const LOOKS = 16;

/** To be asked before the first step, while parameters are the initial ones. */
export function termsOf(
  { arena, settings, train, validation, backend }: Placed,
  { params, optimizer, stepper }: Work,
): Terms {
  const steps = stepsIn(settings, train.rows, settings.epochs);
  const looks = Array.from({ length: LOOKS }, (_, i) => Math.floor((steps * i) / LOOKS));
  const hyper = Object.entries(optimizer.hyper).map(([name, value]) => [
    name,
    typeof value === 'function' ? looks.map(value) : value,
  ]);
  return {
    rows: train.rows,
    validationRows: validation?.rows ?? 0,
    train: digestOf(train.regions, arena),
    validation: validation ? digestOf(validation.regions, arena) : '',
    initial: digestOf(params, arena),
    settings: { ...boundOf(settings), numerics: backend().numerics },
    hyper: Object.fromEntries(hyper),
    steps,
    step: digestOfGraph(stepper.graph()),
  };
}

const digestOf = ({ names, leaves }: Flat<Region>, arena: Arena): string =>
  digest(leaves.flatMap((region, i) => [`${names[i]} ${region.dtype} ${region.shape}`, arena.view(region)]));

const digestOfGraph = (graph: Graph): string =>
  digest([print(graph), ...graph.nodes.flatMap(({ value }) => (value ? [value.data] : []))]);

/** The run as it is now; nothing of it is shared with the run. */
export function snapshotOf(
  { arena, backend, clock }: Placed,
  { params, state, stepper, at }: Work,
  terms: Terms,
): Snapshot {
  return {
    kind: 'fit',
    version: VERSION,
    params: read(params, arena),
    state: read(state, arena),
    before: read(stepper.before, arena),
    progress: { ...copyOf(at), seconds: at.seconds + clock.seconds() },
    terms,
    backend: structuredClone(backend()),
  };
}

function read({ names, leaves }: Flat<Region>, arena: Arena): Named<NdArray> {
  return Object.fromEntries(
    leaves.map((region, i) => [
      names[i]!,
      { shape: region.shape, dtype: region.dtype, data: arena.read(region) },
    ]),
  );
}

/** Events are never changed once they are out, and may be many. */
const copyOf = ({ history, ...rest }: Progress): Progress => ({
  ...structuredClone(rest),
  history: [...history],
});

/**
 * Puts a run where another was.
 *
 * @throws in what the two differ
 */
export function restore(
  snapshot: Snapshot,
  terms: Terms,
  { arena }: Placed,
  { params, state, stepper, at }: Work,
): void {
  compare(terms, snapshot.terms);
  write('parameter', params, snapshot.params, arena);
  write('state', state, snapshot.state, arena);
  if (stepper.goesBackTo(snapshot.before)) write('', stepper.before, snapshot.before, arena);
  Object.assign(at, copyOf(snapshot.progress));
}

const MAKERS = { fit: 'fit', table: 'trainTable' };

/** @throws when it is no snapshot of this kind, or one of another version */
export function checkSnapshot(given: unknown, kind: keyof typeof MAKERS): void {
  const { kind: own, version } = (given ?? {}) as { kind?: keyof typeof MAKERS; version?: number };
  if (own === undefined || !(own in MAKERS) || version === undefined)
    throw misuse(`resume must be what checkpoint.save was given, got ${called(given)}`);
  if (own !== kind) throw misuse(`resume: this is a checkpoint of ${MAKERS[own]}, not of ${MAKERS[kind]}`);
  if (version !== VERSION)
    throw misuse(
      `resume: the checkpoint is of version ${version}, and this Downslope knows version ${VERSION}; ` +
        'go on with the Downslope that wrote it, or start the run again',
    );
}

function compare(now: Terms, then: Terms): void {
  const same = 'a run goes on with what it began with';
  const differ = (what: string, a: unknown, b: unknown): void => {
    if (shown(a) !== shown(b))
      throw misuse(`resume: ${what} is ${shown(a)}, and was ${shown(b)} when the run began; ${same}`);
  };
  const others = (what: string, rows: number, before: number): void => {
    throw misuse(
      `resume: ${what} is not what the run began with` +
        (rows === before ? '' : ` (${rows} rows, ${before} then)`) +
        `; ${same}`,
    );
  };
  for (const name of new Set([...Object.keys(now.settings), ...Object.keys(then.settings)]))
    differ(name, now.settings[name], then.settings[name]);
  if (now.train !== then.train) others('train', now.rows, then.rows);
  if (now.validation !== then.validation) others('validation', now.validationRows, then.validationRows);
  for (const name of new Set([...Object.keys(now.hyper), ...Object.keys(then.hyper)])) {
    const [a, b] = [now.hyper[name], then.hyper[name]];
    // A schedule over the whole run is another one where the run is longer.
    if (typeof a !== 'object' || typeof b !== 'object') differ(`the optimizer's ${name}`, a, b);
    else if (now.steps === then.steps && shown(a) !== shown(b))
      throw misuse(`resume: the optimizer's ${name} has another schedule than when the run began; ${same}`);
  }
  if (now.step !== then.step)
    throw misuse(`resume: model, loss or optimizer compute something else than when the run began; ${same}`);
  if (now.initial !== then.initial)
    throw misuse(`resume: the initial weights are others than when the run began; ${same}`);
}

const shown = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'undefined' ? String(value) : JSON.stringify(value);

function write(what: string, { names, leaves }: Flat<Region>, values: Named<NdArray>, arena: Arena): void {
  leaves.forEach((region, i) => {
    const value: unknown = values[names[i]!];
    const fits =
      isNdArray(value) && value.dtype === region.dtype && String(value.shape) === String(region.shape);
    if (!fits) throw misuse(`resume: the checkpoint lacks the ${what} ${names[i]}; is it complete?`);
    arena.write(region, value.data);
  });
}
