import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant, zeros } from '../init/constant.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent } from './dense.js';
import { checkChannels, checkEps, normalize, perChannel } from './normalize.js';

export type GroupNormParams = { readonly scale: Tensor; readonly b: Tensor };

export interface GroupNormOptions {
  /** The extent of axis 1. */
  readonly channels: number;
  /** Channels are dealt out to so many groups. */
  readonly groups: number;
  /** Added to the variance (default 1e-5). */
  readonly eps?: number;
}

/**
 * Group normalisation: in each row, the numbers of each group of channels to mean 0 and variance 1, then scaled and
 * shifted channel by channel.
 *
 * y = (x − mean)/√(variance + ε)·scale + b
 *
 * x and the result are [rows, channels, …extents]. It starts with scale 1 and b 0. Rows do not depend on each other: what
 * {@link batchNorm} does for large batches, this does for batches of any size. As many groups as channels make it instance
 * normalisation.
 *
 * @param options `channels`; `groups`, which divide them: 8 to 32; `eps`
 * @throws when groups do not divide the channels; while tracing, when x has other channels
 * @example
 * ```ts
 * import { compile, groupNorm } from '@downslope/core';
 * const layer = groupNorm({ channels: 2, groups: 1, eps: 0 });
 * console.log(compile(layer.apply)(layer.init({ seed: 0, dtype: 'float64' }), [[3, 7]]).data); // -1 1
 * ```
 *
 * Y. Wu, K. He: "Group normalization", ECCV 2018.
 */
export function groupNorm({ channels, groups, eps = 1e-5 }: GroupNormOptions): Model<GroupNormParams> {
  checkExtent('channels', channels);
  checkExtent('groups', groups);
  checkEps(eps);
  if (channels % groups !== 0)
    throw misuse(`groups must divide channels, got ${groups} groups for ${channels} channels`);
  return {
    init: ({ seed, dtype, name }) => ({
      scale: constant(1)([channels], { seed, dtype, name: pathOf(name, 'scale') }),
      b: zeros()([channels], { seed, dtype, name: pathOf(name, 'b') }),
    }),
    apply({ scale, b }, x) {
      checkChannels('groupNorm', x, channels);
      const grouped = x.reshape([x.shape[0]!, groups, x.size / (x.shape[0]! * groups || 1)]);
      return normalize(grouped, -1, eps).reshape(x.shape).mul(perChannel(scale, x)).add(perChannel(b, x));
    },
  };
}
