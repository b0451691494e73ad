import koffi, { type LibraryHandle } from 'koffi';
import { misuse } from '../misuse.js';

/** A BLAS on this machine: a library of matrix products with the C interface, `cblas_dgemm` and its like. */
export interface FoundBlas {
  readonly name: (typeof MAKERS)[number]['name'];
  /** As the library describes itself, where it does. */
  readonly version?: string;
  /** The file, or the name under which the system's loader finds it. */
  readonly library: string;
}

/** Who made a library, by a function that only theirs has; `says` returns the library's description. */
const MAKERS = [
  { name: 'OpenBLAS', has: 'openblas_get_config', says: 'openblas_get_config' },
  { name: 'BLIS', has: 'bli_info_get_version_str', says: 'bli_info_get_version_str' },
  { name: 'MKL', has: 'MKL_Get_Max_Threads', says: undefined },
  { name: 'Accelerate', has: 'vDSP_vadd', says: undefined },
  { name: 'BLAS of unknown make', has: 'cblas_dgemm', says: undefined },
] as const;

const CANDIDATES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll', 'mkl_rt.dll'],
};

/** Elsewhere; the last two lead to whichever one the system prefers. */
const SHARED_OBJECTS = [
  'libopenblas.so.0',
  'libopenblas.so',
  'libmkl_rt.so.2',
  'libmkl_rt.so',
  'libblis.so.4',
  'libblis.so',
  'libcblas.so.3',
  'libblas.so.3',
];

/** Where a BLAS may be, best first. */
export const blasCandidates = (platform: NodeJS.Platform): readonly string[] =>
  CANDIDATES[platform] ?? SHARED_OBJECTS;

/**
 * Looks for a BLAS.
 *
 * @param wanted what `DOWNSLOPE_BLAS` says: the path of a library, `off` for none, or nothing for the first of
 *   {@link blasCandidates} that loads
 * @returns `undefined` when there is none
 * @throws when the library asked for cannot be loaded, or has no `cblas_dgemm`
 */
export function findBlas(wanted = process.env.DOWNSLOPE_BLAS ?? ''): FoundBlas | undefined {
  if (wanted === 'off') return undefined;
  if (wanted !== '') {
    const found = describeBlas(wanted, (error) => {
      throw misuse(`DOWNSLOPE_BLAS=${wanted} cannot be loaded: ${error.message}`);
    });
    if (found === undefined) throw misuse(`DOWNSLOPE_BLAS=${wanted} is not a BLAS: it has no cblas_dgemm`);
    return found;
  }
  for (const candidate of blasCandidates(process.platform)) {
    const found = describeBlas(candidate, () => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describeBlas(library: string, absent: (error: Error) => undefined): FoundBlas | undefined {
  const loaded = load(library, absent);
  if (loaded === undefined) return undefined;
  const has = (symbol: string): boolean => {
    try {
      return loaded.func(`void ${symbol}()`) !== undefined;
    } catch {
      return false;
    }
  };
  const maker = has('cblas_dgemm') ? MAKERS.find((each) => has(each.has)) : undefined;
  if (maker === undefined) return undefined;
  const version = maker.says && String(loaded.func(`str ${maker.says}()`)()).trim();
  return { name: maker.name, version, library };
}

function load(library: string, absent: (error: Error) => undefined): LibraryHandle | undefined {
  try {
    return koffi.load(library);
  } catch (error) {
    return absent(error as Error);
  }
}
