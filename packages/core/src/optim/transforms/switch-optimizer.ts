import { array, isNdArray, type NdArray } from '../../tensor/array.js';
import { cond } from '../../tensor/control/cond.js';
import { misuse } from '../../tensor/errors.js';
import type { Spec } from '../../tensor/record.js';
import { sameShape } from '../../tensor/shape.js';
import { isTensor, type Tensor } from '../../tensor/tensor.js';
import { flatten } from '../../tensor/tree.js';
import { hyperFor, type Link, linked, mergedHyper } from '../chain.js';
import { covered } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf, REQUIRED } from '../options.js';
import { type Context, checkTransform, type Leaves, type State, type Transform } from '../transform.js';
import { inOrderOf } from './when.js';

export interface SwitchOptions {
  /** Steps that the first optimizer takes. */
  readonly after: number;
  /**
   * 'reset': the second begins as if training did, its schedules too. 'carry': it takes over what is called the same in the
   * state of the first, as both averages from `adam` to `adamW`, and goes on counting (default 'reset').
   */
  readonly state?: 'reset' | 'carry';
}

/**
 * One optimizer for the first steps, another for all that follow: Adam to get near, SGD to settle, say.
 *
 * The hyperparameters of both are merged as in `chain`: `lr`, then `lr_2`, … The state of both is kept.
 *
 * @throws when an option is out of range; when the optimizer starts, if nothing can be carried
 * @example
 * ```ts
 * import { adam, sgd, switchOptimizer } from '@downslope/core';
 * const optimizer = switchOptimizer(adam({ lr: 0.01 }), sgd({ lr: 0.05, momentum: 0.9 }), { after: 1000 });
 * ```
 *
 * Source: N. Keskar, R. Socher, "Improving generalization performance by switching from Adam to SGD", 2017.
 */
export function switchOptimizer(first: Transform, second: Transform, options: SwitchOptions): Transform {
  const defaults = { after: REQUIRED, state: 'reset' } as const;
  const { after, state: how } = optionsOf('switchOptimizer', options, defaults);
  const anew = how === 'reset';
  checkTransform('switchOptimizer: first', first);
  checkTransform('switchOptimizer: second', second);
  const later = mapLeaves(second.hyper, (value) =>
    typeof value === 'number' || !anew ? value : (step: number) => value(Math.max(0, step - after)),
  );
  const [one, two] = linked([first, { ...second, hyper: later }]) as [Link, Link];
  const both = [one, two];
  const chosen = (state: State<Tensor>, choose: (link: Link) => Leaves<Tensor>): Leaves<Tensor> => {
    const [early, late] = [choose(one), choose(two)];
    return mapLeaves(early, (leaf, name) => (state.switched as Tensor).gt(0).where(late[name]!, leaf));
  };
  return {
    name: 'switchOptimizer',
    hyper: mergedHyper(both),
    init(params) {
      const states = both.map(({ transform }) => transform.init(params)) as [State<NdArray>, State<NdArray>];
      if (!anew) checkCarried(first.name, second.name, states);
      return { [one.key]: states[0], [two.key]: states[1], switched: array(0) };
    },
    update(grads, state, context) {
      const [early, waiting] = [state[one.key], state[two.key]] as [State<Tensor>, State<Tensor>];
      const begins = context.step.eq(after + 1);
      const late = anew ? waiting : carried(early, waiting, begins);
      const step = (link: Link, from: State<Tensor>, number: Tensor): [Leaves<Tensor>, State<Tensor>] => {
        const own: Context = { ...context, step: number, hyper: hyperFor(link.names, context.hyper) };
        const [moves, next] = link.transform.update(grads, from, own);
        return [mapLeaves(grads, (_, name) => moves[name]!), inOrderOf(from, next)];
      };
      const number = anew ? context.step.sub(after) : context.step;
      const done = context.step.gt(after);
      const [updates, next] = cond<[Leaves<Tensor>, State<Tensor>]>(
        done,
        () => {
          const [moves, next] = step(two, late, number);
          return [moves, { [one.key]: early, [two.key]: next }];
        },
        () => {
          const [moves, next] = step(one, early, context.step);
          return [moves, { [one.key]: next, [two.key]: waiting }];
        },
      );
      return [updates, { ...next, switched: done.where(1, (state.switched as Tensor).like(0)) }];
    },
    ...((first.evalParams || second.evalParams) && {
      evalParams: (params, state) =>
        chosen(
          state,
          ({ transform, key }) => transform.evalParams?.(params, state[key] as State<Tensor>) ?? params,
        ),
    }),
    rate: (hyper, state) =>
      chosen(state, ({ transform, names, key }) => {
        const own = hyperFor(names, hyper);
        return {
          lr:
            transform.rate?.(own, state[key] as State<Tensor>) ??
            own.lr ??
            (state.switched as Tensor).like(Number.NaN),
        };
      }).lr!,
    covers(params) {
      const [early, late] = both.map(({ transform }) => covered(transform, params));
      return mapLeaves(params, (_, name) => [
        `the first ${after} steps: ${early![name]!.join(', ')}`,
        `then: ${late![name]!.join(', ')}`,
      ]);
    },
  };
}

/** The second state, with what the first has under the same names, when its time comes. */
function carried(from: State<Tensor>, to: State<Tensor>, begins: Tensor): State<Tensor> {
  const known = byPath(from, isTensor);
  const { names, leaves, rebuild } = flatten<Tensor>(to, isTensor);
  return rebuild(
    leaves.map((leaf, i) => {
      const found = known.get(names[i]!);
      return found && fits(found, leaf) ? begins.where(found, leaf) : leaf;
    }),
  ) as State<Tensor>;
}

function checkCarried(first: string, second: string, [from, to]: [State<NdArray>, State<NdArray>]): void {
  const known = byPath(from, isNdArray);
  const wanted = [...byPath(to, isNdArray)];
  const some = wanted.some(([path, leaf]) => known.has(path) && fits(known.get(path)!, leaf));
  if (wanted.length > 0 && !some)
    throw misuse(
      `switchOptimizer: ${first} keeps nothing under the names of ${second}, such as ${wanted[0]![0]}; take state: 'reset'`,
    );
}

const byPath = <T>(state: State<T>, isLeaf: (value: unknown) => value is T): Map<string, T> => {
  const { names, leaves } = flatten(state, isLeaf);
  return new Map(names.map((name, i) => [name, leaves[i]!]));
};

const fits = (a: Spec, b: Spec): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);
