import { scanOf } from '../tensor/ops/control.js';
import { bytesOf } from './arena.js';
import type { Body, ControlKernel } from './schedule.js';
import type { Cutting } from './threads/cost.js';

/** What is within a turn that one thread has for itself. */
export const uncut = (cutting: Cutting): Cutting => ({
  ...cutting,
  teamed: false,
  grain: Number.POSITIVE_INFINITY,
});

/** Turns that are worth sharing out. */
const LEAST_TURNS = 8;

/**
 * The turns of a scan that carries nothing from one to the next may be shared, if there is enough to do. By shape alone,
 * as what is within a turn is not cut then.
 */
export function turnsCut(
  kernel: ControlKernel,
  { grain }: Pick<Cutting, 'grain'>,
): { chunks: number } | undefined {
  const { node, operands, bodies } = kernel;
  if (node.op !== 'scan') return undefined;
  const { carries, length } = scanOf(node.params);
  const bytes = operands.reduce((sum, { base }) => sum + bytesOf(base), 0);
  const shares = carries === 0 && length >= LEAST_TURNS && bytes / 8 >= 2 * grain && bodies.every(mayMove);
  return shares ? { chunks: length } : undefined;
}

/** Whether a body's kernels can all work in scratch memory that moves. */
const mayMove = ({ schedule }: Body): boolean =>
  schedule.kernels.every((kernel) => {
    if (kernel.kind === 'control') return kernel.node.op === 'scan' && kernel.bodies.every(mayMove);
    return kernel.kind !== 'random' && kernel.kind !== 'linalg';
  });
