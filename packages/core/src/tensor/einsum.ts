import { check } from './checks.js';
import { isFloat } from './dtype.js';
import { misuse } from './errors.js';
import { meet } from './operands.js';
import { sizeOf } from './shape.js';
import { ShapeError } from './shape-error.js';
import { aTensor, isTensor, type Operand, type Tensor } from './tensor.js';

/** A tensor whose axes have names; each name stands once. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Sums of products over named axes, as NumPy's `einsum`.
 *
 * Each axis of each operand gets a letter. An axis whose letter stands in the result is kept, one whose letter does not is
 * summed over: `'ij,jk->ik'` is the matrix product Σⱼ aᵢⱼ·bⱼₖ. A letter twice in one operand takes the diagonal: `'ii->'`
 * is the trace. `...` stands for axes without letters, which are broadcast. Without `->` the result has the letters that
 * stand once, in alphabetical order, after those of `...`.
 *
 * Operands are combined from left to right; each product of two is one batched matrix product, or one loop where nothing
 * but summing is to be done. Put small products first.
 *
 * @param subscripts letters for each operand, between commas; then, after `->`, those of the result. Spaces do not count
 * @param operands as many as there are groups of letters, one of them a Tensor; float32 and float64 do not mix
 * @throws when subscripts are not of this form, do not fit the operands, or one letter has two extents (1 is broadcast)
 * @example
 * ```ts
 * import { compile, einsum, type Tensor } from '@downslope/core';
 * const scores = compile((q: Tensor, k: Tensor) => einsum('...id,...jd->...ij', q, k));
 * console.log(scores([[1, 0], [0, 2]], [[1, 1], [3, 4]]).data); // 1 3 2 8
 * ```
 */
export function einsum(subscripts: string, ...operands: readonly Operand[]): Tensor {
  const known = check('einsum: one operand', operands.find(isTensor), aTensor)!;
  const tensors = operands.map((operand) => known.like(operand));
  const { inputs, output } = parse(subscripts, tensors);
  checkExtents(subscripts, inputs);
  let [product, ...rest] = inputs.map(diagonals) as [Labelled, ...Labelled[]];
  rest.forEach((next, i) => {
    const later = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    product = multiply(product, next, later);
  });
  const { x, labels } = summed(product, new Set(output));
  return x.transpose(output.map((label) => labels.indexOf(label)));
}

/** Reads the subscripts. The axes of `...` get numbers for names, counted from the last. */
function parse(subscripts: string, operands: readonly Tensor[]): { inputs: Labelled[]; output: string[] } {
  const bad = (why: string): never => {
    throw misuse(`einsum: ${why} (subscripts '${subscripts}')`);
  };
  const [left, right, ...more] = subscripts.replaceAll(' ', '').split('->') as [string, ...string[]];
  const groups = left.split(',');
  if (more.length > 0) bad("there is more than one '->'");
  if (groups.length !== operands.length)
    bad(`${groups.length} operands are named, but ${operands.length} are given`);
  const read = (group: string, hidden: number): string[] => {
    const odd = group.replace('...', '').match(/[^A-Za-z]/);
    if (odd) bad(`expected letters and at most one '...', got '${odd[0]}' in '${group}'`);
    const [before = '', after = ''] = group.split('...');
    const unnamed = group.includes('...') ? Array.from({ length: hidden }, (_, i) => `${hidden - i}`) : [];
    return [...before, ...unnamed, ...after];
  };
  const inputs = groups.map((group, i) => {
    const x = operands[i]!;
    const hidden = x.rank - group.replace('...', '').length;
    const labels = read(group, hidden);
    if (labels.length !== x.rank) bad(`'${group}' does not fit operand ${i} of shape [${x.shape}]`);
    return { x, labels };
  });
  const all = inputs.flatMap(({ labels }) => labels);
  const hidden = Math.max(0, ...all.filter((label) => /\d/.test(label)).map(Number));
  const output = right === undefined ? implied(all, hidden) : read(right, hidden);
  for (const label of output) {
    if (!all.includes(label)) bad(`'${label}' is in the result, but in no operand`);
    if (output.indexOf(label) !== output.lastIndexOf(label)) bad(`'${label}' stands twice in the result`);
  }
  if (right !== undefined && hidden > 0 && !right.includes('...'))
    bad("the axes of '...' must stand in the result, too; sum over them with letters of their own");
  return { inputs, output };
}

/** The letters of a result that is not spelled out: those that stand once, in order. */
function implied(all: readonly string[], hidden: number): string[] {
  const once = all.filter((label) => /[A-Za-z]/.test(label) && all.indexOf(label) === all.lastIndexOf(label));
  return [...Array.from({ length: hidden }, (_, i) => `${hidden - i}`), ...once.sort()];
}

function checkExtents(subscripts: string, inputs: readonly Labelled[]): void {
  const extents = new Map<string, number>();
  for (const { x, labels } of inputs)
    labels.forEach((label, axis) => {
      const extent = x.shape[axis]!;
      const before = extents.get(label) ?? extent;
      if (before !== 1 && extent !== 1 && before !== extent)
        throw new ShapeError(
          `einsum: '${label}' is ${before} and ${extent} (subscripts '${subscripts}', ` +
            `shapes ${inputs.map(({ x }) => `[${x.shape}]`).join(', ')})`,
        );
      extents.set(label, before === 1 ? extent : before);
    });
}

/** Each letter once: where it stands twice, the elements where both places are the same. */
function diagonals({ x, labels }: Labelled): Labelled {
  const again = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (again < 0) return { x, labels };
  const first = labels.indexOf(labels[again]!);
  const others = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== again);
  const n = x.shape[first] === 1 ? x.shape[again]! : x.shape[first]!;
  const kept = others.map((axis) => x.shape[axis]!);
  const square = x.transpose([...others, first, again]).broadcastTo([...kept, n, n]);
  // Laid out in a row, the diagonal is every (n + 1)-th element.
  const line = square.reshape([...kept, n * n]);
  const diagonal = line.slice([], [], [...kept.map(() => 1), n + 1]);
  return diagonals({ x: diagonal, labels: [...others.map((axis) => labels[axis]!), labels[first]!] });
}

/** The sum over all axes that nobody needs any more. */
function summed({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => (needed.has(label) ? [] : axis));
  if (axes.length === 0) return { x, labels };
  return { x: x.sum(axes), labels: labels.filter((label) => needed.has(label)) };
}

/** a·b, summed over the axes that are not in `needed`. */
function multiply(left: Labelled, right: Labelled, needed: ReadonlySet<string>): Labelled {
  const a = summed(left, new Set([...needed, ...right.labels]));
  const b = summed(right, new Set([...needed, ...left.labels]));
  const [x, y] = meet('einsum', a.x, b.x);
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const extent = (label: string): number => {
    const [i, j] = [x.shape[a.labels.indexOf(label)] ?? 1, y.shape[b.labels.indexOf(label)] ?? 1];
    return i === 1 ? j : i;
  };
  const size = (labels: readonly string[]): number => sizeOf(labels.map(extent));
  /** In the order of these labels, those that it lacks of extent 1, the others in full. */
  const ordered = (x: Tensor, own: readonly string[], order: readonly string[]): Tensor => {
    const there = order.filter((label) => own.includes(label));
    const full = x.transpose(there.map((label) => own.indexOf(label))).broadcastTo(there.map(extent));
    return full.reshape(order.map((label) => (own.includes(label) ? extent(label) : 1)));
  };
  const labels = [...batch, ...rows, ...columns];
  const sizes = { batch: size(batch), rows: size(rows), columns: size(columns), inner: size(inner) };
  if (inner.length === 0 || sizes.rows * sizes.columns === 1 || !isFloat(x.dtype)) {
    const all = [...labels, ...inner];
    const product = ordered(x, a.labels, all).mul(ordered(y, b.labels, all));
    return summed({ x: product, labels: all }, needed);
  }
  const p = ordered(x, a.labels, [...batch, ...rows, ...inner]).reshape([
    sizes.batch,
    sizes.rows,
    sizes.inner,
  ]);
  const q = ordered(y, b.labels, [...batch, ...inner, ...columns]).reshape([
    sizes.batch,
    sizes.inner,
    sizes.columns,
  ]);
  return { x: p.dot(q).reshape(labels.map(extent)), labels };
}
