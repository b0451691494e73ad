import { describe, expect, it } from 'vitest';
import { type Graph, print, verify } from '../tensor/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { singleLeaf } from '../tensor/tree.js';
import { Arena } from './arena.js';
import { feedOf } from './feed.js';
import { assemble } from './program.js';
import { split } from './steady.js';

const scalar = { shape: [], dtype: 'float64' } as const;
const vector = { shape: [3], dtype: 'float64' } as const;
const graphOf = (f: (...xs: Tensor[]) => Tensor, ...specs: (typeof scalar | typeof vector)[]): Graph =>
  trace(f as never, specs.map(singleLeaf) as never).graph;

describe('what stays the same in all steps of a call', () => {
  it('is worked out before them, if it is made of steady scalars alone', () => {
    const graph = graphOf((x, beta, t) => x.mul(beta.log().mul(t).exp()), vector, scalar, scalar);
    const { once, each } = split(graph, new Set([graph.inputs[1]!]));
    verify(each);
    expect(once.outputs.map(({ op }) => op)).toEqual(['log']);
    expect(print(each)).not.toContain(' log ');
    expect(each.inputs.length).toBe(4);
  });

  it('may be an output by itself', () => {
    const graph = graphOf((beta) => beta.log(), scalar);
    const { once, each } = split(graph, new Set(graph.inputs));
    expect(once.outputs.length).toBe(1);
    expect(each.outputs).toEqual([each.inputs[1]]);
  });

  it('is nothing where nothing stays', () => {
    const graph = graphOf((x, t) => x.mul(t.log()), vector, scalar);
    expect(split(graph, new Set()).each).toBe(graph);
  });
});

describe('a program whose numbers are fed', () => {
  // x ← x·ln β + t, where β has a place of its own and t goes through a ring
  const arena = new Arena();
  const feed = feedOf(arena, { beta: Math.E, t: (taken) => taken + 1 }, 4);
  const x = arena.allocate([], 'float64');
  const kept = { slot: x, ring: arena.allocate([4], 'float64') };
  const graph = graphOf((x, beta, t) => x.mul(beta.log()).add(t), scalar, scalar, scalar);
  const program = assemble(graph, arena, {
    inputs: [x, feed.places.beta!, feed.places.t!],
    outputs: [x],
    fed: feed.fed,
    kept: [kept],
  });

  it('has those of each step, and those that stay', () => {
    feed.write(0, 4);
    program.run(0, 4);
    expect([...arena.view(kept.ring)]).toEqual([1, 3, 6, 10]);
    expect([...feed.column('t')]).toEqual([1, 2, 3, 4]);
    expect([...feed.column('beta')]).toEqual(Array(4).fill(Math.E));
  });

  it('looks at what stays anew in each call', () => {
    arena.write(feed.places.beta!, [1]);
    feed.write(4, 2);
    program.run(1, 2);
    expect(arena.view(x)[0]).toBe(6);
  });
});
