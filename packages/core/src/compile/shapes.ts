import type { Arena } from './arena.js';
import type { Program } from './program.js';

/** So many programs are kept, those used last: one of a shape that comes again later is compiled anew. */
const MOST_SHAPES = 32;

/**
 * Programs for arguments of many shapes, of which one is run at a time: so all lie in the same memory, from where the arena
 * ends now, and take as much of it as the largest does. Nothing else may be allocated there from now on.
 *
 * @returns gives the piece of a key, ready to run; `make` makes it on the arena if it is not there
 */
export function shapesOn<Piece extends { readonly program: Program }>(arena: Arena) {
  const clear = arena.mark();
  /** By how long ago they were used, the longest first. */
  const kept = new Map<string, Piece>();
  let last: Piece | undefined;
  return (key: string, make: () => Piece): Piece => {
    let piece = kept.get(key);
    if (piece && piece === last) return piece;
    // Should `make` fail, it may have written over what was there.
    last = undefined;
    if (piece) piece.program.restore();
    else {
      clear();
      piece = make();
    }
    kept.delete(key);
    kept.set(key, piece);
    if (kept.size > MOST_SHAPES) kept.delete(kept.keys().next().value!);
    last = piece;
    return piece;
  };
}
