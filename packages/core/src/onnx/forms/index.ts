import type { OpName } from '../../tensor/ops/index.js';
import type { Form } from '../form.js';
import { cond, part, scan, whileLoop } from './control.js';
import * as elementwise from './elementwise.js';
import * as fold from './fold.js';
import * as move from './move.js';

const factors = { none: 'ONNX has no factorisations and solutions of matrices' } as const;

const storage = { none: 'float16 is for what training keeps; predictions keep nothing' } as const;

/** How each op is written. */
export const FORMS: Readonly<Record<OpName, Form>> = {
  ...elementwise,
  ...move,
  ...fold,
  scan,
  cond,
  while: whileLoop,
  part,
  uniform: {
    none: "ONNX has no random numbers that are a function of a seed; a model's predictions draw none",
  },
  toHalf: storage,
  fromHalf: storage,
  cholesky: factors,
  triangularSolve: factors,
  eigh: factors,
  qr: factors,
};
