import { writeSafetensors } from '../../data/safetensors.js';
import type { Essence, TableModelFiles } from './model.js';

export const FORMAT = 'downslope table model';
/** Goes up when an older reader would misunderstand. */
export const VERSION = 1;

/** The model as files. */
export function filesOf({ target, encoder, network, dtype, params }: Essence): TableModelFiles {
  const description = { format: FORMAT, version: VERSION, dtype, network, target, encoder };
  return {
    'model.json': `${JSON.stringify(description, null, 2)}\n`,
    'weights.safetensors': writeSafetensors(params as object),
  };
}
