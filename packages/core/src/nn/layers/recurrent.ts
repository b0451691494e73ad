import { scan } from '../../tensor/control/scan.js';
import { misuse } from '../../tensor/errors.js';
import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import { orthogonal } from '../init/orthogonal.js';
import { glorot } from '../init/scaled.js';
import { initParts, type Model } from '../model.js';
import { checkExtent, type DenseParams, dense, type MaybeBiasedParams } from './dense.js';

/** Weights from the inputs and from the state to all gates, side by side: [inputs, gates·hidden], [hidden, gates·hidden]. */
export type RecurrentParams = { readonly input: DenseParams; readonly recurrent: MaybeBiasedParams };

export interface RecurrentOptions {
  readonly inputs: number;
  /** Numbers of the state, which is also the output. */
  readonly hidden: number;
  /** What is given out: the state after the last step (the default), or after each. */
  readonly output?: 'last' | 'all';
  /** What is kept for the backward pass, as in `scan`: `'recompute'` takes less memory and more time (default `'keep'`). */
  readonly residuals?: 'keep' | 'recompute';
}

/** What one kind of recurrent layer does in one step. */
interface Cell<State extends { readonly h: Tensor }> {
  readonly layer: string;
  readonly gates: number;
  /** Whether the state's share has a bias of its own. */
  readonly bias: boolean;
  begin(zeros: Tensor): State;
  /** From the state, the inputs' share of each gate and the state's, all [rows, hidden]. */
  next(state: State, fromInput: readonly Tensor[], fromState: readonly Tensor[]): State;
}

/**
 * A layer that goes along the second axis of x and carries a state, zero at first. The inputs' share of all steps is one
 * matrix product before the loop.
 */
export function recurrentLayer<State extends { readonly h: Tensor }>(
  { layer, gates, bias, begin, next }: Cell<State>,
  { inputs, hidden, output = 'last', residuals = 'keep' }: RecurrentOptions,
): Model<RecurrentParams> {
  checkExtent('inputs', inputs);
  checkExtent('hidden', hidden);
  if (output !== 'last' && output !== 'all')
    throw misuse(`${layer}: output must be 'last' or 'all', got ${output}`);
  const parts = {
    input: dense({ inputs, outputs: gates * hidden, init: glorot() }) as Model<DenseParams>,
    recurrent: dense({ inputs: hidden, outputs: gates * hidden, bias, init: orthogonal() }),
  };
  const split = (all: Tensor): Tensor[] =>
    Array.from({ length: gates }, (_, gate) =>
      all.slice([0, gate * hidden], [all.shape[0]!, (gate + 1) * hidden]),
    );
  return {
    init: (options) => initParts(parts, options),
    apply(params, x) {
      if (x.rank !== 3 || x.shape[2] !== inputs)
        throw new ShapeError(`${layer}: made for x of shape [rows, time, ${inputs}], got [${x.shape}]`);
      const shares = parts.input.apply(params.input, x.transpose([1, 0, 2]));
      const step = (state: State, share: Tensor) => {
        const fromState = parts.recurrent.apply(params.recurrent, state.h);
        const after = next(state, split(share), split(fromState));
        return [after, output === 'all' ? [after.h] : []] as const;
      };
      const zeros = shares.like(0).broadcastTo([x.shape[0]!, hidden]);
      const [last, [all]] = scan(step, begin(zeros), shares, { residuals });
      return all ? all.transpose([1, 0, 2]) : last.h;
    },
  };
}
