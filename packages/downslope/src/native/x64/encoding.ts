import { GENERAL, type Instruction, VECTOR } from './instructions.js';

/** A row of the tables, read: places are those among the operands, or −1 where there is no such operand. */
export interface Encoding {
  /** The place of what is in the register field, and what is there when no operand is. */
  readonly reg: number;
  readonly digit: number;
  /** The place of what may be in memory, or of the register that is part of the opcode. */
  readonly rm: number;
  readonly inOpcode: boolean;
  /** The place of the register in the VEX prefix. */
  readonly v: number;
  /** The role of the last operand if it is an immediate: `b`, `f`, `i` or `s`. */
  readonly immediate: string;
  /** The place of an operand that is only the lowest 8 bits of a general register. */
  readonly byte: number;
  /** Bytes before REX, and between it and the last of the opcode. */
  readonly prefixes: readonly number[];
  readonly escapes: readonly number[];
  readonly opcode: number;
  readonly vex: Vex | undefined;
}

/** The fields of a VEX prefix that the instruction gives. */
export interface Vex {
  /** 1: 0F, 2: 0F 38, 3: 0F 3A. */
  readonly map: number;
  /** 0: none, 1: 66, 2: F3, 3: F2. */
  readonly prefix: number;
  readonly w: number;
}

const MAPS = ['', '0f', '0f38', '0f3a'];
const PREFIXES = ['', '66', 'f3', 'f2'];

function read(form: string, isVector: boolean): Encoding {
  const [roles = '', code = '', digit = '/0'] = form.split(' ');
  const tokens = code.split('.');
  const codes = bytes(tokens);
  const start = leading(tokens);
  // No regular expressions, which are slow when they are new.
  const small = roles.toLowerCase();
  const last = small.at(-1) ?? '';
  return {
    reg: small.indexOf('r'),
    digit: Number(digit.slice(1)),
    rm: Math.max(small.indexOf('m'), small.indexOf('o')),
    inOpcode: small.includes('o'),
    v: small.indexOf('v'),
    immediate: 'bfis'.includes(last) ? last : '',
    byte: [...roles].findIndex((role) => role !== role.toLowerCase()),
    prefixes: isVector ? [] : codes.slice(0, start),
    escapes: isVector ? [] : codes.slice(start, -1),
    opcode: codes.at(-1)!,
    vex: isVector ? vexOf(tokens.slice(0, -1)) : undefined,
  };
}

const bytes = (tokens: readonly string[]): number[] => tokens.map((token) => Number.parseInt(token, 16));

/** How many of the bytes are prefixes. */
const leading = (tokens: readonly string[]): number =>
  tokens.length > 1 && ['66', 'f0', 'f2', 'f3'].includes(tokens[0]!) ? 1 : 0;

const vexOf = (tokens: readonly string[]): Vex => ({
  map: Math.max(...tokens.map((token) => MAPS.indexOf(token))),
  prefix: Math.max(0, PREFIXES.indexOf(tokens[0]!)),
  w: tokens.includes('w1') ? 1 : 0,
});

const known = new Map<Instruction, Encoding>();

/** Read when it is first asked for: most programs have few of the instructions. */
export function encodingOf(name: Instruction): Encoding {
  const found = known.get(name);
  if (found !== undefined) return found;
  const isVector = name in VECTOR;
  const made = read(
    isVector ? VECTOR[name as keyof typeof VECTOR] : GENERAL[name as keyof typeof GENERAL],
    isVector,
  );
  known.set(name, made);
  return made;
}
