import { BYTES } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Move } from '../tensor/record.js';
import type { Loops } from './alike.js';
import { bytesOf } from './arena.js';
import { controlKernel, sharedTurns } from './control.js';
import { type DotShape, kernelShape, rowsOf } from './dot-shape.js';
import type { Func, FuncRef, Global, Local } from './func.js';
import { dotKernel } from './kernels/dot.js';
import { addChunks, type DotCut, dotCut, partOf, sizesOf, stepsOf } from './kernels/dot-cut.js';
import { linalgKernel } from './kernels/linalg.js';
import type { MathLibrary } from './kernels/math.js';
import { type At, type Layout, pushPlace, roomOfDot, samePlace, type Wiring } from './layout.js';
import { lineKernel } from './line.js';
import { type Points, pointsOf } from './nest.js';
import { once } from './once.js';
import { pushScaled } from './pointers.js';
import { rowsKernel, touchKernel } from './rows.js';
import { type Body, type Kernel, reads, type SoloKernel, written } from './schedule.js';
import type { Lockstep } from './threads/barrier.js';
import { type Cutting, loopCut, rowsCut, uniformCut } from './threads/cost.js';
import type { Extent, Task } from './threads/tasks.js';
import { turnsCut } from './turns-cut.js';
import { uniformKernel } from './uniform.js';
import type { WasmModule } from './wasm.js';

/** Memory for what a body makes on the way, which may be another for each thread. */
export interface Scratch extends Extent {
  readonly shift: Global | undefined;
}

/** What the writing of kernels needs. */
export interface Emission {
  readonly module: WasmModule;
  readonly math: MathLibrary;
  readonly loops: Loops;
  readonly cutting: Cutting;
  /** Threads that share the work, if they may be several. */
  readonly team: Lockstep | undefined;
  /** Whether products multiply and add in one instruction. */
  readonly fused: boolean;
  /** The library's product, where it is to be used. */
  library(shape: DotShape): FuncRef | undefined;
  /** Writes a body as a function that works on these regions and in this scratch memory. */
  writeBody(
    body: Body,
    wiring: Wiring,
    scratch: Scratch,
    within: Pick<Emission, 'team' | 'cutting'>,
  ): FuncRef;
}

/** Writes a kernel's functions; the tasks call them. */
export function tasksOf(kernel: Kernel, layout: Layout, emission: Emission): Task[] {
  const { module, math, loops, cutting, team } = emission;
  const touched = touchedBy(kernel, layout);
  const lone = (write: (f: Func) => void): Task => ({ ...touched, chunks: 'lone', write });
  /** A call of a function that takes what `give` pushes, and a share of chunks, if there are any. */
  const shared: Ways['shared'] = (func, cut, give = (f) => f) =>
    cut
      ? {
          ...touched,
          chunks: cut.chunks,
          write(f, { from, to }) {
            give(f);
            from();
            to();
            f.call(func);
          },
        }
      : lone((f) => give(f).call(func));
  /** Of a table that rows are added to, all is cleared, or what will be touched. */
  const cleared = (table: Node, index: Node): Task => {
    const scalars = layout.touched.get(table);
    if (!scalars) return lone((f) => pushPlace(f, layout.place(table)).i32(0).i32(bytesOf(table)).fill());
    const touch = touchKernel(module, table, index, scalars, layout, math.vector);
    return lone((f) => f.call(touch));
  };
  const loop = (points: Points): Task[] => {
    const cut = loopCut(points, cutting);
    const { main, combine, give } = loops.write(points, layout, cut);
    return [
      ...[...points.adds].map(([table, { picked }]) => cleared(table, picked!.index)),
      shared(main, cut, give),
      ...(combine ? [lone((f) => give(f).call(combine))] : []),
    ];
  };
  if (kernel.kind === 'loop') return loop(pointsOf(kernel));
  if (kernel.kind === 'control') {
    const cut = turnsCut(kernel, cutting);
    if (cut) return [shared(sharedTurns(module, kernel, layout, emission), cut)];
    const within = sharesWork(kernel, cutting) ? team : undefined;
    const control = controlKernel(module, kernel, layout, { ...emission, team: within });
    const write = (f: Func): Func => f.call(control);
    return [within ? { ...touched, chunks: 'all', write } : lone(write)];
  }
  const { node } = kernel;
  const inputs = kernel.operands.map(({ base }) => layout.place(base));
  const [first, second] = inputs as [At, At];
  const out = layout.place(node);
  const room = layout.beside(node);
  switch (kernel.kind) {
    case 'dot': {
      const shape = kernelShape(kernel);
      const start = inputs[2];
      const { picked } = kernel.operands[0]!;
      const begins = start !== undefined && !samePlace(start, out);
      const begin = lone((f) => pushPlace(pushPlace(f, out), start!).i32(bytesOf(node)).copy());
      const index = picked && layout.place(picked.index);
      const at = { a: first, b: second, out, room, index };
      return [...(begins ? [begin] : []), ...dotTasks(emission, shape, at, { lone, shared })];
    }
    case 'rows': {
      const cut = rowsCut(node, cutting);
      const clear = node.op === 'scatterAdd' ? [cleared(node, kernel.operands[1]!.base)] : [];
      return [
        ...clear,
        shared(rowsKernel(module, node, { rows: first, index: second, out }, math.vector, cut), cut),
      ];
    }
    case 'random': {
      const cut = uniformCut(node, cutting);
      const at = { seed: first.address, step: second.address, out: out.address, room: room.address };
      return [shared(uniformKernel(module, node, at, math, cut), cut)];
    }
    case 'line':
      return [shared(lineKernel(module, node, { x: first, out, room }), undefined)];
    case 'linalg': {
      const at = {
        inputs: inputs.map(({ address }) => address),
        out: out.address,
        scratch: room.address,
      };
      return [shared(linalgKernel(module, node, at), undefined)];
    }
    case 'place':
      return [
        lone((f) => pushPlace(f, out).i32(0).i32(bytesOf(node)).fill()),
        ...placements(kernel).flatMap((points) => loop(points)),
      ];
  }
}

/** Whether a team has anything to share in a kernel. */
export function sharesWork(kernel: Kernel, cutting: Cutting): boolean {
  if (kernel.kind === 'control' && turnsCut(kernel, cutting)) return cutting.teamed;
  if (kernel.kind === 'control')
    return kernel.bodies.some(({ schedule }) => schedule.kernels.some((inner) => sharesWork(inner, cutting)));
  if (kernel.kind === 'loop') return loopCut(pointsOf(kernel), cutting) !== undefined;
  if (kernel.kind === 'dot') return dotCut(kernelShape(kernel), cutting) !== undefined;
  if (kernel.kind === 'place')
    return placements(kernel).some((points) => loopCut(points, cutting) !== undefined);
  return (
    (kernel.kind === 'rows' && rowsCut(kernel.node, cutting) !== undefined) ||
    (kernel.kind === 'random' && uniformCut(kernel.node, cutting) !== undefined)
  );
}

function touchedBy(kernel: Kernel, layout: Layout): { reads: Extent[]; writes: Extent[] } {
  const extent = (node: Node): Extent => ({ address: layout.place(node).address, bytes: bytesOf(node) });
  const out = written(kernel);
  const nodes = kernel.kind === 'control' ? [kernel.node] : out;
  return {
    reads: [
      ...reads(kernel).map(({ base }) => extent(base)),
      ...(kernel.kind === 'loop' && kernel.visits ? [layout.room(kernel.visits)] : []),
      ...out.flatMap((node) => layout.touched.get(node) ?? []).map(extent),
    ],
    writes: [...out.map(extent), ...nodes.map((node) => layout.room(node))],
  };
}

interface DotPlaces {
  readonly a: At;
  readonly b: At;
  readonly out: At;
  readonly room: At;
  /** Which rows of a's table are meant, if not all. */
  readonly index: At | undefined;
}

interface Ways {
  lone(write: (f: Func) => void): Task;
  shared(func: FuncRef, cut: { chunks: number } | undefined, give?: (f: Func) => Func): Task;
}

/** A matrix product as a whole, or in parts; those of a sum are added up at the end. */
function dotTasks(emission: Emission, shape: DotShape, at: DotPlaces, { lone, shared }: Ways): Task[] {
  const { module } = emission;
  const { a, b, out, room, index } = at;
  const cut = dotCut(shape, emission.cutting);
  if (!cut) {
    const call = product(emission, shape);
    const places = [a, b, out, room, ...(index ? [index] : [])];
    return [
      lone((f) =>
        call(
          f,
          places.map((place) => () => pushPlace(f, place)),
        ),
      ),
    ];
  }
  const part = partCall(emission, shape, cut, at);
  const parts = module.func(['i32', 'i32'], [], (f, from, to) => {
    f.countOn(from!, to!, 1, () => part(f, from!));
  });
  if (cut.axis !== 'k') return [shared(parts, cut)];
  const add = module.func([], [], (f) => addChunks(f, shape, cut.chunks, room.address, out.address));
  return [shared(parts, cut), lone((f) => f.call(add))];
}

/** Pushes the address of an array, or of scratch. */
type Push = () => Func;

/** Writes a call of a matrix product: of ours, or of the library's. */
type Call = (f: Func, push: readonly Push[]) => void;

function product({ module, math, library, fused, cutting: { vector } }: Emission, shape: DotShape): Call {
  const gemm = library(shape);
  if (gemm) return (f, [a, b, c]) => libraryProduct(f, shape, gemm, [a!, b!, c!]);
  // Layers that are alike share the function.
  const kernel = math.once(`dot ${JSON.stringify(shape)}`, () => dotKernel(module, shape, { fused, vector }));
  return (f, push) => {
    for (const address of push) address();
    f.call(kernel);
  };
}

/** A call for each of the batch. */
function libraryProduct(f: Func, shape: DotShape, gemm: FuncRef, push: readonly Push[]): void {
  const { dtype, batch, m, n, k, transA, transB, adds } = shape;
  const rows = rowsOf(shape);
  const arrays = [
    { size: m * k, row: rows.a },
    { size: k * n, row: rows.b },
    { size: m * n, row: rows.c },
  ];
  // Libraries clear a result more slowly than memory is filled, and add to zeros as fast as they write.
  const clears = !adds && rows.c === n;
  if (clears)
    push[2]!()
      .i32(0)
      .i32(batch * m * n * BYTES[dtype])
      .fill();
  for (let i = 0; i < batch; i++) {
    f.i32(Number(transA)).i32(Number(transB)).i32(m).i32(n).i32(k);
    arrays.forEach(({ size, row }, which) => {
      push[which]!();
      if (i > 0) f.i32(i * size * BYTES[dtype]).op('i32.add');
      f.i32(row);
    });
    f.i32(Number(adds || clears)).call(gemm);
  }
}

/** Writes the call for a chunk. Each thread has scratch of its own, and each part of a sum a result of its own. */
function partCall(emission: Emission, shape: DotShape, cut: DotCut, { a, b, out, room, index }: DotPlaces) {
  const { team } = emission;
  // Whether the library is used depends on the product as a whole.
  const whole = emission.library(shape);
  const [full, rest] = sizesOf(shape, cut).map((size) =>
    product({ ...emission, library: () => whole }, partOf(shape, cut, size)),
  );
  const step = stepsOf(shape, cut);
  const { scratch, partial } = roomOfDot(shape, cut, emission.cutting);
  const c = cut.axis === 'k' ? room : out;
  const own = { ...room, address: room.address + partial };
  return (f: Func, chunk: Local): void => {
    const along =
      (place: At, bytes: number): Push =>
      () =>
        bytes === 0 ? pushPlace(f, place) : pushPlace(pushScaled(f, chunk, bytes), place).op('i32.add');
    const scratchOfThread: Push = () =>
      team
        ? pushPlace(f.getGlobal(team.thread).i32(scratch).op('i32.mul'), own).op('i32.add')
        : pushPlace(f, own);
    const arrays = [along(a, step.a), along(b, step.b), along(c, step.c)];
    const push = [...arrays, scratchOfThread, ...(index ? [along(index, step.index)] : [])];
    if (!rest) {
      full!(f, push);
      return;
    }
    f.get(chunk)
      .i32(cut.chunks - 1)
      .op('i32.lt_s');
    f.if(
      () => full!(f, push),
      () => rest(f, push),
    );
  };
}

/** One copying loop for each input of a placing op. */
export const placements = once(({ node, operands }: SoloKernel): Points[] => {
  const views = (record(node.op) as Move).place!(node.inputs, node.params, node);
  return node.inputs.map((input, i) => ({
    domain: input.shape,
    body: [input],
    loads: new Map([[input, operands[i]!]]),
    stores: new Map([[input, { base: node, view: views[i]! }]]),
    adds: new Map(),
    reduces: [],
    axes: [],
  }));
});
