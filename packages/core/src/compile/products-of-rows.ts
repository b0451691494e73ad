import type { Node } from '../tensor/graph.js';
import { sameShape } from '../tensor/shape.js';
import { isDense } from '../tensor/view.js';
import { dotShape } from './dot-shape.js';
import { planDot } from './kernels/dot-plan.js';
import { indexOf, pickedBy } from './picked.js';
import { readersOf } from './plan.js';
import type { Access, Kernel, Schedule, SoloKernel } from './schedule.js';

/** Rows, their elements, and columns of a product from which a list of the rows' addresses costs nothing beside it. */
const LEAST = { rows: 8, elements: 256, columns: 32 };
const VECTOR = 32;

/**
 * Lets matrix products read the rows of a batch from the data set itself, where nobody else asks for them: a `gather` that
 * is a left factor and nothing more has no kernel then. For machine code: there each row of a tile has a register.
 */
export function productsOfRows(schedule: Schedule): Schedule {
  const { kernels, outputs } = schedule;
  const readers = readersOf(kernels);
  const places = new Map<Node, Access>();
  for (const kernel of kernels) {
    if (kernel.kind !== 'rows' || kernel.node.op !== 'gather') continue;
    const { node, operands } = kernel;
    if (indexOf(node).shape.length !== 1) continue;
    const [table, index] = operands as readonly [Access, Access];
    const all = (readers.get(node) ?? []).map((i) => kernels[i]!);
    if (outputs.some(({ base }) => base === node) || !all.every((reader) => isProductOf(node, reader)))
      continue;
    places.set(node, { ...table, picked: pickedBy(node, index.base) });
  }
  if (places.size === 0) return schedule;
  const left = kernels.filter((kernel) => kernel.kind !== 'rows' || !places.has(kernel.node));
  return {
    ...schedule,
    kernels: left.map((kernel) => {
      const place = kernel.kind === 'dot' ? places.get(kernel.operands[0]!.base) : undefined;
      if (!place) return kernel;
      const { kind, node, operands } = kernel as SoloKernel;
      return { kind, node, operands: [place, ...operands.slice(1)] };
    }),
  };
}

/**
 * Whether a kernel is a product whose left factor are these rows, and who reads them nowhere else. Its plan with a copy of them tells
 * that it is a kind of product for which a list pays; it gets another one.
 */
function isProductOf(rows: Node, kernel: Kernel): boolean {
  if (kernel.kind !== 'dot') return false;
  const [a, ...others] = kernel.operands as readonly [Access, ...Access[]];
  const straight = a.base === rows && isDense(a.view) && sameShape(a.view.shape, rows.shape);
  const shape = dotShape(kernel.node);
  const [count = 0, elements = 0] = rows.shape;
  const worth =
    rows.shape.length === 2 && count >= LEAST.rows && elements >= LEAST.elements && shape.n >= LEAST.columns;
  if (!straight || shape.batch !== 1 || !worth || others.some(({ base }) => base === rows)) return false;
  const { form, product } = planDot(shape, VECTOR);
  return form === 'outer' && !product.swapped;
}
