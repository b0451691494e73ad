/**
 * What we write of the instruction set, in the notation of Intel's manual (volume 2: "Opcode" and "Op/En" of each page):
 * the roles of the operands, then the opcode with its prefixes, then a digit that stands in place of a register.
 *
 * Roles, in the order of Intel's assembler: `r` the register field, `m` register or memory, `v` the register of the VEX
 * prefix, `o` a register in the opcode, `b` an immediate of 8 bits, `i` one of 32 (where the form with 8 bits, whose
 * opcode has bit 1 set, is taken when the value fits), `f` one that is always of 32, `s` a register in the upper bits of
 * an immediate. A capital means the lowest 8 bits of a general register.
 */
type Form = string;

type Table<Name extends string> = Readonly<Record<Name, Form>>;

/** Conditions by the number that they have in opcodes: equal, below and above (unsigned), less and greater (signed) … */
export const CONDITIONS = 'o no b ae e ne be a s ns p np l ge le g'.split(' ') as readonly Condition[];
export type Condition =
  | ('o' | 'no' | 'b' | 'ae' | 'e' | 'ne' | 'be' | 'a')
  | ('s' | 'ns' | 'p' | 'np' | 'l' | 'ge' | 'le' | 'g');

const hex = (value: number): string => value.toString(16).padStart(2, '0');

function table<Name extends string>(entries: readonly (readonly [string, Form])[]): Table<Name> {
  return Object.fromEntries(entries) as Table<Name>;
}

type Arithmetic = 'add' | 'or' | 'and' | 'sub' | 'xor' | 'cmp';
type Shift = 'rol' | 'ror' | 'shl' | 'shr' | 'sar';

/** `add r, m`, `addTo m, r`, `addImm m, imm`: the operation's number is bits 3 to 5 of the opcode, or the digit. */
const arithmetic = table<Arithmetic | `${Arithmetic}To` | `${Arithmetic}Imm`>(
  Object.entries({ add: 0, or: 1, and: 4, sub: 5, xor: 6, cmp: 7 }).flatMap(([name, n]) => [
    [name, `rm ${hex(8 * n + 3)}`],
    [`${name}To`, `mr ${hex(8 * n + 1)}`],
    [`${name}Imm`, `mi 81 /${n}`],
  ]),
);

/** `shl m` by the register cl, `shlImm m, imm`. */
const shifts = table<Shift | `${Shift}Imm`>(
  Object.entries({ rol: 0, ror: 1, shl: 4, shr: 5, sar: 7 }).flatMap(([name, n]) => [
    [name, `m d3 /${n}`],
    [`${name}Imm`, `mb c1 /${n}`],
  ]),
);

const conditional = table<`set${Condition}` | `cmov${Condition}`>(
  CONDITIONS.flatMap((condition, n) => [
    [`set${condition}`, `M 0f.${hex(0x90 + n)} /0`],
    [`cmov${condition}`, `rm 0f.${hex(0x40 + n)}`],
  ]),
);

/** Instructions on general registers. */
export const GENERAL = {
  ...arithmetic,
  ...shifts,
  ...conditional,
  mov: 'rm 8b',
  movTo: 'mr 89',
  movImm: 'mf c7 /0',
  mov16To: 'mr 66.89',
  movzx8: 'rM 0f.b6',
  movzx16: 'rm 0f.b7',
  movsxd: 'rm 63',
  lea: 'rm 8d',
  test: 'mr 85',
  neg: 'm f7 /3',
  mul: 'm f7 /4',
  div: 'm f7 /6',
  idiv: 'm f7 /7',
  imul: 'rm 0f.af',
  imulImm: 'rmi 69',
  /** rdx = the sign of rax. */
  cdq: ' 99',
  tzcnt: 'rm f3.0f.bc',
  lzcnt: 'rm f3.0f.bd',
  popcnt: 'rm f3.0f.b8',
  xchg: 'mr 87',
  lockXadd: 'mr f0.0f.c1',
  push: 'o 50',
  pop: 'o 58',
  ret: ' c3',
  syscall: ' 0f.05',
  repMovsb: ' f3.a4',
  repStosb: ' f3.aa',
  prefetcht0: 'm 0f.18 /1',
} as const satisfies Readonly<Record<string, Form>>;

type Packed<Name extends string> = `${Name}ps` | `${Name}pd`;
type Scalar<Name extends string> = `${Name}ss` | `${Name}sd`;

/** The same on vectors of float32 and of float64. */
const packed = <Name extends string>(name: Name, form: string, opcode: string): Table<Packed<Name>> =>
  table([
    [`${name}ps`, `${form} 0f.${opcode}`],
    [`${name}pd`, `${form} 66.0f.${opcode}`],
  ]);

const scalar = <Name extends string>(name: Name, form: string, opcode: string): Table<Scalar<Name>> =>
  table([
    [`${name}ss`, `${form} f3.0f.${opcode}`],
    [`${name}sd`, `${form} f2.0f.${opcode}`],
  ]);

const floats = <Name extends string>(name: Name, opcode: string, form = 'rvm') => ({
  ...packed(name, form, opcode),
  ...scalar(name, form, opcode),
});

/** `out = in1 · in2 + out` and its like: packed at `opcode`, scalars at the next. */
const fused = <Name extends string>(name: Name, opcode: number) =>
  table<Packed<Name> | Scalar<Name>>([
    [`${name}ps`, `rvm 66.0f38.w0 ${hex(opcode)}`.replace(/ (?=..$)/, '.')],
    [`${name}pd`, `rvm 66.0f38.w1.${hex(opcode)}`],
    [`${name}ss`, `rvm 66.0f38.w0.${hex(opcode + 1)}`],
    [`${name}sd`, `rvm 66.0f38.w1.${hex(opcode + 1)}`],
  ]);

/** Instructions on vector registers, all with a VEX prefix; the size 32 makes them ones of 256 bits. */
export const VECTOR = {
  // moves
  vmovups: 'rm 0f.10',
  vmovupsTo: 'mr 0f.11',
  vmovaps: 'rm 0f.28',
  vmovss: 'rm f3.0f.10',
  vmovssTo: 'mr f3.0f.11',
  vmovsd: 'rm f2.0f.10',
  vmovsdTo: 'mr f2.0f.11',
  vmovlpsTo: 'mr 0f.13',
  vmovhpsTo: 'mr 0f.17',
  vmovlhps: 'rvm 0f.16',
  vmovd: 'rm 66.0f.w0.6e',
  vmovdTo: 'mr 66.0f.w0.7e',
  vmovq: 'rm 66.0f.w1.6e',
  vmovqTo: 'mr 66.0f.w1.7e',
  vmaskmovps: 'rvm 66.0f38.2c',
  vmaskmovpsTo: 'mvr 66.0f38.2e',
  vzeroupper: ' 0f.77',
  // lanes
  vbroadcastss: 'rm 66.0f38.18',
  vbroadcastsd: 'rm 66.0f38.19',
  vpbroadcastw: 'rm 66.0f38.79',
  vpbroadcastd: 'rm 66.0f38.58',
  vpbroadcastq: 'rm 66.0f38.59',
  vmovddup: 'rm f2.0f.12',
  vinsertf128: 'rvmb 66.0f3a.18',
  vextractf128: 'mrb 66.0f3a.19',
  vpinsrd: 'rvmb 66.0f3a.w0.22',
  vpinsrq: 'rvmb 66.0f3a.w1.22',
  vpextrd: 'mrb 66.0f3a.w0.16',
  vpextrq: 'mrb 66.0f3a.w1.16',
  vextractps: 'mrb 66.0f3a.17',
  vinsertps: 'rvmb 66.0f3a.21',
  vpshufd: 'rmb 66.0f.70',
  vpshufb: 'rvm 66.0f38.00',
  vpalignr: 'rvmb 66.0f3a.0f',
  ...packed('vshuf', 'rvmb', 'c6'),
  ...packed('vunpckl', 'rvm', '14'),
  ...packed('vunpckh', 'rvm', '15'),
  vpunpcklwd: 'rvm 66.0f.61',
  vpunpckhwd: 'rvm 66.0f.69',
  vpackusdw: 'rvm 66.0f38.2b',
  vblendps: 'rvmb 66.0f3a.0c',
  vblendvps: 'rvms 66.0f3a.4a',
  // bits
  ...packed('vand', 'rvm', '54'),
  ...packed('vandn', 'rvm', '55'),
  ...packed('vor', 'rvm', '56'),
  ...packed('vxor', 'rvm', '57'),
  vptest: 'rm 66.0f38.17',
  ...packed('vmovmsk', 'rm', '50'),
  // floats
  ...packed('vsqrt', 'rm', '51'),
  ...scalar('vsqrt', 'rvm', '51'),
  ...floats('vadd', '58'),
  ...floats('vmul', '59'),
  ...floats('vsub', '5c'),
  ...floats('vmin', '5d'),
  ...floats('vdiv', '5e'),
  ...floats('vmax', '5f'),
  ...floats('vcmp', 'c2', 'rvmb'),
  vroundps: 'rmb 66.0f3a.08',
  vroundpd: 'rmb 66.0f3a.09',
  vroundss: 'rvmb 66.0f3a.0a',
  vroundsd: 'rvmb 66.0f3a.0b',
  ...fused('vfmadd213', 0xa8),
  ...fused('vfmadd231', 0xb8),
  // whole numbers
  vpaddd: 'rvm 66.0f.fe',
  vpaddq: 'rvm 66.0f.d4',
  vpsubd: 'rvm 66.0f.fa',
  vpsubq: 'rvm 66.0f.fb',
  vpmulld: 'rvm 66.0f38.40',
  vpmuludq: 'rvm 66.0f.f4',
  vpabsd: 'rm 66.0f38.1e',
  vpcmpeqd: 'rvm 66.0f.76',
  vpcmpeqq: 'rvm 66.0f38.29',
  vpcmpgtd: 'rvm 66.0f.66',
  vpcmpgtq: 'rvm 66.0f38.37',
  vpminsd: 'rvm 66.0f38.39',
  vpminud: 'rvm 66.0f38.3b',
  vpmaxsd: 'rvm 66.0f38.3d',
  vpmaxud: 'rvm 66.0f38.3f',
  vpslld: 'rvm 66.0f.f2',
  vpsrld: 'rvm 66.0f.d2',
  vpsrad: 'rvm 66.0f.e2',
  vpsllq: 'rvm 66.0f.f3',
  vpsrlq: 'rvm 66.0f.d3',
  vpslldImm: 'vmb 66.0f.72 /6',
  vpsrldImm: 'vmb 66.0f.72 /2',
  vpsradImm: 'vmb 66.0f.72 /4',
  vpsllqImm: 'vmb 66.0f.73 /6',
  vpsrlqImm: 'vmb 66.0f.73 /2',
  // conversions
  vpmovsxdq: 'rm 66.0f38.25',
  vpmovzxwd: 'rm 66.0f38.33',
  vpmovzxdq: 'rm 66.0f38.35',
  vcvtps2pd: 'rm 0f.5a',
  vcvtpd2ps: 'rm 66.0f.5a',
  vcvtss2sd: 'rvm f3.0f.5a',
  vcvtsd2ss: 'rvm f2.0f.5a',
  vcvtdq2ps: 'rm 0f.5b',
  vcvttps2dq: 'rm f3.0f.5b',
  vcvtdq2pd: 'rm f3.0f.e6',
  vcvttpd2dq: 'rm 66.0f.e6',
  vcvtsi2ss: 'rvm f3.0f.w0.2a',
  vcvtsi2sd: 'rvm f2.0f.w0.2a',
  vcvtsi2sdq: 'rvm f2.0f.w1.2a',
  vcvttsd2si: 'rm f2.0f.w0.2c',
  vcvttsd2siq: 'rm f2.0f.w1.2c',
} as const satisfies Readonly<Record<string, Form>>;

export type Instruction = keyof typeof GENERAL | keyof typeof VECTOR;
