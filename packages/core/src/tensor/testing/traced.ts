import type { DType } from '../dtype.js';
import type { Graph } from '../graph.js';
import type { Spec } from '../record.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { trace } from '../trace.js';
import { singleLeaf } from '../tree.js';

/** The graph of `f` over inputs of the given shapes (float64 unless said). */
export function traced(f: (...xs: Tensor[]) => Tensor | Tensor[], ...shapes: (Shape | Spec)[]): Graph {
  const specs = shapes.map(
    (shape): Spec => ('dtype' in shape ? shape : { shape, dtype: 'float64' as DType }),
  );
  return trace(f as (...args: never[]) => unknown, specs.map(singleLeaf)).graph;
}
