import { type Assembler, type Mem, RAX, RCX, RDI, RDX, type Reg, RSI, RSP } from '../assembler.js';
import { above } from '../frame.js';
import { BORROWED } from '../registers.js';
import { rows } from './rows.js';
import type { Place, Selection } from './selection.js';

type Name = Parameters<Assembler['op']>[0];

/** The address comes first among the operands, as a {@link Mem}. */
const load = (gives: 'i' | 'v', name: Name, size: 4 | 8 | 16 | 32 = 4): Selection => ({
  takes: 'i',
  gives,
  emit: (asm, { out, a: address }) => void asm.op(name, size, out, address),
});

/** Of 128 or 256 bits. */
const loadVector = (name: Name): Selection => ({
  takes: 'i',
  gives: 'v',
  emit: (asm, { out, a: address, wide }) => void asm.op(name, wide ? 32 : 16, out, address),
});

const store = (takes: 'ii' | 'iv', name: Name, size: 4 | 8 | 16 | 32 = 4): Selection => ({
  takes,
  gives: '',
  emit: (asm, { a: address, b: value }) => void asm.op(name, size, address, value),
});

/** Into one lane; the others stay. */
const loadLane = (name: Name): Selection => ({
  takes: 'iv',
  gives: 'v',
  emit: (asm, { out, a: address, b: vector, imm }) =>
    void asm.op(name, 16, out, vector, address, imm as number),
});

/** The first so many words. */
const MASKS = Array.from({ length: 9 }, (_, count) => {
  const words = Int32Array.from({ length: 8 }, (_, i) => (i < count ? -1 : 0));
  return new Uint8Array(words.buffer);
});

const maskOf = (asm: Assembler, words: number): Mem => asm.constant(MASKS[words]!);

/** Loads of so many words that need no mask: they clear all above. */
const PLAIN: Readonly<Record<number, Name>> = { 1: 'vmovss', 2: 'vmovsd', 4: 'vmovups' };

/** `futex` of Linux, and what it is asked for on memory of this process alone. */
const FUTEX = 202;
const WAIT = 128;
const WAKE = 129;
/** Nanoseconds until a sleeper looks up by itself. */
const NAP = 10_000_000;
/** What `memory.atomic.wait32` gives; a signal is no different from being woken. */
const [WOKEN, CHANGED, TIMED_OUT] = [0, 1, 2] as const;
/** What the system gives when the word is another one, and when the time is over. */
const EAGAIN = -11;
const ETIMEDOUT = -110;

/** Calls the system with rdi and rsi kept; `set` puts the arguments in place, with the address in rax. */
function callSystem(asm: Assembler, set: () => void): void {
  asm.op('push', 8, RDI).op('push', 8, RSI);
  asm.op('mov', 8, RDI, RAX);
  set();
  asm.loadWord(RAX, FUTEX).op('syscall', 4);
  asm.op('pop', 8, RSI).op('pop', 8, RDI);
}

/**
 * Sleeps until it is woken, the word is another one, or the time (in nanoseconds, forever if negative) is over. It looks up now
 * and then, as others than those who run this code may have changed the word.
 */
function writeWait(asm: Assembler, { out, a: address, b: expected, c: timeout }: Place): void {
  const [again, end] = [asm.label(), asm.label()];
  const [rest, time] = [timeout as Reg, BORROWED[0]!];
  asm.op('lea', 8, RAX, address).op('mov', 4, RDX, expected);
  // How long to sleep, in seconds and nanoseconds; the address; the time that is left.
  const [seconds, nanoseconds] = [above(RSP, 0), above(RSP, 8)];
  const [place, remaining] = [above(RSP, 16), above(RSP, 24)];
  asm.op('subImm', 8, RSP, 32);
  asm.op('movTo', 8, place, RAX).op('movTo', 8, remaining, rest);
  asm.loadWord(RAX, 0).op('movTo', 8, seconds, RAX);
  asm.loadWord(RAX, NAP).op('movTo', 8, nanoseconds, RAX);
  asm.bind(again);
  asm.op('mov', 8, time, RSP).op('mov', 8, RAX, place);
  callSystem(asm, () => asm.loadWord(RSI, WAIT));
  const outcome = (result: number): void => void asm.loadWord(RCX, result);
  outcome(CHANGED);
  asm.op('cmpImm', 4, RAX, EAGAIN).jumpIf('e', end);
  outcome(WOKEN);
  asm.op('cmpImm', 4, RAX, ETIMEDOUT).jumpIf('ne', end);
  asm.op('cmpImm', 8, remaining, 0).jumpIf('l', again);
  outcome(TIMED_OUT);
  asm.op('subImm', 8, remaining, NAP).jumpIf('g', again);
  asm.bind(end);
  asm.op('addImm', 8, RSP, 32).op('mov', 4, out, RCX);
}

/** Loads, stores, and what else has an address, by code: the first operand is a {@link Mem} there. */
export const MEMORY_CODES = rows({
  'i32.load': load('i', 'mov', 4),
  'i64.load': load('i', 'mov', 8),
  'f32.load': load('v', 'vmovss', 16),
  'f64.load': load('v', 'vmovsd', 16),
  'i32.load8_u': load('i', 'movzx8', 4),
  'i32.load16_u': load('i', 'movzx16', 4),
  'i32.store': store('ii', 'movTo', 4),
  'i64.store': store('ii', 'movTo', 8),
  'f32.store': store('iv', 'vmovssTo', 16),
  'f64.store': store('iv', 'vmovsdTo', 16),
  'i32.store16': store('ii', 'mov16To', 4),
  // vectors
  'v128.load': loadVector('vmovups'),
  'v128.load16x4_u': load('v', 'vpmovzxwd', 16),
  'v128.load16_splat': load('v', 'vpbroadcastw', 16),
  'v128.load32_splat': loadVector('vbroadcastss'),
  'v128.load64_splat': {
    takes: 'i',
    gives: 'v',
    emit: (asm, { out, a: address, wide }) =>
      void (wide ? asm.op('vbroadcastsd', 32, out, address) : asm.op('vmovddup', 16, out, address)),
  },
  'v128.store': {
    takes: 'iv',
    gives: '',
    emit: (asm, { a: address, b: value, wide }) => void asm.op('vmovupsTo', wide ? 32 : 16, address, value),
  },
  'v128.load32_lane': loadLane('vpinsrd'),
  'v128.load64_lane': loadLane('vpinsrq'),
  'v128.store32_lane': {
    takes: 'iv',
    gives: '',
    emit: (asm, { a: address, b: vector, imm }) =>
      void asm.op('vextractps', 16, address, vector, imm as number),
  },
  'v128.store64_lane': {
    takes: 'iv',
    gives: '',
    emit: (asm, { a: address, b: vector, imm }) =>
      void asm.op(imm === 0 ? 'vmovlpsTo' : 'vmovhpsTo', 16, address, vector),
  },
  'v128.load32_zero': load('v', 'vmovss', 16),
  'v128.load64_zero': load('v', 'vmovsd', 16),
  // vectors of 256 bits
  'v256.load_first': {
    takes: 'i',
    gives: 'v',
    emit(asm, { out, a: address, imm }) {
      const words = imm as number;
      const plain = PLAIN[words];
      if (plain) asm.op(plain, 16, out, address);
      else asm.op('vmovups', 32, out, maskOf(asm, words)).op('vmaskmovps', 32, out, out, address);
    },
  },
  'v256.store_first': {
    takes: 'iv',
    gives: '',
    temps: 'v',
    emit(asm, { a: address, b: value, t: mask, imm }) {
      asm.op('vmovups', 32, mask, maskOf(asm, imm as number));
      asm.op('vmaskmovpsTo', 32, address, mask, value);
    },
  },
  'v256.load16x8_u': load('v', 'vpmovzxwd', 32),
  'memory.prefetch': {
    takes: 'i',
    gives: '',
    emit: (asm, { a: address }) => void asm.op('prefetcht0', 4, address),
  },
  // atomics
  'i32.atomic.load': load('i', 'mov', 4),
  'i32.atomic.store': {
    takes: 'ii',
    gives: '',
    emit(asm, { a: address, b: value }) {
      asm.op('mov', 4, RCX, value).op('xchg', 4, address, RCX);
    },
  },
  'i32.atomic.add': {
    takes: 'ii',
    gives: 'i',
    emit(asm, { out, a: address, b: value }) {
      asm.op('mov', 4, RCX, value).op('lockXadd', 4, address, RCX).op('mov', 4, out, RCX);
    },
  },
  'memory.notify': {
    takes: 'ii',
    gives: 'i',
    emit(asm, { out, a: address, b: count }) {
      asm.op('lea', 8, RAX, address).op('mov', 4, RDX, count);
      callSystem(asm, () => asm.loadWord(RSI, WAKE));
      asm.op('mov', 4, out, RAX);
    },
  },
  'memory.wait32': { takes: 'iii', gives: 'i', emit: writeWait },
});

/** `memory.copy` and `memory.fill`: two addresses, or one and a byte, and a number of bytes, all in general registers or memory. */
export function writeBulk(
  asm: Assembler,
  kind: 'copy' | 'fill',
  [to, from]: readonly Reg[],
  base: Reg,
): void {
  const [first, second] = BORROWED as [Reg, Reg];
  const at = (index: Reg): Mem => ({ base, index, disp: 0 });
  // In this order, as the second operand may be borrowed where the first address goes.
  if (kind === 'copy') asm.op('lea', 8, second, at(from!));
  else asm.op('mov', 4, RAX, from!);
  asm.op('lea', 8, first, at(to!));
  asm.op('mov', 8, RDX, RDI);
  if (kind === 'copy') asm.op('mov', 8, RAX, RSI).op('mov', 8, RSI, second);
  asm.op('mov', 8, RDI, first).op(kind === 'copy' ? 'repMovsb' : 'repStosb', 4);
  asm.op('mov', 8, RDI, RDX);
  if (kind === 'copy') asm.op('mov', 8, RSI, RAX);
}
