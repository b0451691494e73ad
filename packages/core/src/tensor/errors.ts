/** Thrown for misuse: what was wrong, the value got, the way out. Anything else is a fault of ours. */
export class DownslopeError extends Error {
  override readonly name: string = 'DownslopeError';
}

/** An error in the caller's spelling. */
export const misuse = (message: string): DownslopeError => new DownslopeError(message);

/** A value as errors name it: `null`, `"abc"`, `a Map`. */
export function called(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const kind = value.constructor?.name ?? 'nameless object';
  return `${/^[AEIOaeio]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** A broken invariant of our own. */
export const internal = (message: string): Error => new Error(`internal: ${message}`);
