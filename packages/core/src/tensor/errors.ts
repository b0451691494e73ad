/** Thrown for misuse: what was wrong, the value got, the way out. Anything else is a fault of ours. */
export class DownslopeError extends Error {
  override readonly name: string = 'DownslopeError';
}

/** An error in the caller's spelling. */
export const misuse = (message: string): DownslopeError => new DownslopeError(message);

/** A broken invariant of our own. */
export const internal = (message: string): Error => new Error(`internal: ${message}`);
