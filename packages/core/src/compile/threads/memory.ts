/** Pages that a shared memory may grow to, the most first: some engines reserve them all at once. */
const MAXIMA = [65535, 16384, 4096];

/** A memory that threads can share, if the engine gives one. */
export function sharedMemory(pages: number): { memory: WebAssembly.Memory; maximum: number } | undefined {
  for (const maximum of MAXIMA) {
    try {
      return { memory: new WebAssembly.Memory({ initial: pages, maximum, shared: true }), maximum };
    } catch {
      // Less, then.
    }
  }
  return undefined;
}
