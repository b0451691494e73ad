import { traceBodies } from '../tensor/control/body.js';
import { choose } from '../tensor/control/cond.js';
import { isFloat } from '../tensor/dtype.js';
import { condOf } from '../tensor/ops/control.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ControlRule, dealOut, inputsOf, places, type Replayed, replay } from './control-rule.js';
import { zerosLike } from './zeros.js';

/** The derivative of the branch that was taken, which is worked out again for it. */
export const condRule: ControlRule = {
  pushForward(y, tangents, { pushForward }) {
    const moving = places(tangents, Boolean);
    const smooth = places(condOf(y.node.params).yes.outputs, ({ dtype }) => isFloat(dtype));
    const parts = inBoth(y, ({ inputs, outputs }) => {
      const dots = pushForward(
        moving.map((i) => inputs[i - 1]!),
        moving.map((i) => tangents[i]!),
        smooth.map((i) => outputs[i]!),
      );
      return smooth.map((i, at) => dots[at] ?? zerosLike(outputs[i]!));
    });
    return dealOut(parts, smooth);
  },

  pullBack(y, bars, wanted, { pullBack }) {
    const seeds = places(bars, Boolean);
    const wrt = places(wanted, Boolean);
    const parts = inBoth(y, ({ inputs, outputs }) => {
      const found = pullBack(
        seeds.map((i) => outputs[i]!),
        seeds.map((i) => bars[i]!),
        wrt.map((i) => inputs[i - 1]!),
      );
      return found.map((share, at) => share ?? zerosLike(inputs[wrt[at]! - 1]!));
    });
    return dealOut(parts, wrt);
  },
};

/** Does the same in both branches of `y`. */
function inBoth(y: Tensor, derive: (f: Replayed) => Tensor[]): Tensor[] {
  const [condition, ...xs] = inputsOf(y);
  const { yes, no } = condOf(y.node.params);
  const around = y.builder.current;
  const branches = [yes, no].map((body) => () => derive(replay(around.current, body, xs)));
  return choose(condition!, traceBodies(around, [], branches));
}
