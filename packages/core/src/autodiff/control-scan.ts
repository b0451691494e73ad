import { traceBodies } from '../tensor/control/body.js';
import { loop } from '../tensor/control/loop.js';
import { partsOf } from '../tensor/control/parts.js';
import { isFloat } from '../tensor/dtype.js';
import { Builder, type Graph, type Node } from '../tensor/graph.js';
import { scanOf } from '../tensor/ops/control.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  type ControlRule,
  dealOut,
  inputsOf,
  type Maybe,
  places,
  type Replayed,
  replay,
  settled,
} from './control-rule.js';
import { zerosLike } from './zeros.js';

/**
 * A turn is (c', y) = f(c, x, w), with carries c, slices x and captured values w.
 *
 * Forward: (ċ', ẏ) = f'(c, x, w)·(ċ, ẋ, ẇ), a scan in the same direction with the carry ċ. Backward:
 * (c̄, x̄, w̄) = f'(c, x, w)ᵀ·(c̄', ȳ), a scan in the other direction with the carry (c̄, Σ w̄). Both work f's inside out
 * again, from the c of each turn and whatever else the scan stacks.
 */
export const scanRule: ControlRule = {
  pushForward(y, tangents, { pushForward }) {
    const { carries, stacks, reverse } = scanOf(y.node.params);
    const xs = inputsOf(y);
    const given = places(tangents, (tangent, i) => tangent && i >= carries);
    const sliced = given.filter((i) => i < carries + stacks);
    const captured = given.filter((i) => i >= carries + stacks);
    const begin = tangents.map((tangent, i) => tangent !== undefined && i < carries);
    return settled(begin, (active) => {
      const carried = places(active, Boolean);
      let moved: number[] = [];
      let reached: readonly Maybe[] = [];
      const turn: Turn = ({ inputs, outputs }, carry, slices) => {
        const dots = pushForward(
          [...carried, ...sliced, ...captured].map((i) => inputs[i]!),
          [...carry, ...slices, ...captured.map((i) => tangents[i]!)],
          outputs,
        );
        moved = places(dots, (dot, i) => dot && i >= carries);
        reached = dots.slice(0, carries);
        const next = carried.map((i, at) => dots[i] ?? zerosLike(carry[at]!));
        return [...next, ...moved.map((i) => dots[i]!)];
      };
      const finish = again(y, {
        carry: carried.map((i) => tangents[i] ?? zerosLike(xs[i]!)),
        stacks: sliced.map((i) => tangents[i]!),
        turn,
        reverse,
      });
      return { reached, finish: () => dealOut(finish(), [...carried, ...moved]) };
    });
  },

  pullBack(y, bars, wanted, { pullBack }) {
    const { carries, stacks, reverse } = scanOf(y.node.params);
    const xs = inputsOf(y);
    const wrt = places(xs, (x, i) => (i < carries ? isFloat(x.dtype) : wanted[i]));
    const stacked = places(bars, (bar, i) => bar && i >= carries);
    const begin = xs.map((_, i) => i < carries && bars[i] !== undefined);
    return settled(begin, (active) => {
      const summed = places(active, Boolean);
      const carried = summed.filter((i) => i < carries);
      let slid: number[] = [];
      let reached: readonly Maybe[] = [];
      const turn: Turn = ({ inputs, outputs }, carry, slices) => {
        const found = pullBack(
          [...carried, ...stacked].map((i) => outputs[i]!),
          [...carry.slice(0, carried.length), ...slices],
          wrt.map((i) => inputs[i]!),
        );
        const shares = dealOut(found, wrt);
        slid = places(shares, (share, i) => share && i >= carries && i < carries + stacks);
        reached = shares.map((share, i) => (slid.includes(i) ? undefined : share));
        const next = summed.map((i, at) => {
          const [share, sum] = [shares[i], carry[at]!];
          if (i < carries) return share ?? zerosLike(sum);
          return share ? sum.add(share) : sum;
        });
        return [...next, ...slid.map((i) => shares[i]!)];
      };
      const finish = again(y, {
        carry: summed.map((i) => (i < carries && bars[i]) || zerosLike(xs[i]!)),
        stacks: stacked.map((i) => bars[i]!),
        turn,
        reverse: !reverse,
      });
      return { reached, finish: () => dealOut(finish(), [...summed, ...slid]) };
    });
  },
};

/** One turn of a derivative: from what f's turn was, its own carry and slices to the next carry and its results. */
type Turn = (f: Replayed, carry: readonly Tensor[], slices: readonly Tensor[]) => readonly Tensor[];

/** A scan in whose turns the turns of `y` can be had again. It is traced at once, and joins the graph when called. */
function again(
  y: Tensor,
  options: { carry: Tensor[]; stacks: Tensor[]; turn: Turn; reverse: boolean },
): () => Tensor[] {
  const { carry, stacks: more, turn, reverse } = options;
  const { body, carries, stacks, length, keep } = scanOf(y.node.params);
  const xs = inputsOf(y);
  const residues = body.outputs.slice(carries);
  const all = [...partsOf(y).slice(carries), ...xs.slice(carries, carries + stacks), ...more];
  const specs = [...carry, ...all.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }))];
  const around = y.builder.current;
  const known = new Map<Node, Node>();
  const traced = traceBodies(around, specs, [
    (...inputs) => {
      const slices = inputs.slice(carry.length);
      const given = body.inputs.map((node, i) => {
        if (i < carries) return slices[residues.indexOf(node)]!;
        return i < carries + stacks ? slices[residues.length + i - carries]! : xs[i]!;
      });
      const f = replay(around.current, body, given);
      residues.forEach((node, i) => {
        if (node.inputs.length > 0) known.set(f.of(node), slices[i]!.node);
      });
      return turn(f, inputs.slice(0, carry.length), slices.slice(all.length - more.length));
    },
  ]);
  const { graph, captured } = traced[0]!;
  return () =>
    loop({ body: withKnown(graph, known), carries: carry, stacks: all, captured, length, reverse, keep });
}

/** The same graph with some of its nodes taken from its inputs. */
function withKnown(graph: Graph, known: ReadonlyMap<Node, Node>): Graph {
  const b = new Builder();
  const given = new Map(graph.inputs.map((node) => [node, b.input(String(node.params.name), node)]));
  for (const [node, input] of known) if (!given.has(node)) given.set(node, given.get(input)!);
  const made = b.replay(graph, given);
  const now = (node: Node): Node => made.get(node)!;
  return b.finish(graph.inputs.map(now), graph.outputs.map(now));
}
