import type { ControlName } from '../tensor/ops/index.js';
import { condRule } from './control-cond.js';
import type { ControlRule } from './control-rule.js';
import { scanRule } from './control-scan.js';
import { whileRule } from './control-while.js';

/** The derivatives of the ops with bodies. */
export const CONTROL: Record<ControlName, ControlRule> = { scan: scanRule, cond: condRule, while: whileRule };
