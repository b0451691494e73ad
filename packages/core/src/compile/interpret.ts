import type { NdArray } from '../tensor/array.js';
import { allocate, type TypedArray } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Graph, Node } from '../tensor/graph.js';
import { isControl, record } from '../tensor/ops/index.js';
import type { Control, Elementwise, Linalg, Matrix, Move, Reduce } from '../tensor/record.js';
import { sizeOf, stridesOf } from '../tensor/shape.js';
import { dense, type View } from '../tensor/view.js';

/**
 * Runs a graph node by node with the records' reference evaluations: slow, plain, and the oracle that compiled programs
 * are held against. Arithmetic is float64; each node's result is rounded to its element type.
 */
export function interpret({ nodes, inputs, outputs }: Graph, values: readonly NdArray[]): NdArray[] {
  const known = new Map<Node, TypedArray>();
  const tuples = new Map<Node, readonly TypedArray[]>();
  inputs.forEach((node, i) => {
    known.set(node, values[i]!.data);
  });
  for (const node of nodes) {
    if (node.op === 'input') continue;
    const xs = node.inputs.map((input) => known.get(input)!);
    if (node.op === 'constant') known.set(node, node.value!.data);
    else if (node.op === 'part') known.set(node, tuples.get(node.inputs[0]!)![Number(node.params.index)]!);
    else if (isControl(node))
      tuples.set(node, (record(node.op) as Control).reference(xs, node.params, runBody));
    else known.set(node, evaluate(node, xs));
  }
  return outputs.map((node) => ({ data: known.get(node)!.slice(), shape: node.shape, dtype: node.dtype }));
}

function runBody(body: Graph, xs: readonly TypedArray[]): TypedArray[] {
  const values = body.inputs.map(({ shape, dtype }, i) => ({ data: xs[i]!, shape, dtype }));
  return interpret(body, values).map(({ data }) => data);
}

function evaluate(node: Node, xs: readonly TypedArray[]): TypedArray {
  const out = allocate(node.dtype, sizeOf(node.shape));
  const rule = record(node.op);
  switch (rule.kind) {
    case 'elementwise':
      elementwise(rule, node, xs, out);
      break;
    case 'reduce':
      reduce(rule, node, xs[0]!, out);
      break;
    case 'move':
      move(rule, node, xs, out);
      break;
    case 'contract':
      contract(node, xs, out);
      break;
    case 'indexed':
      rule.reference(xs, node.inputs, out, node);
      break;
    case 'linalg':
      linalg(rule, node, xs, out);
      break;
    case 'random':
      rule.reference(xs, node.params, out, node);
      break;
    case 'line':
      eachLine(node, (from, to) => {
        rule.reference(xs[0]!.subarray(from, to), node.params, out.subarray(from, to));
      });
      break;
    case 'control':
    case 'part':
      throw internal(`${node.op} is no single array`);
  }
  return out;
}

function elementwise(rule: Elementwise, node: Node, xs: readonly TypedArray[], out: TypedArray): void {
  for (let i = 0; i < out.length; i++)
    out[i] = rule.reference(
      xs.map((x) => x[i]!),
      node.params,
      node.dtype,
    );
}

function reduce(rule: Reduce, node: Node, x: TypedArray, out: TypedArray): void {
  const shape = node.inputs[0]!.shape;
  const axes = node.params.axes as readonly number[];
  const kept = stridesOf(node.shape);
  const strides = shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  const totals = new Float64Array(out.length).fill(rule.identity(node.dtype));
  const target = { shape, strides, offset: 0 };
  walk(target, (to, from) => {
    totals[to] = rule.reference(totals[to]!, x[from]!);
  });
  out.set(totals);
}

function move(rule: Move, node: Node, xs: readonly TypedArray[], out: TypedArray): void {
  const read = rule.read?.(dense(node.inputs[0]!.shape), node.params, node);
  if (read) {
    walk(read, (from, to) => {
      out[to] = xs[0]![from]!;
    });
    return;
  }
  if (!rule.place) throw internal(`${node.op} neither reads nor places`);
  rule.place(node.inputs, node.params, node).forEach((view, i) => {
    walk(view, (to, from) => {
      out[to] = xs[i]![from]!;
    });
  });
}

function contract(node: Node, [a, b, start]: readonly TypedArray[], out: TypedArray): void {
  const [m, n] = node.shape.slice(-2) as [number, number];
  const { transA, transB } = node.params;
  const k = node.inputs[0]!.shape.at(transA ? -2 : -1)!;
  const [aRow, aStep] = transA ? [1, m] : [k, 1];
  const [bStep, bColumn] = transB ? [1, k] : [n, 1];
  for (let at = 0; at < out.length; at++) {
    const batch = Math.floor(at / (m * n));
    const row = Math.floor(at / n) % m;
    let sum = start ? start[at]! : 0;
    for (let i = 0; i < k; i++)
      sum +=
        a![batch * m * k + row * aRow + i * aStep]! * b![batch * k * n + i * bStep + (at % n) * bColumn]!;
    out[at] = sum;
  }
}

/** Visits the stretches of the last axis. */
function eachLine({ shape }: Node, visit: (from: number, to: number) => void): void {
  const extent = shape.at(-1)!;
  for (let from = 0; from < sizeOf(shape); from += extent) visit(from, from + extent);
}

function linalg(rule: Linalg, node: Node, xs: readonly TypedArray[], out: TypedArray): void {
  const size = sizeOf(node.shape.slice(-2));
  for (let batch = 0; batch * size < out.length; batch++) {
    const matrices = xs.map((x, i) => matrix(x, node.inputs[i]!.shape.slice(-2), batch));
    out.set(rule.reference(matrices, node.params).flat(), batch * size);
  }
}

/** The matrix at place `batch`, as rows. */
function matrix(x: TypedArray, [rows, columns]: readonly number[], batch: number): Matrix {
  const row = (i: number): number[] => [...x.subarray(i * columns!, (i + 1) * columns!)];
  return Array.from({ length: rows! }, (_, i) => row(batch * rows! + i));
}

/** Visits a view's elements in row-major order: `visit(place in the buffer, place in that order)`. */
function walk({ shape, strides, offset }: View, visit: (place: number, order: number) => void): void {
  const size = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  let place = offset;
  for (let order = 0; order < size; order++) {
    visit(place, order);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
