import { traceBodies } from '../tensor/control/body.js';
import { repeat } from '../tensor/control/while-loop.js';
import { misuse } from '../tensor/errors.js';
import { whileOf } from '../tensor/ops/control.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ControlRule, dealOut, inputsOf, type Maybe, places, replay, settled } from './control-rule.js';
import { zerosLike } from './zeros.js';

/** (c', ċ') = (f(c, w), f'(c, w)·(ċ, ẇ)): a loop of both, with the same test. */
export const whileRule: ControlRule = {
  pushForward(y, tangents, { pushForward }) {
    const { test, body, carries } = whileOf(y.node.params);
    const xs = inputsOf(y);
    const captured = places(tangents, (tangent, i) => tangent && i >= carries);
    const around = y.builder.current;
    const begin = tangents.map((tangent, i) => tangent !== undefined && i < carries);
    return settled(begin, (active) => {
      const carried = places(active, Boolean);
      let reached: readonly Maybe[] = [];
      const values = (carry: readonly Tensor[]): Tensor[] => [
        ...carry.slice(0, carries),
        ...xs.slice(carries),
      ];
      const tested = (...carry: Tensor[]): unknown => replay(around.current, test, values(carry)).outputs;
      const turn = (...carry: Tensor[]): unknown => {
        const { inputs, outputs } = replay(around.current, body, values(carry));
        const wrt = [...carried, ...captured].map((i) => inputs[i]!);
        const moves = [...carry.slice(carries), ...captured.map((i) => tangents[i]!)];
        reached = pushForward(wrt, moves, outputs);
        return [...outputs, ...carried.map((i) => reached[i] ?? zerosLike(outputs[i]!))];
      };
      const starts = [...xs.slice(0, carries), ...carried.map((i) => tangents[i] ?? zerosLike(xs[i]!))];
      const bodies = traceBodies(around, starts, [tested, turn]);
      return { reached, finish: () => dealOut(repeat(starts, bodies).slice(carries), carried) };
    });
  },

  pullBack() {
    throw misuse(
      'whileLoop has no reverse mode, since its turns cannot be counted beforehand; use scan with a fixed length, or jvp',
    );
  },
};
