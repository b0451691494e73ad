import type { Graph, Node } from '../tensor/graph.js';
import { type Arena, bytesOf, type Region } from './arena.js';
import { dotShape } from './dot-shape.js';
import { sharesWork } from './emit.js';
import { fuse } from './fuse.js';
import { type Blas, mightPay, type Native } from './host.js';
import { type Ground, type Layout, layOut, type Wiring } from './layout.js';
import { productsOfRows } from './products-of-rows.js';
import { rowBlocks } from './row-blocks.js';
import type { Schedule } from './schedule.js';
import { simplify } from './simplify.js';
import { split } from './steady.js';
import type { Streams } from './step-loop.js';
import type { Cutting } from './threads/cost.js';
import { touchedRows } from './touched-rows.js';
import { nativeFor } from './worth.js';

export interface ProgramWiring extends Wiring, Streams {}

/** What a program is arranged for, and where its arrays lie. */
interface Site extends Ground, Pick<Arena, 'host' | 'grain' | 'crew'> {}

/** Kernels in order, and where their arrays are. */
export interface Arranged {
  readonly graph: Graph;
  readonly schedule: Schedule;
  readonly layout: Layout;
}

/** All that is settled before code is written. */
interface Arrangement {
  /** What is worked out once a call, and what each step does. */
  readonly once: Arranged;
  readonly each: Arranged;
  readonly cutting: Cutting;
  readonly native: Native | undefined;
  readonly blas: Blas | undefined;
}

/**
 * graph → simplify → block rows → fuse → plan memory
 *
 * @param inMachineCode false for a program that is to be WebAssembly even where the host makes machine code
 */
export function arrange(traced: Graph, site: Site, wiring: ProgramWiring, inMachineCode = true): Arrangement {
  const graph = rowBlocks(simplify(traced));
  const { once, each } = split(graph, steadyInputs(graph, wiring));
  const handed = once.outputs.map(({ shape, dtype }) => site.allocate(shape, dtype));
  const fused = fuse(each);
  const wired = { ...wiring, inputs: [...wiring.inputs, ...handed] };
  const plain = touchedRows(each, fused, wired);
  const native = inMachineCode ? nativeFor(plain, wiring, site.host) : undefined;
  // A product may read a table later than a copy of its rows is made: what can be renewed in place depends on that.
  const schedule = native ? touchedRows(each, productsOfRows(fused), wired) : plain;
  const calls = !native && products(schedule).some((node) => mightPay(dotShape(node)));
  const blas = calls ? site.host.blas : undefined;
  const { grain } = site;
  const vector = native ? 32 : 16;
  const crew = blas && blas.library === undefined ? undefined : site.crew;
  const library = blas !== undefined;
  const among = { grain, teamed: true, threads: crew?.threads ?? 1, vector, library } as const;
  const teamed = crew !== undefined && schedule.kernels.some((kernel) => sharesWork(kernel, among));
  const cutting = { ...among, teamed };
  const layout = layOut(each, schedule, site, wired, cutting);
  const first = fuse(once);
  const begin = layOut(once, first, site, { inputs: wiring.inputs, outputs: handed }, cutting);
  return {
    once: { graph: once, schedule: first, layout: begin },
    each: { graph: each, schedule, layout },
    cutting,
    native,
    blas,
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
