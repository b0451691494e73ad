import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { Carry, reduceRule } from './carry.js';
import type { Func, Global, Local } from './func.js';
import type { MathLibrary } from './kernels/math.js';
import { type Form, LaneEmit, SCALARS, vectorForm } from './lane-emit.js';
import { isPair, type Nest, type Points, type Stream } from './nest.js';
import { type Bases, Pass } from './pass.js';
import { LOAD, Pointers, pushScaled, STORE } from './pointers.js';
import {
  type Addresses,
  eachElement,
  nestFor,
  pushMoved,
  runningBytes,
  runningType,
  type Spot,
} from './running.js';
import { type LoopCut, setBounds, setShare, weightOf } from './threads/cost.js';
import { type RowList, rowList } from './touched.js';

/** Innermost loops of so few turns are written out turn by turn, unless a turn is long: pooling goes along axes of 2. */
const MOST_TURNS = 8;
const LONGEST_OUT = 48;

/** Elements of the innermost loop that come in vectors of one size. */
interface Stretch {
  readonly form: Form;
  readonly from: number;
  readonly to: number;
}

const foldInto = (totals: readonly Carry[], wide: readonly Carry[]): void =>
  wide.forEach((carry, i) => {
    carry.foldInto(totals[i]!);
  });

/** Writes the instructions of one loop nest. */
export class LoopWriter {
  readonly #nest: Nest;
  readonly #pointers: Pointers;
  readonly #bases: Bases;
  /** The turns of the outermost loop that are to be done, when it is cut. */
  readonly #bounds: { readonly from: Local; readonly to: Local } | undefined;
  /** The rows that the outermost loop visits, when these are not all. */
  readonly #visits: RowList | undefined;
  /** Running values that stay in registers from the first turn of all to the last: of elements, and of each stretch of vectors. */
  #kept: { readonly carries: readonly Carry[]; readonly wide: readonly (readonly Carry[])[] } | undefined;
  /** How far from the first chunk's running values those of this one are. */
  readonly #parts = new Map<Node, Local>();
  /** How far arrays have moved: those that are read, written and folded into, and those that results are delivered to. */
  readonly #shifted: ReadonlyMap<Node, Local>;
  readonly #delivered: ReadonlyMap<Node, Local>;

  constructor(
    readonly f: Func,
    readonly points: Points,
    readonly at: Addresses,
    readonly math: MathLibrary,
    readonly cut?: LoopCut,
  ) {
    this.#nest = nestFor(points, cut);
    this.#visits = points.visits && rowList(points.visits, at.beside(points.visits));
    if (cut || this.#visits) this.#bounds = { from: f.local('i32'), to: f.local('i32') };
    if (cut?.partial) for (const node of points.reduces) this.#parts.set(node, f.local('i32'));
    const inPlace = (node: Node): boolean => !cut?.partial && runningType(this.#nest, node) === node.dtype;
    const running = (node: Node): Spot => (inPlace(node) ? at.place(node) : at.beside(node));
    this.#delivered = this.#shifts(points.reduces, at.place);
    this.#shifted = new Map([
      ...this.#shifts(
        this.#streams().flatMap(({ base, picked }) => [base, ...(picked ? [picked.index] : [])]),
        at.place,
      ),
      ...(cut?.partial ? this.#parts : this.#shifts(points.reduces, running)),
    ]);
    const array = (node: Node): number => at.place(node).address;
    this.#pointers = new Pointers(f, this.#nest.extents, this.#shifted, array);
    this.#bases = {
      array,
      running: (node) => running(node).address,
    };
  }

  /** Arrays that are read, written and added into. */
  #streams(): readonly Stream[] {
    const { loads, stores, adds } = this.#nest;
    return [...loads.values(), ...stores.values(), ...adds.values()];
  }

  /** How far those of these arrays have moved that do, for as long as the loop runs. */
  #shifts(nodes: readonly Node[], spot: (node: Node) => Spot): Map<Node, Local> {
    const shifts = new Map<Node, Local>();
    for (const node of new Set(nodes)) {
      const { moved } = spot(node);
      if (moved) shifts.set(node, 'type' in moved ? moved : this.#fixed(moved));
    }
    return shifts;
  }

  /** What a variable of the module is now. */
  #fixed(global: Global): Local {
    const local = this.f.local('i32');
    this.f.getGlobal(global).set(local);
    return local;
  }

  /** One chunk, or those from one up to another. */
  writeChunks(chunk: Local, end?: Local): void {
    const { f } = this;
    const { from, to } = this.#bounds!;
    const extent = this.#nest.extents[0]!;
    f.get(chunk).set(from);
    if (end) f.get(end).set(to);
    else f.get(chunk).i32(1).op('i32.add').set(to);
    if (this.#visits) setShare(f, this.cut!, () => this.#pushCount(), from, to);
    else setBounds(f, this.cut!, extent, from, to);
    for (const [node, part] of this.#parts)
      pushMoved(pushScaled(f, chunk, runningBytes(node)), this.at.beside(node).moved).set(part);
    this.write();
  }

  write(): void {
    const { empty, inRegisters, folds } = this.#nest;
    const inMemory = [...folds.keys()].filter(() => empty || !inRegisters);
    for (const node of inMemory) this.#clear(node);
    if (this.#visits && !this.cut) {
      const { from, to } = this.#bounds!;
      this.f.i32(0).set(from);
      this.#pushCount().set(to);
    }
    if (!empty) this.#keeping(() => this.#loops(0));
    if (!this.cut?.partial) for (const node of inMemory) this.#deliver(node);
  }

  #loops(depth: number): void {
    const { extents } = this.#nest;
    const { counters } = this.#pointers;
    const next = (): void => this.#loops(depth + 1);
    if (depth >= extents.length - 1) this.#innermost();
    else if (depth === 0 && this.#bounds) {
      const { from, to } = this.#bounds;
      if (this.#visits) this.#visit(this.#visits, from, to, next);
      else this.f.get(from).set(counters[0]!).countOn(counters[0]!, to, 1, next);
    } else this.f.count(counters[depth]!, 0, extents[depth]!, 1, next);
  }

  /** Pushes how many rows are visited. */
  #pushCount(): Func {
    const { count, moved } = this.#visits!;
    return pushMoved(this.f.i32(0), moved).memory('i32.load', count);
  }

  /** Goes through a part of a list of rows. */
  #visit({ list, moved }: RowList, from: Local, to: Local, next: () => void): void {
    const { f } = this;
    f.countOn(from, to, 1, () => {
      pushMoved(pushScaled(f, from, 4), moved)
        .memory('i32.load', list)
        .set(this.#pointers.counters[0]!);
      next();
    });
  }

  /** The innermost loop: vectors as far as they go, scalars for the rest. */
  #innermost(): void {
    const { extents, folded } = this.#nest;
    this.#enter();
    const scalar = new LaneEmit(this.f, SCALARS, this.math);
    const extent = extents.at(-1);
    if (extent === undefined) {
      this.#pass(scalar).run();
      return;
    }
    const kept = this.#kept;
    const carries = kept?.carries ?? (folded.at(-1) ? this.#carries(scalar) : []);
    const stretches = this.#stretches(extent);
    stretches.forEach(({ form, from, to }, at) => {
      const lanes = new LaneEmit(this.f, form, this.math);
      const wide = kept?.wide[at] ?? (folded.at(-1) ? this.#carries(lanes) : []);
      this.#count(from, to, this.#pass(lanes, wide));
      if (!kept) foldInto(carries, wide);
    });
    // Constants that are set within a loop without a turn are of no use behind it.
    const single = this.#bounds ? new LaneEmit(this.f, SCALARS, this.math) : scalar;
    const done = stretches.at(-1)?.to ?? 0;
    if (done < extent) this.#count(done, extent, this.#pass(single, carries));
    if (!kept) for (const carry of carries) this.#flush(carry);
  }

  #carries(emit: LaneEmit): Carry[] {
    return [...this.#nest.folds.keys()].map((node) => new Carry(emit, node));
  }

  /** Rows that are visited are short: what is summed over all of them stays in registers from one to the next. */
  #keeping(loops: () => void): void {
    const { folded, extents, folds } = this.#nest;
    if (!this.#visits || folds.size === 0 || folded.includes(false)) {
      loops();
      return;
    }
    const emit = (form: Form): LaneEmit => new LaneEmit(this.f, form, this.math);
    const carries = this.#carries(emit(SCALARS));
    const wide = this.#stretches(extents.at(-1)!).map(({ form }) => this.#carries(emit(form)));
    this.#kept = { carries, wide };
    loops();
    for (const some of wide) foldInto(carries, some);
    for (const carry of carries) this.#flush(carry);
  }

  /** What vectors take of so many elements, the largest first: smaller ones take what these leave. */
  #stretches(extent: number): readonly Stretch[] {
    const { width } = this.#nest;
    if (width === 1) return [];
    const sizes = this.math.vector === 32 ? ([32, 16] as const) : ([16] as const);
    let from = 0;
    return sizes.flatMap((size) => {
      const form = vectorForm(size, width === 2 ? 8 : 4);
      const to = this.#inVectors(extent, form.width);
      const stretch = { form, from, to };
      from = Math.max(from, to);
      return stretch.to > stretch.from ? [stretch] : [];
    });
  }

  /** How many elements vectors take. If they take every second one, and not pairs, the last would read one too many. */
  #inVectors(extent: number, width: number): number {
    const { loads, turns } = this.#nest;
    const pairs = (stream: Stream): boolean => turns === 2 && isPair(stream);
    const second = [...loads.values()].some((stream) => stream.strides.at(-1) === 2 && !pairs(stream));
    const most = second ? extent - 1 : extent;
    return most - (most % width);
  }

  #pass(emit: LaneEmit, carries: readonly Carry[] = []): Pass {
    return new Pass(emit, this.points, this.#nest, this.#bases, this.#pointers, carries);
  }

  #count(from: number, to: number, pass: Pass): void {
    pass.hoist();
    const counter = this.#pointers.counters.at(-1)!;
    const { width } = pass.emit;
    const turns = (to - from) / width;
    if (this.#bounds && this.#nest.extents.length === 1) this.#countWithin(this.#bounds, from, to, pass);
    else if (turns <= MOST_TURNS && turns * weightOf(this.points.body) <= LONGEST_OUT)
      this.#writtenOut(from, to, pass);
    else this.f.count(counter, from, to, width, () => pass.run());
  }

  #writtenOut(from: number, to: number, pass: Pass): void {
    for (let at = from; at < to; at += pass.emit.width) {
      this.#pointers.turn = at;
      pass.run();
    }
    this.#pointers.turn = undefined;
  }

  /** The turns between two constants that are to be done. */
  #countWithin(bounds: { from: Local; to: Local }, from: number, to: number, pass: Pass): void {
    const { f } = this;
    const counter = this.#pointers.counters[0]!;
    const end = f.local('i32');
    f.get(bounds.from).i32(from).get(bounds.from).i32(from).op('i32.gt_s').op('select').set(counter);
    f.get(bounds.to).i32(to).get(bounds.to).i32(to).op('i32.lt_s').op('select').set(end);
    f.countOn(counter, end, pass.emit.width, () => pass.run());
  }

  #enter(): void {
    for (const stream of this.#streams()) this.#pointers.enter(stream, stream.dtype);
    for (const [node, stream] of this.#nest.folds)
      this.#pointers.enter(stream, runningType(this.#nest, node));
  }

  /** Hands over what the innermost loop has folded: as the result, or to the running values in memory. */
  #flush({ node, emit, scalar }: Carry): void {
    const dtype = runningType(this.#nest, node);
    const { push, offset } = this.#pointers.to(
      this.#nest.folds.get(node)!,
      dtype,
      this.#bases.running(node),
      false,
    );
    push();
    if (this.#nest.inRegisters) emit.push(emit.cast(scalar, dtype));
    else {
      push().memory(LOAD[dtype], offset);
      emit.push(reduceRule(node).emit(emit, emit.take(dtype), scalar));
    }
    this.f.memory(STORE[dtype], offset);
  }

  /** Fills running values with the identity. */
  #clear(node: Node): void {
    const dtype = runningType(this.#nest, node);
    const emit = new LaneEmit(this.f, SCALARS, this.math);
    const identity = emit.constant(reduceRule(node).identity(node.dtype), dtype);
    this.#eachResult(node, (index) => {
      this.#pushElement(index, dtype, this.#shifted.get(node));
      emit.push(identity).memory(STORE[dtype], this.#bases.running(node));
    });
  }

  /** Turns running values of a wider type into the result. */
  #deliver(node: Node): void {
    const dtype = runningType(this.#nest, node);
    if (dtype === node.dtype) return;
    const emit = new LaneEmit(this.f, SCALARS, this.math);
    this.#eachResult(node, (index) => {
      this.#pushElement(index, node.dtype, this.#delivered.get(node));
      this.#pushElement(index, dtype, this.#shifted.get(node)).memory(LOAD[dtype], this.#bases.running(node));
      emit.push(emit.cast(emit.take(dtype), node.dtype)).memory(STORE[node.dtype], this.#bases.array(node));
    });
  }

  #pushElement(index: Local, dtype: DType, shift: Local | undefined): Func {
    pushScaled(this.f, index, BYTES[dtype]);
    return shift ? this.f.get(shift).op('i32.add') : this.f;
  }

  /** Each result that these turns fold into: with bounds on what is not folded, a stretch of them. */
  #eachResult(node: Node, body: (index: Local) => void): void {
    const { f } = this;
    if (!this.cut || this.cut.partial) {
      eachElement(f, 0, sizeOf(node.shape), body);
      return;
    }
    const [stride] = this.#nest.folds.get(node)!.strides;
    const ends = [this.#bounds!.from, this.#bounds!.to].map((bound) => {
      const end = f.local('i32');
      pushScaled(f, bound, stride!).set(end);
      return end;
    });
    f.countOn(ends[0]!, ends[1]!, 1, () => body(ends[0]!));
  }
}
