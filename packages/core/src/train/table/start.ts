import { didYouMean, listed } from '../../data/names.js';
import type { Transform } from '../../optim/transform.js';
import { freeze } from '../../optim/transforms/freeze.js';
import { isNdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import { flatten } from '../../tensor/tree.js';
import { readEssence } from './load.js';
import type { Essence } from './model.js';
import type { TableSettings } from './options.js';

/** What the model that training goes on from consists of. */
export function startOf({ from, ...settings }: TableSettings): Essence | undefined {
  if (from === undefined) return undefined;
  const essence = readEssence(from.files());
  const { target, network } = essence;
  if (target.name !== settings.target)
    throw misuse(
      `target: the model to go on from predicts ${JSON.stringify(target.name)}, not ${JSON.stringify(settings.target)}`,
    );
  if (settings.model !== 'auto' && settings.model !== network.kind)
    throw misuse(`model: the one to go on from is ${network.kind}, not ${settings.model}; leave it out`);
  return essence;
}

/** What keeps layers as they are, where some are to be frozen. */
export function frozenIn(
  params: unknown,
  stepsPerEpoch: number,
  { freeze: layers, unfreezeAfter }: TableSettings,
): Transform | undefined {
  if (layers === undefined) {
    if (unfreezeAfter !== undefined) throw misuse('unfreezeAfter: no layers are frozen; say which by freeze');
    return undefined;
  }
  const { names } = flatten(params, isNdArray);
  const known = [...new Set(names.map(layerOf))];
  const odd = layers.find((layer) => !known.includes(layer));
  if (odd !== undefined)
    throw misuse(`freeze: no layer ${JSON.stringify(odd)}; ${didYouMean(odd, known, 'layers')}`);
  if (unfreezeAfter === undefined && known.every((layer) => layers.includes(layer)))
    throw misuse(`freeze: ${listed(known)} are all layers; nothing is left to learn`);
  const only = (name: string) => layers.includes(layerOf(name));
  return freeze(only, unfreezeAfter === undefined ? {} : { until: unfreezeAfter * stepsPerEpoch });
}

/** `hidden0` of `hidden0.w`; a linear model's `w` and `b` are layers of their own. */
const layerOf = (name: string): string => name.split('.')[0]!;
