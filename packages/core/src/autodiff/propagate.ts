import { partsOf } from '../tensor/control/parts.js';
import { isFloat } from '../tensor/dtype.js';
import { type Node, neededFor } from '../tensor/graph.js';
import { isControl, record } from '../tensor/ops/index.js';
import type { LocalDerivative } from '../tensor/record.js';
import { Tensor } from '../tensor/tensor.js';
import { CONTROL } from './control.js';

/**
 * Reverse mode. From the outputs' cotangents ȳ to those of `wrt`: x̄ᵢ = Σ (∂y/∂xᵢ)ᵀ ȳ, visited from the last node to
 * the first. What comes out are nodes of the same graph, so it can be differentiated again.
 *
 * @returns `undefined` where an output does not depend on that tensor
 */
export function pullBack(
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  wrt: readonly Tensor[],
): (Tensor | undefined)[] {
  const bar = new Map<Node, Tensor>();
  const collect = (node: Node, more: Tensor): void => {
    bar.set(node, bar.get(node)?.add(more) ?? more);
  };
  const active = between(wrt, outputs);
  outputs.forEach((output, i) => {
    if (active.has(output.node)) collect(output.node, cotangents[i]!.within(output.builder));
  });
  for (const node of [...active].reverse()) {
    if (isControl(node)) {
      const y = new Tensor(outputs[0]!.builder, node);
      const bars = partsOf(y).map((part) => bar.get(part.node));
      if (!bars.some(Boolean)) continue;
      const wanted = node.inputs.map((input) => active.has(input));
      CONTROL[node.op].pullBack(y, bars, wanted, { pullBack, pushForward }).forEach((share, i) => {
        if (share && wanted[i]) collect(node.inputs[i]!, share);
      });
      continue;
    }
    const cotangent = bar.get(node);
    if (cotangent === undefined) continue;
    const { builder } = cotangent;
    const xs = node.inputs.map((input) => new Tensor(builder, input));
    node.inputs.forEach((input, i) => {
      if (!active.has(input)) return;
      const share = transposed(new Tensor(builder, node), xs, i, cotangent);
      if (share) collect(input, share);
    });
  }
  return wrt.map(({ node }) => bar.get(node));
}

/**
 * Forward mode. From the tangents ẋ of `wrt` to those of the outputs: ẏ = Σ ∂y/∂xᵢ ẋᵢ, visited from the first node to
 * the last.
 *
 * @returns `undefined` where an output does not depend on any of `wrt`
 */
export function pushForward(
  wrt: readonly Tensor[],
  tangents: readonly Tensor[],
  outputs: readonly Tensor[],
): (Tensor | undefined)[] {
  const dot = new Map<Node, Tensor>(wrt.map(({ builder, node }, i) => [node, tangents[i]!.within(builder)]));
  for (const node of between(wrt, outputs)) {
    if (dot.has(node)) continue;
    const { builder } = wrt[0]!;
    const y = new Tensor(builder, node);
    if (isControl(node)) {
      const given = node.inputs.map((input) => dot.get(input));
      const tangents = CONTROL[node.op].pushForward(y, given, { pullBack, pushForward });
      partsOf(y).forEach((part, i) => {
        if (tangents[i]) dot.set(part.node, tangents[i]);
      });
      continue;
    }
    const xs = node.inputs.map((input) => new Tensor(builder, input));
    const shares = node.inputs.flatMap((input, i) => {
      const tangent = dot.get(input);
      return (tangent && applied(y, xs, i, tangent)) ?? [];
    });
    if (shares.length > 0)
      dot.set(
        node,
        shares.reduce((sum, share) => sum.add(share)),
      );
  }
  return outputs.map(({ node }) => dot.get(node));
}

/** The float nodes that depend smoothly on one of `from` and that one of `to` depends on, in evaluation order. */
function between(from: readonly Tensor[], to: readonly Tensor[]): Set<Node> {
  const sources = new Set(from.map(({ node }) => node));
  const found = new Set<Node>();
  for (const node of [...neededFor(to.map(({ node }) => node))].sort((a, b) => a.id - b.id))
    if (sources.has(node) || (hasSlope(node) && node.inputs.some((input) => found.has(input))))
      found.add(node);
  return found;
}

const hasSlope = ({ op, dtype }: Node): boolean =>
  isFloat(dtype) && op !== 'input' && op !== 'constant' && !('none' in record(op).derivative);

/** (∂y/∂xᵢ)ᵀ ȳ */
function transposed(y: Tensor, xs: readonly Tensor[], i: number, cotangent: Tensor): Tensor | undefined {
  const { derivative } = record(y.node.op);
  const { params } = y.node;
  if ('linear' in derivative) return derivative.linear(i)?.transpose(cotangent, xs, params);
  if ('differential' in derivative) return derivative.differential(i).transpose(cotangent, xs, y, params);
  if (!('partials' in derivative) || !derivative.partials[i]) return undefined;
  return times(derivative.partials[i], xs, spread(y, xs[0]!), params, spread(cotangent, xs[0]!, params.axes));
}

/** ∂y/∂xᵢ ẋᵢ */
function applied(y: Tensor, xs: readonly Tensor[], i: number, tangent: Tensor): Tensor | undefined {
  const { node } = y;
  const { derivative, kind } = record(node.op);
  if ('differential' in derivative) return derivative.differential(i).apply(tangent, xs, y, node.params);
  if ('linear' in derivative) {
    const rule = derivative.linear(i);
    if (!rule) return undefined;
    if (rule.apply) return rule.apply(tangent, xs, node.params);
    const inputs = xs.map((x, at) => (at === i ? tangent : x).node);
    return new Tensor(y.builder, y.builder.node(node.op as never, inputs, node.params));
  }
  if (!('partials' in derivative) || !derivative.partials[i]) return undefined;
  const scaled = times(derivative.partials[i], xs, spread(y, xs[0]!), node.params, tangent);
  return kind === 'reduce' ? scaled.sum(node.params.axes as number[]) : scaled;
}

function times(
  partial: LocalDerivative,
  xs: readonly Tensor[],
  y: Tensor,
  params: Node['params'],
  by: Tensor,
): Tensor {
  const slope = partial(xs, y, params);
  if (slope === 1) return by;
  return slope === -1 ? by.neg() : by.mul(slope);
}

/** A reduction's value repeated to its input's shape; anything else as it is. */
function spread(y: Tensor, x: Tensor, axes: Node['params'][string] | undefined = y.node.params.axes): Tensor {
  if (axes === undefined || y.rank === x.rank) return y;
  const folded = axes as readonly number[];
  return y.reshape(x.shape.map((n, axis) => (folded.includes(axis) ? 1 : n))).broadcastTo(x.shape);
}
