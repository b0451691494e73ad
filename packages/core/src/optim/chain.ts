import type { Tensor } from '../tensor/tensor.js';
import { covered } from './coverage.js';
import { mapLeaves } from './leaves.js';
import { checkTransform, type Leaves, type State, type Transform } from './transform.js';

/** A transform's place in a chain. */
export interface Link {
  readonly transform: Transform;
  /** Of its state within the chain's. */
  readonly key: string;
  /** Its own names of hyperparameters, each with the chain's name for it. */
  readonly names: readonly (readonly [own: string, shown: string])[];
}

/**
 * Transforms one after another: each takes the updates that the one before gives. A chain is itself a transform.
 *
 * The state is a record under the transforms' names; the hyperparameters of all are merged. Where a name comes up
 * again, the second is called `name_2`, the third `name_3`: two `addDecayedWeights` show as `weightDecay` and
 * `weightDecay_2`.
 *
 * @param parts transforms in order; `false` leaves a place out, as in `momentum !== 0 && addMomentum({ momentum })`
 * @example
 * ```ts
 * import { addDecayedWeights, chain, scaleByAdam, scaleByLearningRate } from '@downslope/core';
 * const optimizer = chain(scaleByAdam({ beta1: 0.8 }), addDecayedWeights(0.01), scaleByLearningRate(0.001));
 * console.log(Object.keys(optimizer.hyper)); // beta1, beta2, eps, weightDecay, lr
 * ```
 */
export function chain(...parts: readonly (Transform | false)[]): Transform {
  const links = linked(parts.filter((part) => part !== false));
  const evaluated = links.filter(({ transform }) => transform.evalParams);
  const rated = links.find(({ transform }) => transform.rate);
  return {
    name: 'chain',
    hyper: mergedHyper(links),
    init: (params) => Object.fromEntries(links.map(({ transform, key }) => [key, transform.init(params)])),
    update(updates, state, context) {
      const next: Record<string, State<Tensor>> = {};
      let passed = updates;
      for (const { transform, key, names } of links) {
        const hyper = hyperFor(names, context.hyper);
        [passed, next[key]] = transform.update(passed, stateOf(state, key), { ...context, hyper });
      }
      return [passed, next];
    },
    covers(params) {
      const parts = links.map(({ transform }) => covered(transform, params));
      return mapLeaves(params, (_, name) => parts.flatMap((part) => part[name]!));
    },
    ...(evaluated.length > 0 && {
      evalParams: (params, state) =>
        evaluated.reduce(
          (weights, { transform, key }) => transform.evalParams!(weights, stateOf(state, key)),
          params,
        ),
    }),
    ...(rated && {
      rate: (hyper, state) => rated.transform.rate!(hyperFor(rated.names, hyper), stateOf(state, rated.key)),
    }),
  };
}

/** A transform under another name. */
export const nameTransform = <Hyper extends string>(
  name: string,
  transform: Transform<Hyper>,
): Transform<Hyper> => ({
  ...transform,
  name,
});

/** The hyperparameters of all links, under the names that the chain shows. */
export const mergedHyper = (links: readonly Link[]): Transform['hyper'] =>
  Object.fromEntries(
    links.flatMap(({ transform, names }) => names.map(([own, shown]) => [shown, transform.hyper[own]!])),
  );

/** The hyperparameters of a link, under its own names. */
export const hyperFor = (names: Link['names'], hyper: Leaves<Tensor>): Leaves<Tensor> =>
  Object.fromEntries(names.map(([own, shown]) => [own, hyper[shown]!]));

/** Gives transforms their keys, and their hyperparameters names of which there is one each. */
export function linked(transforms: readonly Transform[]): Link[] {
  for (const [i, transform] of transforms.entries()) checkTransform(`part ${i + 1} of the chain`, transform);
  const key = distinct();
  const hyper = distinct();
  return transforms.map((transform) => ({
    transform,
    key: key(transform.name),
    names: Object.keys(transform.hyper).map((own) => [own, hyper(own)] as const),
  }));
}

/** Gives each name once: as it is, then `name_2`, `name_3`, … A number from an inner chain is given anew. */
function distinct(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const bare = name.replace(/_\d+$/, '');
    let found = name;
    for (let n = 2; taken.has(found); n++) found = `${bare}_${n}`;
    taken.add(found);
    return found;
  };
}

/** The state under a key; a transform without arrays may have left none behind in a checkpoint. */
const stateOf = (state: State<Tensor>, key: string): State<Tensor> => (state[key] ?? {}) as State<Tensor>;
