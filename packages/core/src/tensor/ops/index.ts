import { internal } from '../errors.js';
import type { OpRecord } from '../record.js';
import * as arithmetic from './arithmetic.js';
import { cond, part, scan, whileLoop } from './control.js';
import { dot } from './dot.js';
import * as functions from './functions.js';
import * as half from './half.js';
import * as indexed from './indexed.js';
import * as linalg from './linalg.js';
import * as line from './line.js';
import * as logic from './logic.js';
import * as move from './move.js';
import * as random from './random.js';
import * as reduce from './reduce.js';
import { windows } from './windows.js';

/** Every op there is. A new op of a known kind is one more record here; all passes and checks cover it. */
export const OPS = {
  ...arithmetic,
  ...functions,
  ...logic,
  ...half,
  ...reduce,
  ...move,
  windows,
  dot,
  ...indexed,
  ...random,
  ...line,
  ...linalg,
  scan,
  cond,
  while: whileLoop,
  part,
} satisfies Record<string, OpRecord>;

export type OpName = keyof typeof OPS;

/** The record behind a node. Inputs and constants have none: passes deal with them first. */
export function record(op: OpName | 'input' | 'constant'): OpRecord {
  if (op === 'input' || op === 'constant') throw internal(`${op} has no record`);
  return OPS[op];
}

export type ControlName = 'scan' | 'cond' | 'while';

/** True for nodes with bodies. */
export const isControl = <N extends { readonly op: OpName | 'input' | 'constant' }>(
  node: N,
): node is N & { readonly op: ControlName } =>
  node.op !== 'input' && node.op !== 'constant' && OPS[node.op].kind === 'control';
