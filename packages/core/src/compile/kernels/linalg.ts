import type { FloatType } from '../../tensor/dtype.js';
import type { Node } from '../../tensor/graph.js';
import type * as records from '../../tensor/ops/linalg.js';
import { sizeOf } from '../../tensor/shape.js';
import { bytesOf } from '../arena.js';
import type { FuncRef, Local } from '../func.js';
import type { WasmModule } from '../wasm.js';
import { cholesky } from './linalg-cholesky.js';
import { Code, type Matrix } from './linalg-code.js';
import { eigh } from './linalg-eigh.js';
import { qr } from './linalg-qr.js';
import { triangularSolve } from './linalg-solve.js';

/** How one op of the kind is computed, one of the batch at a time, in float64 whatever goes in and out. */
export interface LinalgKernel {
  /** How many float64 numbers it needs room for. */
  room(node: Node): number;
  write(code: Code, node: Node, inputs: readonly Matrix[], out: Matrix, scratch: Local): void;
}

const KERNELS: Record<keyof typeof records, LinalgKernel> = { cholesky, triangularSolve, qr, eigh };

const kernelOf = (node: Node): LinalgKernel => KERNELS[node.op as keyof typeof records];

/** Bytes of scratch that a node's kernel needs. */
export const linalgScratch = (node: Node): number => 8 * kernelOf(node).room(node);

export interface LinalgAddresses {
  readonly inputs: readonly number[];
  readonly out: number;
  readonly scratch: number;
}

/** Writes a node's kernel as a function of its own. */
export function linalgKernel(module: WasmModule, node: Node, at: LinalgAddresses): FuncRef {
  return module.func([], [], (f) => {
    const batch = sizeOf(node.shape.slice(0, -2));
    if (sizeOf(node.shape) === 0) return;
    const code = new Code(f);
    const arrays = [...node.inputs, node].map((array, i) => ({
      pointer: code.index(at.inputs[i] ?? at.out),
      step: bytesOf(array) / batch,
      array,
    }));
    const matrices = arrays.map(({ pointer, array: { shape, dtype } }) =>
      code.matrix(pointer, shape.at(-1)!, 1, dtype as FloatType),
    );
    const scratch = code.index(at.scratch);
    f.count(f.local('i32'), 0, batch, 1, () => {
      kernelOf(node).write(code, node, matrices.slice(0, -1), matrices.at(-1)!, scratch);
      for (const { pointer, step } of arrays) code.set(pointer, code.plus(pointer, step));
    });
  });
}
