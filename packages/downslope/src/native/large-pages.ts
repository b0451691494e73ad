import koffi from 'koffi';

/** MADV_HUGEPAGE of madvise(2). */
const HUGE = 14;
/** Smaller memories have few whole pages of 2 MB. */
const LEAST = 2 ** 22;

/**
 * Asks Linux to hold a memory in pages of 2 MB in place of 4 KB: a processor has few addresses of pages at hand, and
 * else looks many up in memory while it goes through large arrays. (NumPy does so, too.) Without effect where the system
 * knows no such pages, on memory that was written before, and on other systems.
 */
export function useLargePages(memory: WebAssembly.Memory): void {
  if (process.platform !== 'linux' || memory.buffer.byteLength < LEAST) return;
  known ??= { madvise: findMadvise() };
  const bytes = new Uint8Array(memory.buffer);
  known.madvise?.(koffi.address(bytes), bytes.length, HUGE);
}

type Madvise = (address: bigint, bytes: number, advice: number) => number;

let known: { readonly madvise: Madvise | undefined } | undefined;

/** The function of whatever C library this process runs on. */
function findMadvise(): Madvise | undefined {
  try {
    return koffi.load(null).func('int madvise(uintptr_t address, size_t bytes, int advice)') as Madvise;
  } catch {
    return undefined;
  }
}
