import type { Node } from '../tensor/graph.js';
import { scanOf } from '../tensor/ops/control.js';
import { bytesOf, type Region } from './arena.js';
import { type Surroundings, type Wired, wire } from './control-wire.js';
import type { Emission } from './emit.js';
import type { Func, FuncRef, Local } from './func.js';
import { type At, type Place, pushPlace, type Wiring } from './layout.js';
import type { Body, ControlKernel } from './schedule.js';
import type { Lockstep } from './threads/barrier.js';
import type { Cutting } from './threads/cost.js';
import { copyTask, type Extent, sequence, type Task } from './threads/tasks.js';
import { turnsCut, uncut } from './turns-cut.js';
import type { WasmModule } from './wasm.js';

// A body is compiled once, as a function that works at fixed addresses. Carries lie where their last values are wanted,
// and a body renews them in place; captured values are read where they lie, and so are slices, through a global that says
// how far the loop has moved on. (Only what loops and products read: else they are copied in.) Results that are to be
// stacked are copied out.
// Where threads share the turns, each has scratch memory of its own for them: all addresses in it are moved on by a global
// that knows the thread. Results are stacked where they are made then.

/** Bytes that a control kernel needs beside its results. */
export function controlRoom(
  kernel: ControlKernel,
  cutting: Cutting,
  scratchOf: (body: Body, wiring: Wiring, cutting: Cutting) => number,
): number {
  const apart = { place: (node: Node) => ({ address: -1 - node.id }), shift: undefined };
  const shares = turnsCut(kernel, cutting) !== undefined;
  const { wirings, bytes } = wire(kernel, apart, 0, () => ({ index: 0 }), shares);
  const within = shares ? uncut(cutting) : cutting;
  const room = bytes + Math.max(...kernel.bodies.map((body, i) => scratchOf(body, wirings[i]!, within)));
  return shares && cutting.teamed ? cutting.threads * aligned(room) : room;
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Writes a scan as a function of some of its turns. Each thread works in scratch memory of its own. */
export function sharedTurns(
  module: WasmModule,
  kernel: ControlKernel,
  layout: Surroundings & { room(node: Node): Extent },
  { writeBody, team, cutting }: Pick<Emission, 'writeBody' | 'team' | 'cutting'>,
): FuncRef {
  const shift = team ? module.global() : undefined;
  const own = { place: layout.place, shift };
  const room = layout.room(kernel.node);
  const size = team ? room.bytes / cutting.threads : room.bytes;
  const wired = wire(kernel, own, room.address, () => module.global(), true);
  const scratch = { address: room.address + wired.bytes, bytes: size - wired.bytes, shift };
  const within = { team: undefined, cutting: uncut(cutting) };
  const body = writeBody(kernel.bodies[0]!, wired.wirings[0]!, scratch, within);
  return module.func(['i32', 'i32'], [], (f, from, to) => {
    if (team) f.getGlobal(team.thread).i32(size).op('i32.mul').setGlobal(shift!);
    turns(f, kernel, own, wired, body, undefined, (t, turn) => f.get(from!).set(t).countOn(t, to!, 1, turn));
  });
}

/** Writes a node with bodies as a function. A team runs all of it in lock-step. */
export function controlKernel(
  module: WasmModule,
  kernel: ControlKernel,
  at: Surroundings & { room(node: Node): Extent },
  { writeBody, team, cutting }: Pick<Emission, 'writeBody' | 'team' | 'cutting'>,
): FuncRef {
  const room = at.room(kernel.node);
  const wired = wire(kernel, at, room.address, () => module.global());
  const { wirings, bytes } = wired;
  const scratch = { address: room.address + bytes, bytes: room.bytes - bytes, shift: at.shift };
  const bodies = kernel.bodies.map((body, i) => writeBody(body, wirings[i]!, scratch, { team, cutting }));
  const operand = (i: number): At => at.place(kernel.operands[i]!.base);
  const begin = (f: Func): void => {
    const carries = Number(kernel.node.params.carries);
    const copies = wirings[0]!.inputs
      .slice(0, carries)
      .map((region, i) => copyTask({ from: operand(i), to: region, bytes: bytesOf(region) }));
    sequence(f, copies, team);
  };
  switch (kernel.node.op) {
    case 'cond':
      return module.func([], [], (f) => {
        pushPlace(f, operand(0)).memory('i32.load');
        f.if(
          () => f.call(bodies[0]!),
          () => f.call(bodies[1]!),
        );
      });
    case 'while':
      return module.func([], [], (f) => {
        begin(f);
        f.block(() => {
          f.loop(() => {
            const stops = f.local('i32');
            pushPlace(f.call(bodies[0]!), wirings[0]!.outputs[0]!)
              .memory('i32.load')
              .op('i32.eqz')
              .set(stops);
            // All have looked before the next turn decides anew.
            if (team) team.barrier(f);
            f.get(stops).brIf(1).call(bodies[1]!).br(0);
          });
        });
      });
    default:
      return module.func([], [], (f) => {
        begin(f);
        const { length } = scanOf(kernel.node.params);
        turns(f, kernel, at, wired, bodies[0]!, team, (t, turn) => f.count(t, 0, length, 1, turn));
      });
  }
}

/** The turns of a scan. */
function turns(
  f: Func,
  { node, operands, parts, bodies }: ControlKernel,
  { place }: Surroundings,
  { wirings, travelling }: Wired,
  body: FuncRef,
  team: Lockstep | undefined,
  loop: (t: Local, turn: () => void) => void,
): void {
  const { carries, stacks, length, reverse, body: whole } = scanOf(node.params);
  const { inputs, outputs } = wirings[0]!;
  if (length === 0) return;
  const t = f.local('i32');
  const pushSlice = ({ address, moved }: At, bytes: number): Func => {
    f.i32(reverse ? address + (length - 1) * bytes : address)
      .get(t)
      .i32(reverse ? -bytes : bytes)
      .op('i32.mul')
      .op('i32.add');
    return moved ? f.getGlobal(moved).op('i32.add') : f;
  };
  const stacked = parts.flatMap((part) => {
    const i = Number(part.params.index);
    return i < carries
      ? []
      : [{ to: place(part), output: whole.outputs[i]!, at: bodies[0]!.results.indexOf(i) }];
  });
  const copy = (to: () => void, from: () => void, region: Region): Task => ({
    reads: [],
    writes: [],
    chunks: 'lone',
    write() {
      to();
      from();
      f.i32(bytesOf(region)).copy();
    },
  });
  const lies = (region: Place) => () => pushPlace(f, region);
  const sliced = (base: At, region: Region) => () => pushSlice(base, bytesOf(region));
  const slices = inputs.slice(carries, carries + stacks).map((slot, i) => {
    return { slot, base: place(operands[carries + i]!.base) };
  });
  const made = stacked.flatMap(({ to, at }) => (at < 0 ? [] : [{ slot: outputs[at]!, base: to }]));
  const isCopied = ({ slot }: { slot: Place }): boolean => !travelling.has(slot);
  const before = [
    ...slices.filter(isCopied).map(({ slot, base }) => copy(lies(slot), sliced(base, slot), slot)),
    // What a turn begins with may be asked for, too: before it is renewed.
    ...stacked
      .filter(({ at }) => at < 0)
      .map(({ to, output }) => {
        const from = inputs[whole.inputs.indexOf(output)]!;
        return copy(sliced(to, from), lies(from), from);
      }),
  ];
  const after = made.filter(isCopied).map(({ slot, base }) => copy(sliced(base, slot), lies(slot), slot));
  loop(t, () => {
    for (const { slot, base } of [...slices, ...made]) {
      const moved = travelling.get(slot);
      if (moved) pushSlice({ ...base, address: 0 }, bytesOf(slot)).setGlobal(moved);
    }
    const turn: Task = { reads: [], writes: [], chunks: 'all', write: () => f.call(body) };
    sequence(f, [...before, turn, ...after], team);
  });
}
