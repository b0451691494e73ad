import type { DType } from '../dtype.js';
import type { Graph } from '../graph.js';
import type { Spec } from '../record.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { trace } from '../trace.js';

/** The graph of `f` over inputs of the given shapes (float64 unless said). */
export function traced(f: (...xs: Tensor[]) => Tensor | Tensor[], ...shapes: (Shape | Spec)[]): Graph {
  const specs = shapes.map(
    (shape): Spec => ('dtype' in shape ? shape : { shape, dtype: 'float64' as DType }),
  );
  const args = specs.map((spec) => ({
    names: [''],
    leaves: [spec],
    rebuild: <T>([leaf]: readonly T[]) => leaf as T,
  }));
  return trace(f as (...args: never[]) => unknown, args).graph;
}
