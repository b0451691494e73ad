import { check, count } from '../tensor/checks.js';
import { BYTES, type DType, type TypedArray, viewOf } from '../tensor/dtype.js';
import { DownslopeError } from '../tensor/errors.js';
import { describe } from '../tensor/ops/define.js';
import type { Spec } from '../tensor/record.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Host } from './host.js';
import { BOARD } from './threads/board.js';
import { pageWorkers } from './threads/browser.js';
import { GRAIN } from './threads/cost.js';
import { Crew } from './threads/crew.js';
import { sharedMemory } from './threads/memory.js';

/** A place in an arena's memory for an array. */
export interface Region {
  readonly address: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

export const bytesOf = ({ shape, dtype }: Spec): number => sizeOf(shape) * BYTES[dtype];

/** How many threads share the work: so many, or as many as the machine has. */
export type Threads = number | 'auto';

/** @throws when it is neither a number of threads nor `'auto'` */
export function checkThreads(threads: Threads): void {
  if (threads !== 'auto') check('threads', threads, count, " or 'auto'");
}

export const PAGE = 65536;
/** All that 32 bits reach but the last page: so the end of an array is an address, too, and no sum of addresses wraps round. */
const MOST_PAGES = 65535;
/**
 * From so many bytes on there is room behind the last array where the host may ask for large pages: they are of 2 MB, and a
 * memory that ends within one has small ones there, which they stay once they are written.
 */
const LARGE = 2 ** 22;
const ROOM = 2 ** 21;
/** Regions begin at cache lines. */
export const ALIGNMENT = 64;

/**
 * One memory that several programs share: parameters, optimizer state, data and results stay at their addresses from
 * one program to the next, and all programs use one scratch region as large as the largest of them needs.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** The threads that run the arena's programs, if there may be several. */
  readonly crew: Crew | undefined;
  /** Pages that the memory may grow to. */
  readonly maximum: number;
  /** Bytes that it may. */
  readonly #limit: number;
  #top = ALIGNMENT;
  #scratch = { address: 0, bytes: 0 };

  /**
   * @param host what the arena's programs may use beside WebAssembly
   * @param threads how many may run a program together, this one included; 1 also where there can be no others
   */
  constructor(
    readonly host: Host = {},
    threads: Threads = 1,
    /** The least cost of what is cut into chunks; other values are for tests. */
    readonly grain = GRAIN,
  ) {
    checkThreads(threads);
    const workers = threads === 1 ? undefined : (host.workers ?? pageWorkers());
    const count = threads === 'auto' ? (workers?.available ?? 1) : threads;
    const shared = workers && count > 1 ? sharedMemory(1) : undefined;
    this.memory = shared?.memory ?? new WebAssembly.Memory({ initial: 1 });
    this.maximum = shared?.maximum ?? MOST_PAGES;
    this.#limit = limitOf(host, this.maximum);
    if (!shared) return;
    this.crew = new Crew(shared.memory, workers!, count);
    this.#top = BOARD.bytes;
  }

  /** Room for an array: zeros at first, if nothing has been there before a {@link mark}. */
  allocate(shape: Shape, dtype: DType): Region {
    const spec = { shape, dtype };
    return { address: this.#take(bytesOf(spec), () => describe(spec)), ...spec };
  }

  /** Bytes that can still be allocated. */
  get room(): number {
    return this.#limit - this.#top;
  }

  /**
   * The address of at least `bytes` of scratch, the same for all programs that find it large enough.
   *
   * @param arrays that it is for, should there be too little
   */
  scratch(bytes: number, arrays: () => readonly Wanted[] = () => []): number {
    const what = (): string => {
      const all = arrays();
      return `what is worked out on the way${all.length > 0 ? ` (the largest is ${inWords(largestOf(all))})` : ''}`;
    };
    if (bytes > this.#scratch.bytes) this.#scratch = { address: this.#take(bytes, what), bytes };
    return this.#scratch.address;
  }

  /** Remembers what has been allocated. The function returned gives back all that came later, scratch memory included. */
  mark(): () => void {
    const [top, scratch] = [this.#top, this.#scratch];
    return () => {
      this.#top = top;
      this.#scratch = scratch;
    };
  }

  /** The region's elements, where they are. A view is good until the arena grows: take it, use it, drop it. */
  view({ address, shape, dtype }: Region): TypedArray {
    return viewOf(dtype, this.memory.buffer, address, sizeOf(shape));
  }

  /** A copy of the region's elements. */
  read(region: Region): TypedArray {
    return this.view(region).slice();
  }

  /** Sets the region's elements, converting to its element type. */
  write(region: Region, data: ArrayLike<number>): void {
    this.view(region).set(data);
  }

  #take(bytes: number, what: () => string): number {
    const address = this.#top;
    const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const limit = this.#limit;
    if (end > limit)
      throw new OutOfMemory(
        `out of memory: ${what()} needs ${megabytes(bytes)}, and of ${megabytes(limit)} ${left(this)}; ` +
          'use fewer rows, smaller batches or float32',
      );
    const room = this.host.grown && end >= LARGE ? Math.min(end + ROOM, limit) : end;
    const missing = Math.ceil(room / PAGE) - this.memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#grow(missing, end);
    this.#top = end;
    return address;
  }

  #grow(pages: number, end: number): void {
    try {
      this.memory.grow(pages);
    } catch {
      throw new OutOfMemory(`out of memory: the machine does not give ${megabytes(end)} in one piece`);
    }
    this.host.grown?.(this.memory);
  }
}

/** Bytes that so many pages have, or as many of them as the host lets one take. */
function limitOf({ memory }: Host, pages: number): number {
  if (memory === undefined) return pages * PAGE;
  check('host.memory', memory, count);
  return Math.min(pages * PAGE, memory);
}

/** More was asked for than a program's memory can hold, or the machine gives. */
export class OutOfMemory extends DownslopeError {}

/** What is there in words: no more of it than there is. */
export const left = ({ room }: Pick<Arena, 'room'>): string =>
  `${Math.max(0, Math.floor(room / 2 ** 20))} MB are left`;

/** An array that is to be laid down, under the caller's name for it. */
export interface Wanted extends Spec {
  readonly name: string;
}

/** `argument 1, float32[1000, 20], 1 MB` */
export const inWords = (wanted: Wanted): string =>
  `${wanted.name}, ${describe(wanted)}, ${megabytes(bytesOf(wanted))}`;

export const largestOf = <Array extends Spec>(specs: readonly Array[]): Array =>
  specs.reduce((a, b) => (bytesOf(b) > bytesOf(a) ? b : a));

export const bytesOfAll = (specs: readonly Spec[]): number =>
  specs.reduce((sum, spec) => sum + bytesOf(spec), 0);

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;
