import { BYTES } from '../tensor/dtype.js';
import type { Graph, Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Move } from '../tensor/record.js';
import { type Arena, bytesOf, type Region } from './arena.js';
import { controlKernel } from './control.js';
import { type DotShape, dotShape } from './dot-shape.js';
import { type Body, fuse, type Kernel, type Schedule, type SoloKernel } from './fuse.js';
import { importBlas, mightPay, pays } from './host.js';
import { dotKernel } from './kernels/dot.js';
import { linalgKernel } from './kernels/linalg.js';
import { MathLibrary } from './kernels/math.js';
import { type Copy, type Layout, layOut, type Place, pushPlace, type Wiring } from './layout.js';
import { lineKernel } from './line.js';
import { loopKernel } from './loop.js';
import { type Points, pointsOf } from './nest.js';
import { canFuse } from './probe.js';
import { rowBlocks } from './row-blocks.js';
import { rowsKernel } from './rows.js';
import { simplify } from './simplify.js';
import { split } from './steady.js';
import { type Streams, stepLoop } from './step-loop.js';
import { uniformKernel } from './uniform.js';
import { type Func, type FuncRef, WasmModule } from './wasm.js';

export interface ProgramWiring extends Wiring, Streams {}

/** A graph made runnable: one WebAssembly module on an arena's memory. */
export interface Program {
  /** Runs the steps `from`, …, `to` − 1 in one call (default: one step). */
  run(from?: number, to?: number): void;
  /** Bytes of the module and of its scratch memory, and the number of its kernels. */
  readonly size: { readonly module: number; readonly scratch: number; readonly kernels: number };
}

/** graph → simplify → block rows → fuse → plan memory → emit → encode → instantiate */
export function assemble(traced: Graph, arena: Arena, wiring: ProgramWiring): Program {
  const graph = rowBlocks(simplify(traced));
  const { once, each } = split(graph, steadyInputs(graph, wiring));
  const handed = once.outputs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const schedule = fuse(each);
  const layout = layOut(each, schedule, arena, { ...wiring, inputs: [...wiring.inputs, ...handed] });
  const module = new WasmModule();
  module.importMemory('arena', 'memory', 0);
  const blas = products(schedule).some((node) => mightPay(dotShape(node))) ? arena.host.blas : undefined;
  const gemm = blas && importBlas(module);
  const math = new MathLibrary(module);
  const fused = arena.host.relaxed === true && canFuse();
  const product = (node: Node): Call => {
    const shape = dotShape(node);
    return gemm && pays(shape, blas)
      ? libraryProduct(shape, gemm[shape.dtype])
      : ownProduct(module, shape, fused);
  };
  const write = ({ kernels }: Schedule, layout: Layout): FuncRef => {
    const calls = kernels.map((kernel) => emit(module, kernel, layout, math, product, writeBody));
    return module.func([], [], (f) => {
      copyAll(f, layout.before);
      for (const call of calls) call(f);
      copyAll(f, layout.after);
    });
  };
  const writeBody: WriteBody = ({ graph, schedule }, wiring, scratch) => {
    const ground = {
      allocate: arena.allocate.bind(arena),
      write: arena.write.bind(arena),
      scratch: () => scratch,
    };
    return write(schedule, layOut(graph, schedule, ground, wiring));
  };
  const step = write(schedule, layout);
  const first = fuse(once);
  const begin = write(first, layOut(once, first, arena, { inputs: wiring.inputs, outputs: handed }));
  module.export('run', stepLoop(module, begin, step, wiring));
  const bytes = module.encode();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    arena: { memory: arena.memory },
    ...(blas && { blas: blas.on(arena.memory) }),
  });
  const run = instance.exports.run as (from: number, to: number) => void;
  return {
    run: (from = 0, to = from + 1) => run(from, to),
    size: { module: bytes.length, scratch: layout.scratchBytes, kernels: schedule.kernels.length },
  };
}

/** The inputs that keep their values throughout a call: neither fed nor renewed. */
function steadyInputs({ inputs }: Graph, { inputs: places, outputs, fed = [] }: ProgramWiring): Set<Node> {
  const moving = [...outputs, ...fed.map(({ slot }) => slot)];
  const touches = (a: Region, b: Region): boolean =>
    a.address < b.address + bytesOf(b) && b.address < a.address + bytesOf(a);
  const still = inputs.filter(({ shape }, i) => {
    return shape.length === 0 && !moving.some((region) => touches(region, places[i]!));
  });
  return new Set(fed.length === 0 ? [] : still);
}

/** The matrix products of a schedule and of all bodies in it. */
const products = ({ kernels }: Schedule): Node[] =>
  kernels.flatMap((kernel) => {
    if (kernel.kind === 'control') return kernel.bodies.flatMap(({ schedule }) => products(schedule));
    return kernel.kind === 'dot' ? [kernel.node] : [];
  });

/** Writes a body as a function that works on these regions, with scratch memory from an address on. */
type WriteBody = (body: Body, wiring: Wiring, scratch: number) => FuncRef;

/** Writes a kernel's functions; the result writes the calls. */
function emit(
  module: WasmModule,
  kernel: Kernel,
  layout: Layout,
  math: MathLibrary,
  product: (node: Node) => Call,
  writeBody: WriteBody,
): (f: Func) => void {
  if (kernel.kind === 'control') {
    const control = controlKernel(module, kernel, layout, writeBody);
    return (f) => f.call(control);
  }
  if (kernel.kind === 'loop') {
    const loop = loopKernel(module, pointsOf(kernel), layout, math);
    return (f) => f.call(loop);
  }
  const { node } = kernel;
  const [first, second] = kernel.operands.map(({ base }) => layout.buffer(base));
  const out = layout.buffer(node);
  switch (kernel.kind) {
    case 'dot': {
      const call = product(node);
      const [a, b, start] = kernel.operands.map(
        ({ base }): At => ({ address: layout.buffer(base), moved: layout.moved(base) }),
      );
      return (f) => {
        if (start && (start.moved || start.address !== out))
          pushPlace(f.i32(out), start).i32(bytesOf(node)).copy();
        call(f, a!, b!, out, layout.extra(node));
      };
    }
    case 'rows': {
      const rows = rowsKernel(module, node, { rows: first!, index: second!, out });
      return (f) => f.call(rows);
    }
    case 'random': {
      const at = { seed: first!, step: second!, out, room: layout.extra(node) };
      const numbers = uniformKernel(module, node, at, math);
      return (f) => f.call(numbers);
    }
    case 'line': {
      const lines = lineKernel(module, node, { x: first!, out, room: layout.extra(node) });
      return (f) => f.call(lines);
    }
    case 'linalg': {
      const inputs = kernel.operands.map(({ base }) => layout.buffer(base));
      const call = linalgKernel(module, node, { inputs, out, scratch: layout.extra(node) });
      return (f) => f.call(call);
    }
    case 'place': {
      const parts = placements(kernel).map((points) => loopKernel(module, points, layout, math));
      return (f) => {
        f.i32(out).i32(0).i32(bytesOf(node)).fill();
        for (const part of parts) f.call(part);
      };
    }
  }
}

/** Writes a call of a matrix product on arrays at these addresses. */
type Call = (f: Func, a: At, b: At, c: number, scratch: number) => void;
type At = Pick<Place, 'address' | 'moved'>;

function ownProduct(module: WasmModule, shape: DotShape, fused: boolean): Call {
  const kernel = dotKernel(module, shape, fused);
  return (f, a, b, c, scratch) => {
    pushPlace(f, a);
    pushPlace(f, b).i32(c).i32(scratch).call(kernel);
  };
}

/** A call for each of the batch. */
function libraryProduct({ dtype, batch, m, n, k, transA, transB, adds }: DotShape, gemm: FuncRef): Call {
  const bytes = BYTES[dtype];
  return (f, a, b, c) => {
    for (let i = 0; i < batch; i++) {
      f.i32(Number(transA)).i32(Number(transB)).i32(m).i32(n).i32(k);
      pushPlace(f, a, i * m * k * bytes);
      pushPlace(f, b, i * k * n * bytes)
        .i32(c + i * m * n * bytes)
        .i32(Number(adds))
        .call(gemm);
    }
  };
}

/** One copying loop for each input of a placing op. */
function placements({ node, operands }: SoloKernel): Points[] {
  const views = (record(node.op) as Move).place!(node.inputs, node.params, node);
  return node.inputs.map((input, i) => ({
    domain: input.shape,
    body: [input],
    loads: new Map([[input, operands[i]!]]),
    stores: new Map([[input, { base: node, view: views[i]! }]]),
    reduces: [],
    axes: [],
  }));
}

function copyAll(f: Func, copies: readonly Copy[]): void {
  for (const { from, to, bytes } of copies) f.i32(to).i32(from).i32(bytes).copy();
}
