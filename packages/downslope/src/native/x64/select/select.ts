import { CONVERSIONS } from './conversions.js';
import { FLOATS } from './floats.js';
import { LANES } from './lanes.js';
import { MASKS } from './masks.js';
import { SCALARS } from './scalars.js';
import type { Selection } from './selection.js';
import { SHUFFLE } from './shuffle.js';
import { WHOLE } from './whole.js';

/**
 * By opcode (see `OPCODES`): all but control, variables, constants, memory, and the arithmetic of whole scalars that may
 * have constants. One row is for both widths of an instruction, and `wide` tells.
 */
export const SELECT: Readonly<Record<number, Selection>> = {
  ...SCALARS,
  ...FLOATS,
  ...MASKS,
  ...WHOLE,
  ...CONVERSIONS,
  ...LANES,
  ...SHUFFLE,
};
