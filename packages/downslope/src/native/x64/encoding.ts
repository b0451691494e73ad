import { GENERAL, type Instruction, VECTOR } from './instructions.js';

/** A row of the tables, read. */
export interface Encoding {
  /** Roles of the operands in order, in small letters. */
  readonly roles: string;
  /** Which of them is only the lowest 8 bits of a general register, or −1. */
  readonly byte: number;
  /** Bytes before REX. */
  readonly prefixes: readonly number[];
  readonly opcode: readonly number[];
  /** In the register field when no operand is. */
  readonly digit: number;
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
  const opcode = isVector ? [tokens.at(-1)!] : tokens.slice(leading(tokens));
  return {
    roles: roles.toLowerCase(),
    byte: [...roles].findIndex((role) => role !== role.toLowerCase()),
    prefixes: isVector ? [] : bytes(tokens.slice(0, leading(tokens))),
    opcode: bytes(opcode),
    digit: Number(digit.slice(1)),
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

export const ENCODINGS = Object.fromEntries([
  ...Object.entries(GENERAL).map(([name, form]) => [name, read(form, false)]),
  ...Object.entries(VECTOR).map(([name, form]) => [name, read(form, true)]),
]) as Readonly<Record<Instruction, Encoding>>;
