import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena.js';
import type { Func, Local } from '../func.js';
import { nodeWorkers } from '../testing/node-workers.js';
import { WasmModule } from '../wasm.js';
import { Lockstep } from './barrier.js';
import { freshPace, type ParallelProgram } from './crew.js';

let id = 1000;

/** A program whose every step is `write`, on the memory of an arena with several threads. */
function parallel(arena: Arena, write: (f: Func, team: Lockstep) => void): ParallelProgram {
  const module = new WasmModule();
  module.importMemory('arena', 'memory', 0, arena.maximum, true);
  const team = new Lockstep(module);
  const run = module.func(
    ['i32', 'i32', 'i32', 'i32', 'i32'],
    [],
    (f, from, to, thread, threads, patience) => {
      team.begin(f, thread!, threads!, patience!);
      f.countOn(from!, to!, 1, () => write(f, team));
    },
  );
  module.export('run', run);
  const compiled = new WebAssembly.Module(module.encode());
  const instance = new WebAssembly.Instance(compiled, { arena: { memory: arena.memory } });
  return {
    id: id++,
    code: { module: compiled },
    pace: freshPace(),
    run: instance.exports.run as ParallelProgram['run'],
  };
}

const add = (f: Func, address: number, push: (f: Func) => void): void => {
  f.i32(address).i32(address).memory('i32.load');
  push(f);
  f.op('i32.add').memory('i32.store');
};

describe('a crew', () => {
  it.each([2, 3])('of %i threads comes to a barrier together, thousands of times', async (threads) => {
    const arena = new Arena({ workers: nodeWorkers() }, threads);
    // Each thread counts in a word of its own; then the first adds up what all have counted so far.
    const counts = arena.allocate([threads, 16], 'int32');
    const total = arena.allocate([], 'int32');
    const program = parallel(arena, (f, team) => {
      const mine: Local = f.local('i32');
      f.getGlobal(team.thread).i32(64).op('i32.mul').i32(counts.address).op('i32.add').set(mine);
      f.get(mine).get(mine).memory('i32.load').i32(1).op('i32.add').memory('i32.store');
      team.barrier(f);
      f.getGlobal(team.thread).op('i32.eqz');
      f.if(() => {
        for (let i = 0; i < threads; i++)
          add(f, total.address, (f) => f.i32(0).memory('i32.load', counts.address + 64 * i));
      });
      team.barrier(f);
    });
    await arena.crew!.assembled();
    const steps = 3000;
    for (let from = 0; from < steps; from += 500) arena.crew!.run(program, from, from + 500);
    expect(arena.view(total)[0]).toBe((threads * steps * (steps + 1)) / 2);
    arena.crew!.close();
  });

  it('works alone until the others are there, and starts them when there has been work', () => {
    const workers = nodeWorkers();
    const arena = new Arena({ workers }, 2);
    const count = arena.allocate([], 'int32');
    const program = parallel(arena, (f, team) => {
      add(f, count.address, (f) => f.getGlobal(team.threads));
      team.barrier(f);
    });
    arena.crew!.run(program, 0, 10);
    expect(workers.started.length).toBe(0);
    arena.crew!.run(program, 10, 2e7);
    expect(workers.started.length).toBe(1);
    expect(arena.view(count)[0]).toBe(2e7);
    arena.crew!.close();
    expect(workers.stopped).toBe(1);
  });

  it('takes up programs again that its workers have let go', async () => {
    const arena = new Arena({ workers: nodeWorkers() }, 2);
    const count = arena.allocate([], 'int32');
    const programs = Array.from({ length: 70 }, (_, i) =>
      parallel(arena, (f, team) => {
        f.getGlobal(team.thread);
        f.if(() => add(f, count.address, (f) => f.i32(i)));
        team.barrier(f);
      }),
    );
    await arena.crew!.assembled();
    for (const program of [...programs, ...programs]) arena.crew!.run(program, 0, 1);
    expect(arena.view(count)[0]).toBe(70 * 69);
    arena.crew!.close();
  });

  it('takes programs in turn, and calls that come after a pause', async () => {
    const arena = new Arena({ workers: nodeWorkers() }, 2);
    const count = arena.allocate([], 'int32');
    const counting = (by: number) =>
      parallel(arena, (f, team) => {
        f.getGlobal(team.thread).i32(1).op('i32.eq');
        f.if(() => add(f, count.address, (f) => f.i32(by)));
        team.barrier(f);
      });
    const programs = [counting(1), counting(100)];
    await arena.crew!.assembled();
    for (let turn = 0; turn < 40; turn++) {
      arena.crew!.run(programs[turn % 2]!, 0, 1);
      if (turn % 8 === 0) await new Promise((resolve) => void setTimeout(resolve, 8));
    }
    expect(arena.view(count)[0]).toBe(20 * 101);
    arena.crew!.close();
  });

  it.each([0, 1])('fails when thread %i fails, and all of it', async (failing) => {
    const arena = new Arena({ workers: nodeWorkers() }, 3);
    const program = parallel(arena, (f, team) => {
      team.barrier(f);
      f.getGlobal(team.thread).i32(failing).op('i32.eq');
      // An address outside of the memory.
      f.if(() => f.i32(-8).memory('i32.load').op('drop'));
      team.barrier(f);
    });
    await arena.crew!.assembled();
    expect(() => arena.crew!.run(program, 0, 1)).toThrow(
      failing === 0
        ? /^memory access out of bounds/
        : /a worker thread failed: .*memory access out of bounds/,
    );
  });

  it('goes on without a worker that has ended by itself', async () => {
    const workers = nodeWorkers();
    const arena = new Arena({ workers }, 3);
    const most = arena.allocate([], 'int32');
    const program = parallel(arena, (f, team) => {
      f.i32(most.address).getGlobal(team.threads).memory('i32.store');
      team.barrier(f);
    });
    await arena.crew!.assembled();
    arena.crew!.run(program, 0, 1);
    expect(arena.view(most)[0]).toBe(3);
    await workers.started[0]!.terminate();
    while (arena.crew!.ready > 2) await new Promise((resolve) => void setTimeout(resolve, 1));
    arena.crew!.run(program, 0, 1);
    expect(arena.view(most)[0]).toBe(2);
    arena.crew!.close();
  });

  it('lets its workers go when nobody has it any more', async () => {
    const workers = nodeWorkers();
    const gone = { count: 0 };
    (() => {
      const { crew } = new Arena({ workers }, 2);
      crew!.start();
      workers.started[0]!.on('exit', () => {
        gone.count++;
      });
    })();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let i = 0; i < 100 && gone.count === 0; i++) {
      collect();
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
    expect(gone.count).toBe(1);
  });
});
