import { internal } from '../tensor/errors.js';
import type { Graph, Node } from '../tensor/graph.js';
import { Loops } from './alike.js';
import { type Arena, bytesOf, type Region } from './arena.js';
import { dotShape } from './dot-shape.js';
import { type Emission, sharesWork, tasksOf } from './emit.js';
import { fuse } from './fuse.js';
import { type Blas, importBlas, mightPay, type Native, pays } from './host.js';
import { MathLibrary } from './kernels/math.js';
import { type Layout, layOut, type Wiring } from './layout.js';
import { canFuse } from './probe.js';
import { productsOfRows } from './products-of-rows.js';
import { rowBlocks } from './row-blocks.js';
import type { Schedule } from './schedule.js';
import { simplify } from './simplify.js';
import { split } from './steady.js';
import { type Streams, stepLoop } from './step-loop.js';
import { Lockstep } from './threads/barrier.js';
import { freshPace, type ParallelProgram } from './threads/crew.js';
import type { Code, ParallelRun } from './threads/serve.js';
import { copyTask, sequence, type Task } from './threads/tasks.js';
import { touchedRows } from './touched-rows.js';
import { WasmModule } from './wasm.js';
import { nativeFor } from './worth.js';

export interface ProgramWiring extends Wiring, Streams {}

/** A graph made runnable: one WebAssembly module on an arena's memory, or machine code of it. */
export interface Program {
  /** Runs the steps `from`, …, `to` − 1 in one call (default: one step). */
  run(from?: number, to?: number): void;
  /** Bytes of the module and of its scratch memory, and the number of its kernels. */
  readonly size: { readonly module: number; readonly scratch: number; readonly kernels: number };
  /** Whether the arena's threads share its work. */
  readonly parallel: boolean;
  /** What other threads bind to a memory. */
  readonly code: Code;
}

let assembled = 0;

/**
 * graph → simplify → block rows → fuse → plan memory → emit → encode → instantiate, or translate
 *
 * @param inMachineCode false for a program that is to be WebAssembly even where the host makes machine code
 */
export function assemble(traced: Graph, arena: Arena, wiring: ProgramWiring, inMachineCode = true): Program {
  const graph = rowBlocks(simplify(traced));
  const { once, each } = split(graph, steadyInputs(graph, wiring));
  const handed = once.outputs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const fused = fuse(each);
  const wired = { ...wiring, inputs: [...wiring.inputs, ...handed] };
  const plain = touchedRows(each, fused, wired);
  const native = inMachineCode ? nativeFor(plain, wiring, arena.host) : undefined;
  // A product may read a table later than a copy of its rows is made: what can be renewed in place depends on that.
  const schedule = native ? touchedRows(each, productsOfRows(fused), wired) : plain;
  const calls = !native && products(schedule).some((node) => mightPay(dotShape(node)));
  const blas = calls ? arena.host.blas : undefined;
  const { grain } = arena;
  const vector = native ? 32 : 16;
  const crew = blas && blas.library === undefined ? undefined : arena.crew;
  const library = blas !== undefined;
  const among = { grain, teamed: true, threads: crew?.threads ?? 1, vector, library } as const;
  const teamed = crew !== undefined && schedule.kernels.some((kernel) => sharesWork(kernel, among));
  const cutting = { ...among, teamed };
  const layout = layOut(each, schedule, arena, wired, cutting);
  const module = new WasmModule();
  importMemory(module, arena);
  const gemm = blas && importBlas(module);
  const team = cutting.teamed ? new Lockstep(module) : undefined;
  const math = new MathLibrary(module, vector);
  const emission: Emission = {
    module,
    math,
    loops: new Loops(module, math),
    cutting,
    team,
    fused: native !== undefined || (arena.host.relaxed === true && canFuse()),
    library: (shape) => (gemm && pays(shape, blas) ? gemm[shape.dtype] : undefined),
    writeBody: ({ graph, schedule }, wiring, scratch, { team, cutting }) => {
      const ground = {
        allocate: arena.allocate.bind(arena),
        write: arena.write.bind(arena),
        scratch(bytes: number) {
          if (bytes > scratch.bytes)
            throw internal(`a body needs ${bytes} bytes, ${scratch.bytes} are planned`);
          return scratch.address;
        },
        shift: scratch.shift,
      };
      const tasks = tasksIn(schedule, layOut(graph, schedule, ground, wiring, cutting), {
        ...emission,
        team,
        cutting,
      });
      return module.func([], [], (f) => sequence(f, tasks, team));
    },
  };
  const first = fuse(once);
  const begin = layOut(once, first, arena, { inputs: wiring.inputs, outputs: handed }, cutting);
  const [before, step] = [tasksIn(first, begin, emission), tasksIn(schedule, layout, emission)];
  module.export('run', stepLoop(module, before, step, wiring, team));
  const bytes = module.encode();
  const made = native ? translated(bytes, native, arena) : instantiated(bytes, blas, arena);
  if (!made) return assemble(traced, arena, wiring, false);
  const { code, run } = made;
  const shared: ParallelProgram = { id: assembled++, code, run, pace: freshPace() };
  return {
    run: (from = 0, to = from + 1) => (team ? crew!.run(shared, from, to) : run(from, to, 0, 1, 0)),
    size: { module: bytes.length, scratch: layout.scratchBytes, kernels: schedule.kernels.length },
    parallel: team !== undefined,
    code,
  };
}

/** A module's `run` on an arena, and what other threads make theirs of. */
type Runnable = Pick<ParallelProgram, 'code' | 'run'>;

function instantiated(bytes: Uint8Array<ArrayBuffer>, blas: Blas | undefined, { memory }: Arena): Runnable {
  const module = new WebAssembly.Module(bytes);
  const instance = new WebAssembly.Instance(module, {
    arena: { memory },
    ...(blas && { blas: blas.on(memory) }),
  });
  return { code: { module, library: blas?.library }, run: instance.exports.run as ParallelRun };
}

/** Nothing where the module has an instruction that the host cannot translate. */
function translated(bytes: Uint8Array, native: Native, { memory }: Arena): Runnable | undefined {
  try {
    const made = native.compile(bytes);
    return { code: { entry: made.entry }, run: made.on(memory) };
  } catch (error) {
    if (native.required) throw error;
    return undefined;
  }
}

function importMemory(module: WasmModule, { crew, maximum }: Arena): void {
  if (crew) module.importMemory('arena', 'memory', 0, maximum, true);
  else module.importMemory('arena', 'memory', 0);
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

function tasksIn({ kernels }: Schedule, layout: Layout, emission: Emission): Task[] {
  emission.loops.expect(kernels);
  return [
    ...layout.before.map(copyTask),
    ...kernels.flatMap((kernel) => tasksOf(kernel, layout, emission)),
    ...layout.after.map(copyTask),
  ];
}
