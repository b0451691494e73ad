import { Arena, type Region } from '../../../packages/core/dist/compile/arena.js';
import { assemble } from '../../../packages/core/dist/compile/program.js';
import {
  adam,
  applyUpdates,
  array,
  type Host,
  type State,
  type Tensor,
  type Threads,
} from '../../../packages/core/dist/index.js';
import { isNdArray } from '../../../packages/core/dist/tensor/array.js';
import { trace } from '../../../packages/core/dist/tensor/trace.js';
import { flatten, mapTree } from '../../../packages/core/dist/tensor/tree.js';
import { productData, updateData } from '../data.js';
import { meanSize, type Runner } from '../measure.js';
import type { Of } from '../workload.js';

type Leaves = Readonly<Record<string, Tensor>>;

/** An optimizer's update of one array, from a gradient that is there. */
export function update(task: Of<'update'>, host: Host, threads: Threads): Runner {
  const [values, gradient] = updateData(task);
  const optimizer = adam({ lr: task.lr });
  const arena = new Arena(host, threads);
  const room = (): Region => arena.allocate([task.size], 'float32');
  const params = flatten({ p: room() }, isRegion);
  const grads = flatten({ p: room() }, isRegion);
  const start = flatten(optimizer.init({ p: array(values) }), isNdArray);
  const state = { ...start, leaves: start.leaves.map(room) };
  const hyper = mapTree(optimizer.hyper, isNumber, () => arena.allocate([], 'float64'));
  const count = arena.allocate([], 'float64');
  const step = (
    params: Leaves,
    state: State<Tensor>,
    grads: Leaves,
    hyper: Leaves,
    step: Tensor,
  ): unknown => {
    const [updates, next] = optimizer.update(grads, state, { params, hyper, step });
    return [applyUpdates(params, updates), next];
  };
  const args = [params, state, grads, flatten(hyper, isRegion), flatten(count, isRegion)];
  const { graph } = trace(step as (...args: never[]) => unknown, args);
  const program = assemble(graph, arena, {
    inputs: args.flatMap(({ leaves }) => leaves),
    outputs: [...params.leaves, ...state.leaves],
  });
  arena.write(grads.leaves[0]!, gradient);
  for (const [name, value] of Object.entries(optimizer.hyper))
    arena.write((hyper as Record<string, Region>)[name]!, [Number(value)]);

  let taken = 0;
  const reset = (): void => {
    taken = 0;
    arena.write(params.leaves[0]!, values);
    for (const region of state.leaves) arena.view(region).fill(0);
  };
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) {
      arena.view(count)[0] = ++taken;
      program.run();
    }
  };
  const loss = (steps: number): number => {
    reset();
    run(steps);
    return meanSize(arena.view(params.leaves[0]!));
  };
  return { form: '', steps: 1, reset, run, loss };
}

/** A matrix product. */
export function product(task: Of<'product'>, host: Host, threads: Threads): Runner {
  const data = productData(task);
  const shape = [task.size, task.size];
  const arena = new Arena(host, threads);
  const [a, b, c] = [0, 1, 2].map(() => arena.allocate(shape, 'float32')) as [Region, Region, Region];
  const multiply = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
  const { graph } = trace(multiply, [flatten(a, isRegion), flatten(b, isRegion)]);
  const program = assemble(graph, arena, { inputs: [a, b], outputs: [c] });
  const reset = (): void => {
    arena.write(a, data[0]);
    arena.write(b, data[1]);
  };
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) program.run();
  };
  const loss = (): number => {
    reset();
    run(1);
    return meanSize(arena.view(c));
  };
  return { form: '', steps: 1, reset, run, loss };
}

const isRegion = (value: unknown): value is Region =>
  typeof value === 'object' && value !== null && 'address' in value;

const isNumber = (value: unknown): value is number => typeof value === 'number';
