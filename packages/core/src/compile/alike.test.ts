import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import { Builder, type Graph } from '../tensor/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena } from './arena.js';
import { interpret } from './interpret.js';
import { assemble } from './program.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { halvedNative } from './testing/halved.js';
import {
  BOUNDS,
  backward,
  randomProgram,
  randomPrograms,
  realize,
  tableProgram,
} from './testing/random-graphs.js';
import { disagreement, runCompiled } from './testing/run-compiled.js';

/** The graph on its own inputs and once more on others, as one. */
function twice(graph: Graph): Graph {
  const builder = new Builder();
  const halves = ['first', 'second'].map((half) => {
    const inputs = graph.inputs.map((input, i) => builder.input(`${half} ${i}`, input));
    const made = builder.replay(graph, new Map(graph.inputs.map((input, i) => [input, inputs[i]!])));
    return { inputs, outputs: graph.outputs.map((output) => made.get(output)!) };
  });
  return builder.finish(
    halves.flatMap(({ inputs }) => inputs),
    halves.flatMap(({ outputs }) => outputs),
  );
}

const sizeOfModule = (graph: Graph): number => {
  const arena = new Arena();
  const room = ({ shape, dtype }: Graph['inputs'][number]) => arena.allocate(shape, dtype);
  const wiring = { inputs: graph.inputs.map(room), outputs: graph.outputs.map(room) };
  return assemble(graph, arena, wiring).size.module;
};

describe('loops that are alike', () => {
  it.each(['float64', 'float32'] as const)(
    `in ${randomPrograms(30)} random programs that stand twice in one, work on their own arrays in %s`,
    (dtype) => {
      const engines = [
        { name: 'compiled' },
        { name: 'cut finely', arena: () => new Arena({}, 1, 8) },
        { name: 'in vectors of 256 bits', host: { native: halvedNative } },
      ];
      const property = fc.property(fc.oneof(randomProgram, tableProgram), (program) => {
        const { graph, inputs, margins } = realize(program, dtype);
        fc.pre(margins === 0);
        const both = twice(graph);
        const values = [...inputs, ...inputs.map(backward)];
        const wanted = interpret(both, values);
        for (const engine of engines) {
          const wrong = disagreement(both, wanted, runCompiled(both, values, engine), BOUNDS);
          if (wrong) throw new Error(`${engine.name}: ${wrong}`);
        }
      });
      fc.assert(property, { numRuns: randomPrograms(30), maxSkipsPerRun: 1000 });
    },
    900_000,
  );

  it('fold large sums in parts of their own', () => {
    const size = 300_000;
    const values = [1, 2, 3].map((scale): NdArray => {
      const data = Float32Array.from({ length: size }, (_, i) => scale * Math.cos(i));
      return { data, shape: [size], dtype: 'float32' };
    });
    const graph = traced((...xs) => xs.map((x) => x.square().sum()), ...values);
    expectCompiledAsInterpreted(graph, values);
  });

  it('are written once', () => {
    const f = (x: Tensor): Tensor[] => [x.tanh().mul(x).add(x.exp()), x.exp().sum(1)];
    const one = sizeOfModule(traced((x) => f(x), [64, 32]));
    const eight = sizeOfModule(traced((...xs) => xs.flatMap((x) => f(x)), ...Array(8).fill([64, 32])));
    expect(eight).toBeLessThan(2 * one);
  });

  it('are not, where a constant, a view or a parameter differs', () => {
    const x = { data: Float64Array.from({ length: 2400 }, (_, i) => Math.sin(i)), dtype: 'float64' } as const;
    const inputs = [0, 1, 2, 3].map((): NdArray => ({ ...x, shape: [40, 60] }));
    const graph = traced(
      (a, b, c, d) => [a.mul(2).exp(), b.mul(3).exp(), c.exp(), d.flip(0).exp(), a.flip(1).exp()],
      ...inputs,
    );
    expectCompiledAsInterpreted(graph, inputs);
  });
});
