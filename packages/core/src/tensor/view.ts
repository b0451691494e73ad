import { type Shape, stridesOf } from './shape.js';

/** How an array lies in a buffer: `buffer[offset + Σ index·stride]`, in elements. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** True when the view is a whole buffer in row-major order. */
export function isDense({ shape, strides, offset }: View): boolean {
  const dense = stridesOf(shape);
  return offset === 0 && shape.every((extent, axis) => extent === 1 || strides[axis] === dense[axis]);
}

export const dense = (shape: Shape): View => ({ shape, strides: stridesOf(shape), offset: 0 });

/**
 * The same elements in row-major order under another shape, without moving one; `undefined` when strides cannot say it.
 * Axes are taken in groups of equal size on both sides; those joined must follow each other in memory.
 */
export function reshaped({ shape, strides, offset }: View, target: Shape): View | undefined {
  if (shape.includes(0)) return dense(target);
  const old = shape.flatMap((extent, axis) => (extent === 1 ? [] : [{ extent, stride: strides[axis]! }]));
  const result: number[] = [];
  let from = 0;
  for (let axis = 0; axis < target.length; ) {
    if (target[axis] === 1) {
      result[axis++] = 0;
      continue;
    }
    let [have, want] = [1, 1];
    const [firstOld, firstNew] = [from, axis];
    do {
      if (have <= want) have *= old[from++]?.extent ?? 0;
      else want *= target[axis++] ?? 0;
    } while (have !== want && have > 0 && want > 0);
    while (target[axis] === 1) axis++;
    const group = old.slice(firstOld, from);
    const last = group.at(-1);
    const joined = group.every(({ stride }, i) => {
      const next = group[i + 1];
      return next === undefined || stride === next.stride * next.extent;
    });
    if (have === 0 || want === 0 || !last || !joined) return undefined;
    let stride = last.stride;
    for (let at = axis - 1; at >= firstNew; at--) {
      result[at] = stride;
      stride *= target[at]!;
    }
  }
  return { shape: target, strides: result, offset };
}
