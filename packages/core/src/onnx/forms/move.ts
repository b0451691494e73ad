import type { Form } from '../form.js';
import { type Extent, isFixed, type Twin } from '../twin.js';
import type { Writer } from '../writer.js';

const axesOf = (twin: Twin): number[] => twin.shape.map((_, axis) => axis);

/** One extent may be left to the reader, as −1. */
export const reshape: Form = (w, [x], twin) => {
  const shape =
    twin.shape.filter((extent) => !isFixed(extent)).length === 1 ? twin.shape.map(orRest) : twin.shape;
  return w.add('Reshape', [x!, w.extents(shape)], {
    allowzero: Number(shape.every((extent) => extent !== -1)),
  });
};

const orRest = (extent: Extent): number => (isFixed(extent) ? extent : -1);

/** Extents that the input has already may be 1 in what `Expand` is told. */
export const broadcast: Form = (w, [x], { shape, inputs }) => {
  const own = inputs[0]!.shape;
  const lead = shape.length - own.length;
  const wanted = shape.map((extent, axis) =>
    isFixed(extent) || own[axis - lead] === 1 || axis < lead ? extent : 1,
  );
  return w.add('Expand', [x!, w.extents(wanted)]);
};

export const transpose: Form = (w, [x], { node }) =>
  w.add('Transpose', [x!], { perm: node.params.order as readonly number[] });

export const slice: Form = (w, [x], twin) => {
  const ends = w.extents(twin.extents('stop'));
  return w.add('Slice', [
    x!,
    w.extents(twin.extents('start')),
    ends,
    w.list(axesOf(twin)),
    w.extents(twin.extents('step')),
  ]);
};

export const flip: Form = (w, [x], { node }) => {
  const axes = node.params.axes as readonly number[];
  const all = (value: number | bigint) => w.list(axes.map(() => value));
  return axes.length === 0 ? x! : w.add('Slice', [x!, all(-1), all(-(2n ** 63n)), w.list(axes), all(-1)]);
};

export const concat: Form = (w, inputs, twin) => w.add('Concat', inputs, { axis: twin.whole('axis') });

/** Zeros are set in behind each element of an axis whose step is more than 1, then around all of them. */
export const embed: Form = (w, [x], twin) => {
  const own = twin.inputs[0]!.shape;
  const spread = twin
    .extents('step')
    .reduce<Spread>(
      (sofar, step, axis) => (step === 1 ? sofar : spreadAxis(w, sofar, axis, step as number)),
      { name: x!, shape: own },
    );
  const start = twin.extents('start');
  const after = twin
    .extents('shape')
    .map((extent, axis) => minus(minus(extent, start[axis]!), spread.shape[axis]!));
  return w.add('Pad', [spread.name, w.extents([...start, ...after])]);
};

interface Spread {
  readonly name: string;
  readonly shape: readonly Extent[];
}

/** [… n …] → [… n 1 …] → [… n step …] → [… n·step …], without the zeros behind the last. */
function spreadAxis(w: Writer, { name, shape }: Spread, axis: number, step: number): Spread {
  const [before, behind] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const apart = w.add('Unsqueeze', [name, w.list([axis + 1])]);
  const rank = shape.length + 1;
  const zeros = Array.from({ length: 2 * rank }, (_, i) => (i === rank + axis + 1 ? step - 1 : 0));
  const padded = w.add('Pad', [apart, w.list(zeros)]);
  const long = times(shape[axis]!, step);
  const joined = w.add('Reshape', [padded, w.extents([...before, long, ...behind])]);
  const end = minus(long, step - 1);
  const cut = w.add('Slice', [joined, w.list([0]), w.extents([end]), w.list([axis])]);
  return { name: cut, shape: [...before, end, ...behind] };
}

const parts = (extent: Extent) => (isFixed(extent) ? { per: 0, plus: extent } : extent);

const made = (per: number, plus: number): Extent => (per === 0 ? plus : { per, plus });

function minus(a: Extent, b: Extent): Extent {
  const [x, y] = [parts(a), parts(b)];
  return made(x.per - y.per, x.plus - y.plus);
}

function times(extent: Extent, factor: number): Extent {
  const { per, plus } = parts(extent);
  return made(per * factor, plus * factor);
}

/** The places of all windows picked along the axis, [… windows, size …], and the size moved to the end. */
export const windows: Form = (w, [x], twin) => {
  const [axis, size, stride, dilation] = ['axis', 'size', 'stride', 'dilation'].map((name) =>
    twin.whole(name),
  ) as [number, number, number, number];
  const count = twin.shape[axis]!;
  if (!isFixed(count)) return slices(w, x!, twin, { axis, size, stride, dilation });
  const places = Array.from(
    { length: count * size },
    (_, i) => Math.floor(i / size) * stride + (i % size) * dilation,
  );
  const seen = w.add('Gather', [x!, w.list(places, [count, size])], { axis });
  const rank = twin.shape.length;
  const perm = axesOf(twin).map((a) => (a <= axis ? a : a === rank - 1 ? axis + 1 : a + 1));
  return w.add('Transpose', [seen], { perm });
};

/** Along an axis of unknown length: place j of all windows is a slice. */
function slices(
  w: Writer,
  x: string,
  twin: Twin,
  { axis, size, stride, dilation }: Record<'axis' | 'size' | 'stride' | 'dilation', number>,
): string {
  const count = twin.shape[axis]!;
  const last = w.list([twin.shape.length - 1]);
  const seen = Array.from({ length: size }, (_, j) => {
    const end = minus(times(count, stride), stride - 1 - j * dilation);
    const slice = w.add('Slice', [
      x,
      w.list([j * dilation]),
      w.extents([end]),
      w.list([axis]),
      w.list([stride]),
    ]);
    return w.add('Unsqueeze', [slice, last]);
  });
  return w.add('Concat', seen, { axis: twin.shape.length - 1 });
}
