import { compile } from '../../compile/compile.js';
import { interpret } from '../../compile/interpret.js';
import { type ArrayInput, array, isArrayInput } from '../../tensor/array.js';
import { trace } from '../../tensor/trace.js';
import { flatten } from '../../tensor/tree.js';

/** Turns a function of tensors into one of arrays. */
export type Engine = typeof compile;

/** As {@link compile}, but run node by node. Traced at the first call: later ones must have the same shapes. */
const interpreted = ((f: (...args: never[]) => unknown) => {
  let traced: ReturnType<typeof trace> | undefined;
  return (...args: unknown[]) => {
    const flat = args.map((arg) => {
      const { leaves, ...rest } = flatten<ArrayInput>(arg, isArrayInput);
      return { ...rest, leaves: leaves.map((leaf) => array(leaf)) };
    });
    traced ??= trace(f, flat);
    return traced.output.rebuild(
      interpret(
        traced.graph,
        flat.flatMap(({ leaves }) => leaves),
      ),
    );
  };
}) as unknown as Engine;

export const ENGINES: Readonly<Record<string, Engine>> = { compiled: compile, interpreted };
