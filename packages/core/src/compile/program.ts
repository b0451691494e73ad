import { internal } from '../tensor/errors.js';
import type { Graph } from '../tensor/graph.js';
import { Loops } from './alike.js';
import type { Arena, Region } from './arena.js';
import { type Arranged, arrange, type ProgramWiring } from './arrange.js';
import { type Emission, tasksOf } from './emit.js';
import { type Blas, importBlas, type Native, pays } from './host.js';
import { MathLibrary } from './kernels/math.js';
import { layOut } from './layout.js';
import { type MemoryPlan, planFrom } from './memory-plan.js';
import { canFuse } from './probe.js';
import { stepLoop } from './step-loop.js';
import { Lockstep } from './threads/barrier.js';
import { freshPace, type ParallelProgram } from './threads/crew.js';
import type { Code, ParallelRun } from './threads/serve.js';
import { copyTask, sequence, type Task } from './threads/tasks.js';
import { WasmModule } from './wasm.js';

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
  /** Writes its constants again, where something else has lain in their places. */
  restore(): void;
  /** Where a step keeps what it works out on the way. */
  plan(): MemoryPlan;
}

let assembled = 0;

/**
 * graph → arrange → emit → encode → instantiate, or translate
 *
 * @param inMachineCode false for a program that is to be WebAssembly even where the host makes machine code
 */
export function assemble(traced: Graph, arena: Arena, wiring: ProgramWiring, inMachineCode = true): Program {
  const constants: (readonly [Region, ArrayLike<number>])[] = [];
  const { host, grain, crew } = arena;
  const site = {
    host,
    grain,
    crew,
    allocate: arena.allocate.bind(arena),
    scratch: arena.scratch.bind(arena),
    write(region: Region, data: ArrayLike<number>) {
      constants.push([region, data]);
      arena.write(region, data);
    },
  };
  const { once, each, cutting, native, blas } = arrange(traced, site, wiring, inMachineCode);
  const module = new WasmModule();
  importMemory(module, arena);
  const gemm = blas && importBlas(module);
  const team = cutting.teamed ? new Lockstep(module) : undefined;
  const math = new MathLibrary(module, cutting.vector);
  const emission: Emission = {
    module,
    math,
    loops: new Loops(module, math),
    cutting,
    team,
    fused: native !== undefined || (host.relaxed === true && canFuse()),
    library: (shape) => (gemm && pays(shape, blas) ? gemm[shape.dtype] : undefined),
    writeBody: ({ graph, schedule }, wiring, scratch, { team, cutting }) => {
      const ground = {
        ...site,
        scratch(bytes: number) {
          if (bytes > scratch.bytes)
            throw internal(`a body needs ${bytes} bytes, ${scratch.bytes} are planned`);
          return scratch.address;
        },
        shift: scratch.shift,
      };
      const tasks = tasksIn(
        { schedule, layout: layOut(graph, schedule, ground, wiring, cutting) },
        {
          ...emission,
          team,
          cutting,
        },
      );
      return module.func([], [], (f) => sequence(f, tasks, team));
    },
  };
  const [before, step] = [tasksIn(once, emission), tasksIn(each, emission)];
  module.export('run', stepLoop(module, before, step, wiring, team));
  const bytes = module.encode();
  const made = native ? translated(bytes, native, arena) : instantiated(bytes, blas, arena);
  if (!made) return assemble(traced, arena, wiring, false);
  const { code, run } = made;
  const shared: ParallelProgram = { id: assembled++, code, run, pace: freshPace() };
  return {
    run: (from = 0, to = from + 1) => (team ? crew!.run(shared, from, to) : run(from, to, 0, 1, 0)),
    size: {
      module: bytes.length,
      scratch: each.layout.scratchBytes,
      kernels: each.schedule.kernels.length,
    },
    parallel: team !== undefined,
    code,
    restore() {
      for (const [region, data] of constants) arena.write(region, data);
    },
    plan: () => planFrom(each),
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

function tasksIn(
  { schedule: { kernels }, layout }: Pick<Arranged, 'schedule' | 'layout'>,
  emission: Emission,
): Task[] {
  emission.loops.expect(kernels);
  return [
    ...layout.before.map(copyTask),
    ...kernels.flatMap((kernel) => tasksOf(kernel, layout, emission)),
    ...layout.after.map(copyTask),
  ];
}
