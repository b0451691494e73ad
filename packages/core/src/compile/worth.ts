import { scanOf } from '../tensor/ops/control.js';
import { sizeOf } from '../tensor/shape.js';
import { dotShape } from './dot-shape.js';
import type { Host, Native } from './host.js';
import { pointsOf } from './nest.js';
import type { Kernel, Schedule } from './schedule.js';
import type { Streams } from './step-loop.js';

/** A program that takes steps is run so much more often than others, at least. */
const STEPS = 8;

/**
 * What makes machine code of a program, if the host can and there is enough to do. By shapes and use alone, for last bits
 * hang on it.
 */
export function nativeFor(
  schedule: Schedule,
  { fed = [], kept = [] }: Streams,
  { native }: Host,
): Native | undefined {
  const often = fed.length + kept.length > 0 ? STEPS : 1;
  return native && often * work(schedule) >= (native.from ?? 0) ? native : undefined;
}

const work = ({ kernels }: Schedule): number => kernels.reduce((sum, kernel) => sum + workOf(kernel), 0);

function workOf(kernel: Kernel): number {
  switch (kernel.kind) {
    case 'loop':
      return sizeOf(pointsOf(kernel).domain) * kernel.body.length;
    case 'dot': {
      const { batch, m, n, k } = dotShape(kernel.node);
      return batch * m * n * k;
    }
    case 'control': {
      const { node, bodies } = kernel;
      // How often a loop goes round that ends by a condition is not known.
      const turns = node.op === 'scan' ? scanOf(node.params).length : 1;
      return bodies.reduce((sum, { schedule }) => sum + turns * work(schedule), 0);
    }
    default: {
      const { node } = kernel;
      // A table that rows are added to is cleared at most: that is quick in any code.
      const arrays = node.op === 'scatterAdd' ? [node.inputs[0]!] : [node, ...node.inputs];
      return Math.max(...arrays.map(({ shape }) => sizeOf(shape)));
    }
  }
}
