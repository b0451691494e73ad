import { describe, expect, test } from 'vitest';
import { Assembler, type Instruction, type Mem, type Operand } from './assembler.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const mem = (base: number, disp: number, index?: number, scale?: 1 | 2 | 4 | 8): Mem => ({
  base,
  disp,
  index,
  scale,
});

describe('an instruction is encoded as binutils has it', () => {
  // bytes by: as -msyntax=intel (GNU binutils), in this order of operands
  const rows: readonly (readonly [bytes: string, Instruction, 4 | 8 | 16 | 32, ...Operand[]])[] = [
    ['0323', 'add', 4, 4, mem(3, 0)],
    ['4d037500', 'add', 8, 14, mem(13, 0)],
    ['45014d00', 'addTo', 4, mem(13, 0), 9],
    ['4883ec7f', 'subImm', 8, 4, 127],
    ['4181fa80000000', 'cmpImm', 4, 10, 128],
    ['83642408f0', 'andImm', 4, mem(4, 8), -16],
    ['416b042464', 'imulImm', 4, 0, mem(12, 0), 100],
    ['4d69c1e8030000', 'imulImm', 8, 8, 9, 1000],
    ['41d3e1', 'shl', 4, 9],
    ['48c1fa3f', 'sarImm', 8, 2, 63],
    ['400f94c6', 'sete', 4, 6],
    ['0f92c0', 'setb', 4, 0],
    ['4d0f4f1c07', 'cmovg', 8, 11, mem(15, 0, 0)],
    ['400fb6d7', 'movzx8', 4, 2, 7],
    ['410fb7540f02', 'movzx16', 4, 2, mem(15, 2, 1)],
    ['6645890437', 'mov16To', 4, mem(15, 0, 6), 8],
    ['4963c1', 'movsxd', 8, 0, 9],
    ['4a8d44a500', 'lea', 8, 0, mem(5, 0, 12, 4)],
    ['498d84c778563412', 'lea', 8, 0, mem(15, 0x12345678, 0, 8)],
    ['4885c0', 'test', 8, 0, 0],
    ['41f7f9', 'idiv', 4, 9],
    ['4899', 'cdq', 8],
    ['f3490fbcc0', 'tzcnt', 8, 0, 8],
    ['f3410fbdc0', 'lzcnt', 4, 0, 8],
    ['f3440fb8c0', 'popcnt', 4, 8, 0],
    ['f0410fc10c07', 'lockXadd', 4, mem(15, 0, 0), 1],
    ['45870c07', 'xchg', 4, mem(15, 0, 0), 9],
    ['4157', 'push', 4, 15],
    ['5d', 'pop', 4, 5],
    ['0f05', 'syscall', 4],
    ['f3a4', 'repMovsb', 4],
    ['f3aa', 'repStosb', 4],
    ['410f184c0740', 'prefetcht0', 4, mem(15, 64, 0)],
    ['c5e858cb', 'vaddps', 16, 1, 2, 3],
    ['c4416c580c07', 'vaddps', 32, 9, 2, mem(15, 0, 0)],
    ['c5ab58cb', 'vaddsd', 16, 1, 10, 3],
    ['c4c16d5ccb', 'vsubpd', 32, 1, 2, 11],
    ['c5ecc2cb11', 'vcmpps', 32, 1, 2, 3, 17],
    ['c4e37d09e509', 'vroundpd', 32, 4, 5, 9],
    ['c4e36d4acbc0', 'vblendvps', 32, 1, 2, 3, 12],
    ['c4c26db84c0f20', 'vfmadd231ps', 32, 1, 2, mem(15, 32, 1)],
    ['c442b1b9c2', 'vfmadd231sd', 16, 8, 9, 10],
    ['c4c13d72f117', 'vpslldImm', 32, 8, 9, 23],
    ['c5e9d3cb', 'vpsrlq', 16, 1, 2, 3],
    ['c5e9f4cb', 'vpmuludq', 16, 1, 2, 3],
    ['c4017c110c07', 'vmovupsTo', 32, mem(15, 0, 8), 9],
    ['c4c17a101c07', 'vmovss', 16, 3, mem(15, 0, 0)],
    ['c5f96ec8', 'vmovd', 16, 1, 0],
    ['c461f97ec8', 'vmovqTo', 16, 0, 9],
    ['c4c2752e1407', 'vmaskmovpsTo', 32, mem(15, 0, 0), 1, 2],
    ['c4e36d18cb01', 'vinsertf128', 32, 1, 2, 3, 1],
    ['c4e37d19d101', 'vextractf128', 32, 1, 2, 1],
    ['c4e3e922c801', 'vpinsrq', 16, 1, 2, 0, 1],
    ['c4e37916c802', 'vpextrd', 16, 0, 1, 2],
    ['c4c1fb2cc1', 'vcvttsd2siq', 16, 0, 9],
    ['c5eb2ac8', 'vcvtsi2sd', 16, 1, 2, 0],
    ['c5fd5aca', 'vcvtpd2ps', 32, 1, 2],
    ['c5f877', 'vzeroupper', 16],
  ];
  for (const [bytes, name, size, ...operands] of rows)
    test(`${bytes} ${name}`, () => {
      expect(hex(new Assembler().op(name, size, ...operands).finish())).toBe(bytes);
    });
});

test('numbers are loaded in the shortest form', () => {
  const load = (value: bigint): string => hex(new Assembler().load(9, value).finish());
  expect(load(0n)).toBe('41b900000000');
  expect(load(0xffff_ffffn)).toBe('41b9ffffffff');
  expect(load(-2n)).toBe('49c7c1feffffff');
  expect(load(0x1_0000_0000n)).toBe('49b90000000001000000');
  expect(load(0xffff_ffff_0000_0000n)).toBe('49b900000000ffffffff');
});

test('jumps find labels behind and before them', () => {
  const asm = new Assembler();
  const [start, end] = [asm.label(), asm.label()];
  asm.bind(start).jumpIf('le', end).op('cdq', 8).jump(start).call(start).bind(end).op('ret', 4);
  expect(hex(asm.finish())).toBe('0f8e09000000' + '4899' + 'ebf6' + 'e8f1ffffff' + 'c3');
  expect(asm.place(end)).toBe(15);
});

test('a jump back over more than 127 bytes is a long one', () => {
  const asm = new Assembler();
  const start = asm.label();
  asm.bind(start);
  for (let i = 0; i < 64; i++) asm.op('cdq', 8);
  expect(hex(asm.jumpIf('b', start).finish()).slice(256)).toBe('0f827affffff');
});

test('a label that is jumped to must be bound', () => {
  const asm = new Assembler();
  expect(() => asm.jump(asm.label()).finish()).toThrow('internal: label 0 was never bound');
});

test('constants stand behind the code, each once, at multiples of their length', () => {
  const asm = new Assembler();
  const [short, long] = [new Uint8Array(4).fill(1), new Uint8Array(32).fill(2)];
  asm.op('vmulss', 16, 1, 2, asm.constant(short)).op('vaddps', 32, 1, 2, asm.constant(long));
  asm.op('vroundss', 16, 1, 2, asm.constant(short), 11);
  const code = asm.finish();
  expect(code.length).toBe(32 + 32 + 4);
  expect(code.subarray(32)).toEqual(Uint8Array.from([...long, ...short]));
  expect(hex(code.subarray(0, 26))).toBe(
    ['c5ea590d38000000', 'c5ec580d10000000', 'c4e3690a0d260000000b'].join(''),
  );
});

test('places are filled up with instructions that do nothing', () => {
  expect(hex(new Assembler().op('ret', 4).align(16).op('ret', 4).finish())).toBe(
    'c3' + '660f1f840000000000' + '660f1f440000' + 'c3',
  );
});
