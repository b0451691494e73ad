type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;

/** Instructions on one type whose numbers follow each other. */
interface Row<Type extends string, Names extends string> {
  readonly type: Type;
  readonly first: number;
  readonly names: Names;
  readonly prefix: number;
}

const row = <Type extends string, Names extends string>(
  type: Type,
  first: number,
  names: Names,
  prefix = 0,
): Row<Type, Names> => ({ type, first, names, prefix });

const simd = <Type extends string, Names extends string>(type: Type, first: number, names: Names) =>
  row(type, first, names, 0xfd);

/** On vectors of 128 bits, and the same on twice as many lanes: see {@link OPCODES}. */
const both = <Narrow extends string, Wide extends string, Names extends string>(
  narrow: Narrow,
  twice: Wide,
  first: number,
  names: Names,
) => [simd(narrow, first, names), wide(twice, first, names)];

/** On vectors of 256 bits alone. */
const wide = <Type extends string, Names extends string>(type: Type, first: number, names: Names) =>
  row(type, first, names, 0xfb);

const saturating = <Type extends string, Names extends string>(type: Type, first: number, names: Names) =>
  row(type, first, names, 0xfc);

const COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const COMPARE_FLOATS = 'eq ne lt gt le ge';
const INTEGERS = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const FLOATS = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';
const SHIFTS = 'shl shr_s shr_u add';
const VECTOR = 'add sub mul div min max pmin pmax';
const LANES = 'extract_lane replace_lane';

/** Control and parametric instructions. */
const PLAIN = { unreachable: 0x0, return: 0xf, drop: 0x1a, select: 0x1b };

const ROWS = [
  // scalars
  row('i32', 0x28, 'load'),
  row('i64', 0x29, 'load'),
  row('f32', 0x2a, 'load'),
  row('f64', 0x2b, 'load'),
  row('i32', 0x2d, 'load8_u'),
  row('i32', 0x2f, 'load16_u'),
  row('i32', 0x3b, 'store16'),
  row('i32', 0x36, 'store'),
  row('i64', 0x37, 'store'),
  row('f32', 0x38, 'store'),
  row('f64', 0x39, 'store'),
  row('i32', 0x45, `eqz ${COMPARE}`),
  row('i64', 0x50, `eqz ${COMPARE}`),
  row('f32', 0x5b, COMPARE_FLOATS),
  row('f64', 0x61, COMPARE_FLOATS),
  row('i32', 0x67, INTEGERS),
  row('i64', 0x79, INTEGERS),
  row('f32', 0x8b, FLOATS),
  row('f64', 0x99, FLOATS),
  // conversions
  row('i32', 0xa7, 'wrap_i64'),
  row('i64', 0xac, 'extend_i32_s extend_i32_u'),
  row('f32', 0xb2, 'convert_i32_s'),
  row('f32', 0xb6, 'demote_f64'),
  row('f64', 0xb7, 'convert_i32_s'),
  row('f64', 0xb9, 'convert_i64_s'),
  row('f64', 0xbb, 'promote_f32'),
  row('i32', 0xbc, 'reinterpret_f32'),
  row('i64', 0xbd, 'reinterpret_f64'),
  row('f32', 0xbe, 'reinterpret_i32'),
  row('f64', 0xbf, 'reinterpret_i64'),
  saturating('i32', 0, 'trunc_sat_f32_s'),
  saturating('i32', 2, 'trunc_sat_f64_s'),
  saturating('i64', 6, 'trunc_sat_f64_s'),
  // atomics (threads proposal)
  row('memory', 0x0, 'notify wait32', 0xfe),
  row('i32.atomic', 0x10, 'load', 0xfe),
  row('i32.atomic', 0x17, 'store', 0xfe),
  row('i32.atomic', 0x1e, 'add', 0xfe),
  // vectors: memory, lanes
  ...both('v128', 'v256', 0x0, 'load'),
  simd('v128', 0x4, 'load16x4_u'),
  simd('v128', 0x8, 'load16_splat'),
  ...both('v128', 'v256', 0x9, 'load32_splat load64_splat store const'),
  simd('i8x16', 0xd, 'shuffle'),
  simd('v128', 0x56, 'load32_lane load64_lane'),
  simd('v128', 0x5a, 'store32_lane store64_lane load32_zero load64_zero'),
  ...both('i32x4', 'i32x8', 0x11, 'splat'),
  ...both('i64x2', 'i64x4', 0x12, 'splat'),
  ...both('f32x4', 'f32x8', 0x13, 'splat'),
  ...both('f64x2', 'f64x4', 0x14, 'splat'),
  simd('i32x4', 0x1b, LANES),
  simd('i64x2', 0x1d, LANES),
  simd('f32x4', 0x1f, LANES),
  simd('f64x2', 0x21, LANES),
  // vectors: comparisons, bits
  ...both('i32x4', 'i32x8', 0x37, COMPARE),
  ...both('f32x4', 'f32x8', 0x41, COMPARE_FLOATS),
  ...both('f64x2', 'f64x4', 0x47, COMPARE_FLOATS),
  ...both('i64x2', 'i64x4', 0xd6, 'eq ne lt_s gt_s le_s ge_s'),
  ...both('v128', 'v256', 0x4d, 'not and andnot or xor bitselect any_true'),
  // vectors: conversions
  simd('f32x4', 0x5e, 'demote_f64x2_zero'),
  simd('f64x2', 0x5f, 'promote_low_f32x4'),
  simd('i64x2', 0xc7, 'extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u'),
  simd('i16x8', 0x86, 'narrow_i32x4_u'),
  simd('i32x4', 0xf8, 'trunc_sat_f32x4_s'),
  simd('f32x4', 0xfa, 'convert_i32x4_s'),
  simd('i32x4', 0xfc, 'trunc_sat_f64x2_s_zero'),
  simd('f64x2', 0xfe, 'convert_low_i32x4_s'),
  // vectors: arithmetic
  ...both('i32x4', 'i32x8', 0xa0, 'abs neg'),
  ...both('i32x4', 'i32x8', 0xa3, 'all_true'),
  ...both('i32x4', 'i32x8', 0xab, SHIFTS),
  ...both('i32x4', 'i32x8', 0xb1, 'sub'),
  ...both('i32x4', 'i32x8', 0xb5, 'mul min_s min_u max_s'),
  ...both('i64x2', 'i64x4', 0xc0, 'abs neg'),
  ...both('i64x2', 'i64x4', 0xc3, 'all_true'),
  ...both('i64x2', 'i64x4', 0xcb, SHIFTS),
  ...both('i64x2', 'i64x4', 0xd1, 'sub'),
  ...both('i64x2', 'i64x4', 0xd5, 'mul'),
  simd('i64x2', 0xde, 'extmul_low_i32x4_u extmul_high_i32x4_u'),
  ...both('f32x4', 'f32x8', 0x67, 'ceil floor trunc nearest'),
  ...both('f32x4', 'f32x8', 0xe0, 'abs neg'),
  ...both('f32x4', 'f32x8', 0xe3, `sqrt ${VECTOR}`),
  ...both('f64x2', 'f64x4', 0x74, 'ceil floor'),
  ...both('f64x2', 'f64x4', 0x7a, 'trunc'),
  ...both('f64x2', 'f64x4', 0x94, 'nearest'),
  ...both('f64x2', 'f64x4', 0xec, 'abs neg'),
  ...both('f64x2', 'f64x4', 0xef, `sqrt ${VECTOR}`),
  // relaxed: rounded once or twice, as the engine likes
  ...both('f32x4', 'f32x8', 0x105, 'relaxed_madd'),
  ...both('f64x2', 'f64x4', 0x107, 'relaxed_madd'),
  // vectors of 256 bits alone
  wide('i32x8', 0xf8, 'trunc_sat_f32x8_s'),
  wide('f32x8', 0xfa, 'convert_i32x8_s'),
  // v256 → v128; (low v128, high v128) → v256
  wide('v256', 0x200, 'low high join'),
  // v128 → v256, and back
  wide('f64x4', 0x203, 'promote_f32x4'),
  wide('f32x4', 0x204, 'demote_f64x4'),
  wide('f64x4', 0x205, 'convert_i32x4_s'),
  wide('i32x4', 0x206, 'trunc_sat_f64x4_s'),
  wide('i64x4', 0x207, 'extend_i32x4_s extend_i32x4_u'),
  // the first so many 32-bit words at an address, zeros above them; the count is the lane of `memoryLane`
  wide('v256', 0x209, 'load_first store_first'),
  // eight neighbours of 16 bits → i32x8; v256 → v128, as `i16x8.narrow_i32x4_u` of both halves
  wide('v256', 0x20b, 'load16x8_u'),
  wide('i16x8', 0x20c, 'narrow_i32x8_u'),
  // asks for the cache line at an address, which may be any
  wide('memory', 0x20d, 'prefetch'),
];

type NamesOf<R> = R extends Row<infer Type, infer Names> ? `${Type}.${Words<Names>}` : never;

export type Opcode = keyof typeof PLAIN | NamesOf<(typeof ROWS)[number]>;

/**
 * The instructions that we write, by their names in the text format: a byte, or a prefix (in the bits from 16) and a
 * number to be written in LEB128.
 *
 * Those on vectors of 256 bits are no WebAssembly: a module that has them is for a host that makes machine code of it
 * (`Host.native`). Each is the instruction of the same name on half as many lanes, with the prefix 0xfb in place of
 * 0xfd; those that have no such counterpart have numbers from 0x200 on.
 *
 * Source: WebAssembly Core Specification 2.0, chapter 5.4 (binary format of instructions); threads proposal.
 */
export const OPCODES: Readonly<Record<Opcode, number>> = numbered();

/** Into an object that is a hash table from its start: one that becomes it at the hundredth property is slow to make. */
function numbered(): Record<Opcode, number> {
  const codes: Record<string, number> = Object.assign(Object.create(null), PLAIN);
  for (const { type, first, names, prefix } of ROWS) {
    let code = (prefix << 16) + first;
    for (const name of names.split(' ')) codes[`${type}.${name}`] = code++;
  }
  return codes as Record<Opcode, number>;
}
