import type { Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import type { Transform } from '../optim/transform.js';
import type { NdArray } from '../tensor/array.js';
import type { Spec } from '../tensor/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import type { Named } from './objective.js';
import type { Memory } from './step.js';

/** The weights to evaluate with and to keep. */
export interface Weights {
  readonly regions: Flat<Region>;
  /** Brings them up to date with the parameters and the optimizer's state. */
  refresh(): void;
  read(): Named<NdArray>;
  write(values: Named<NdArray>): void;
}

/** The parameters themselves, or what the optimizer's `evalParams` makes of those that it moves. */
export function weightsOf(
  optimizer: Transform,
  { arena, params, trained, state }: Pick<Memory, 'arena' | 'params' | 'trained' | 'state'>,
): Weights {
  const { evalParams } = optimizer;
  const averaged = evalParams && trained.leaves.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const leaves = params.leaves.map((own, i) => averaged?.[trained.names.indexOf(params.names[i]!)] ?? own);
  return {
    regions: { ...params, leaves },
    refresh: averaged ? evaluation(evalParams, averaged) : () => {},
    read: () =>
      Object.fromEntries(
        leaves.map((region, i) => [params.names[i]!, { ...specOf(region), data: arena.read(region) }]),
      ),
    write: (values) => {
      leaves.forEach((region, i) => {
        arena.write(region, values[params.names[i]!]!.data);
      });
    },
  };

  function evaluation(
    evalParams: NonNullable<Transform['evalParams']>,
    outputs: readonly Region[],
  ): () => void {
    const inOrder = (params: Named<Tensor>, state: Named<Tensor>): Tensor[] => {
      const found = evalParams(params, state);
      return Object.keys(params).map((name) => found[name]!);
    };
    const { graph } = trace(inOrder as (...args: never[]) => unknown, [trained, state]);
    const program = assemble(graph, arena, { inputs: [...trained.leaves, ...state.leaves], outputs });
    return () => program.run();
  }
}

const specOf = ({ shape, dtype }: Region): Spec => ({ shape, dtype });
