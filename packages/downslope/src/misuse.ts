import { DownslopeError } from '@downslope/core';

/** An error in the caller's spelling: what was wrong, the value got, the way out. */
export const misuse = (message: string): DownslopeError => new DownslopeError(message);
