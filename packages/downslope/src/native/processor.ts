import koffi from 'koffi';
import { executable } from './executable.js';

/** `cpuid(leaf, subleaf, out)` writes eax, ebx, ecx and edx. */
// biome-ignore format: an instruction a line
const CPUID = [
  0x53,                   // push rbx
  0x49, 0x89, 0xd0,       // mov r8, rdx
  0x89, 0xf8,             // mov eax, edi
  0x89, 0xf1,             // mov ecx, esi
  0x0f, 0xa2,             // cpuid
  0x41, 0x89, 0x00,       // mov [r8], eax
  0x41, 0x89, 0x58, 0x04, // mov [r8 + 4], ebx
  0x41, 0x89, 0x48, 0x08, // mov [r8 + 8], ecx
  0x41, 0x89, 0x50, 0x0c, // mov [r8 + 12], edx
  0x5b,                   // pop rbx
  0xc3,                   // ret
];
/** `xgetbv()` returns which registers the system saves when it switches threads: xcr0. */
// biome-ignore format: an instruction a line
const XGETBV = [
  0x31, 0xc9,             // xor ecx, ecx
  0x0f, 0x01, 0xd0,       // xgetbv
  0xc3,                   // ret
];

/** One register of what `cpuid` answers. */
const EAX = 0;
const EBX = 1;
const ECX = 2;

/** Where each feature's bit is: leaf, register, bit. Source: Intel 64 and IA-32 Manual, volume 2A, CPUID. */
const FEATURES = {
  fma: [1, ECX, 12],
  popcnt: [1, ECX, 23],
  osxsave: [1, ECX, 27],
  avx: [1, ECX, 28],
  f16c: [1, ECX, 29],
  bmi1: [7, EBX, 3],
  avx2: [7, EBX, 5],
  bmi2: [7, EBX, 8],
  lzcnt: [0x8000_0001, ECX, 5],
} as const;

/** The bits of xcr0 for the registers xmm and ymm. */
const YMM = 6;

/**
 * Whether this processor has the instructions that came with AVX2 and FMA (the level "x86-64-v3": Intel since 2013, AMD since
 * 2015), and the system saves registers of 256 bits. False also where the system lets nobody run code of his own.
 */
export function hasAvx2AndFma(): boolean {
  if (process.arch !== 'x64') return false;
  const code = executable(Uint8Array.from([...CPUID, ...XGETBV]));
  if (code === undefined) return false;
  const at = (address: number, result: string, params: string[]) =>
    koffi.decode(address, koffi.proto(result, params));
  const ask = at(code.address, 'void', ['uint32_t', 'uint32_t', 'uint32_t *']);
  const saved = at(code.address + CPUID.length, 'uint32_t', []);
  const cpuid = (leaf: number): Uint32Array => {
    const registers = new Uint32Array(4);
    ask(leaf, 0, registers);
    return registers;
  };
  const has = ([leaf, register, bit]: (typeof FEATURES)[keyof typeof FEATURES]): boolean => {
    const last = cpuid(leaf & 0x8000_0000 ? 0x8000_0000 : 0)[EAX]!;
    return leaf <= last && ((cpuid(leaf)[register]! >>> bit) & 1) === 1;
  };
  // `saved` is code, too: what it lies in must not be given back before.
  return Object.values(FEATURES).every(has) && (saved() & YMM) === YMM && code.address > 0;
}
