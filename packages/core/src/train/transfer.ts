import { checkNames, listed } from '../data/names.js';
import { isSelected, type Selector } from '../optim/transforms/select.js';
import { array, isArrayInput, shapeOf } from '../tensor/array.js';
import { misuse } from '../tensor/errors.js';
import { flatten } from '../tensor/tree.js';

/**
 * The parameters of a new model, those that a trained one also has taken from it: fine-tuning.
 *
 * A parameter is taken where the trained model has one of its name; all others keep their initial values.
 *
 * @param params a tree of parameters, as `model.init` makes it
 * @param trained another tree: a result's `params`, or `readSafetensors(bytes).tensors` (arrays by their paths)
 * @param only which parameters to take: a pattern in the name, or a predicate of name and shape (default all)
 * @returns a tree of the form of `params`, to begin with: `fit(model, { params, … })`
 * @throws when no parameter is taken, or one differs in shape
 * @example
 * ```ts
 * import { adam, chain, freeze, mlp, transfer } from '@downslope/core';
 * const before = mlp({ inputs: 4, hidden: [8], outputs: 10 }).init({ seed: 1, dtype: 'float32' });
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 2 });
 * const params = transfer(model.init({ seed: 0, dtype: 'float32' }), before, { only: /^hidden/ });
 * const optimizer = chain(adam({ lr: 1e-3 }), freeze(/^hidden/, { until: 100 }));
 * // fit(model, { params, optimizer, … })
 * ```
 */
export function transfer<P>(params: P, trained: unknown, options: { only?: Selector } = {}): P {
  checkNames('transfer', options, ['only']);
  const { only = () => true } = options;
  const [to, from] = [flatten(params, isArrayInput), flatten(trained, isArrayInput)];
  const found = new Map(from.names.map((name, i) => [name, array(from.leaves[i]!)]));
  let taken = 0;
  const leaves = to.leaves.map((leaf, i) => {
    const name = to.names[i]!;
    const shape = shapeOf(leaf);
    const own = found.get(name);
    if (!own || !isSelected(only, name, shape)) return leaf;
    if (String(own.shape) !== String(shape))
      throw misuse(
        `transfer: ${name} is [${shape}] in the new model and [${own.shape}] in the trained one; ` +
          'leave it out by only, as in { only: /^hidden/ }',
      );
    taken += 1;
    return own;
  });
  if (taken > 0) return to.rebuild(leaves) as P;
  throw misuse(
    `transfer: nothing to take; the new model has ${listed(to.names)}, the trained one ${listed(from.names)}` +
      (options.only ? `, and only is ${options.only instanceof RegExp ? options.only : 'a predicate'}` : ''),
  );
}
