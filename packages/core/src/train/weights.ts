import type { Arena, Region } from '../compile/arena.js';
import { assemble } from '../compile/program.js';
import type { Transform } from '../optim/transform.js';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import type { Named } from './objective.js';

/** The weights to evaluate with and to keep. */
export interface Weights {
  readonly regions: Flat<Region>;
  /** Brings them up to date with the parameters and the optimizer's state. */
  refresh(): void;
  read(): readonly NdArray[];
  write(values: readonly NdArray[]): void;
}

/** The parameters themselves, or what the optimizer's `evalParams` makes of them. */
export function weightsOf(
  optimizer: Transform,
  { arena, params, state }: { arena: Arena; params: Flat<Region>; state: Flat<Region> },
): Weights {
  const { evalParams } = optimizer;
  const own = evalParams === undefined;
  const leaves = own ? params.leaves : params.leaves.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  return {
    regions: { ...params, leaves },
    refresh: own ? () => {} : evaluation(evalParams, leaves),
    read: () =>
      leaves.map((region) => ({ data: arena.read(region), shape: region.shape, dtype: region.dtype })),
    write: (values) => {
      leaves.forEach((region, i) => {
        arena.write(region, values[i]!.data);
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
    const { graph } = trace(inOrder as (...args: never[]) => unknown, [params, state]);
    const program = assemble(graph, arena, { inputs: [...params.leaves, ...state.leaves], outputs });
    return () => program.run();
  }
}
