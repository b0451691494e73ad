import { type Builder, type Graph, neededFor } from '../graph.js';
import type { ControlName } from '../ops/index.js';
import type { Params, Spec } from '../record.js';
import { sameShape } from '../shape.js';
import { ShapeError } from '../shape-error.js';
import { Tensor, tensorsOf } from '../tensor.js';
import type { Flat } from '../tree.js';
import { partsOf } from './parts.js';

/** A body that has been traced: what it needs of the graph around it comes after its own inputs. */
export interface Body {
  readonly graph: Graph;
  readonly captured: readonly Tensor[];
  readonly output: Flat<Tensor>;
}

/** Traces bodies that take the same inputs, so that they may be run on the same values. `what` they give, for errors. */
export function traceBodies(
  around: Builder,
  specs: readonly Spec[],
  functions: readonly ((...inputs: Tensor[]) => unknown)[],
  what?: string,
): Body[] {
  const traced = functions.map((f) =>
    around.within((body) => {
      const inputs = specs.map((spec, i) => body.input(`${i}`, spec));
      const output = tensorsOf(f(...inputs.map((node) => new Tensor(body, node))), what);
      return { body, inputs, output, results: output.leaves.map((leaf) => leaf.within(body).node) };
    }),
  );
  const captured = [...new Set(traced.flatMap(({ body }) => body.captures))].map(
    (node) => new Tensor(around, node),
  );
  return traced.map(({ body, inputs, output, results }) => ({
    graph: body.finish([...inputs, ...captured.map((tensor) => tensor.within(body).node)], results),
    captured,
    output,
  }));
}

/**
 * Bodies without the inputs, from number `first` on, that none of them uses. One is left in any case: by its inputs a node
 * knows in which graph it stands.
 *
 * @returns also the numbers of the inputs that are left
 */
export function withoutUnused(bodies: readonly Graph[], first: number): { bodies: Graph[]; left: number[] } {
  const needed = bodies.map(({ outputs }) => neededFor(outputs));
  const all = bodies[0]!.inputs.map((_, i) => i);
  const used = all.filter((i) => i < first || bodies.some(({ inputs }, at) => needed[at]!.has(inputs[i]!)));
  const left = used.length > 0 ? used : all.slice(0, 1);
  const fewer = bodies.map(({ nodes, inputs, outputs }) => {
    const kept = left.map((i) => inputs[i]!);
    return {
      nodes: nodes.filter((node) => node.op !== 'input' || kept.includes(node)),
      inputs: kept,
      outputs,
    };
  });
  return { bodies: fewer, left };
}

/** Adds a node with bodies to the graph under way; its inputs may come from graphs around that. */
export function addControl(op: ControlName, inputs: readonly Tensor[], params: Params): Tensor[] {
  const builder = inputs[0]!.builder.current;
  const own = inputs.map((input) => input.within(builder).node);
  return partsOf({ builder, node: builder.node(op, own, params) });
}

/** Holds what a body gives to the names, shapes and types that it must have. */
export function expectLike(what: string, got: Flat<Tensor>, wanted: Flat<Spec>): void {
  const same =
    got.names.join() === wanted.names.join() &&
    got.leaves.every(({ shape, dtype }, i) => {
      const spec = wanted.leaves[i]!;
      return sameShape(shape, spec.shape) && dtype === spec.dtype;
    });
  if (!same) throw new ShapeError(`${what} must be ${listed(wanted)}, got ${listed(got)}`);
}

const listed = ({ names, leaves }: Flat<Spec>): string =>
  leaves
    .map(({ shape, dtype }, i) => `${names[i] && `${names[i]}: `}${dtype}[${shape.join(', ')}]`)
    .join(', ') || 'nothing';
