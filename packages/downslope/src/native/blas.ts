import koffi, { type LibraryHandle } from 'koffi';
import { misuse } from '../misuse.js';

/** A BLAS on this machine: a library of matrix products with the C interface, `cblas_dgemm` and its like. */
export interface FoundBlas {
  readonly name: (typeof MAKERS)[number]['name'];
  /** As the library describes itself, where it does. */
  readonly version?: string;
  /** The file, or the name under which the system's loader finds it. */
  readonly library: string;
  /** How its functions are called, `*` standing for the name in the C interface. */
  readonly spelling: (typeof SPELLINGS)[number];
}

/**
 * A library with 64-bit integers, or one that lies beside another in a process, may have names of its own: numpy's has
 * `scipy_cblas_dgemm64_`. How wide its integers are is not asked: sizes are handed over so that either reads them rightly.
 */
const SPELLINGS = ['*', '*64_', '*_64', 'scipy_*', 'scipy_*64_', 'scipy_*_64'] as const;

/** Who made a library, by a function that only theirs has, spelled as its products or plainly; `says` describes the library. */
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
  win32: [
    'libopenblas.dll',
    'openblas.dll',
    'libopenblas64_.dll',
    'libopenblas_64.dll',
    'mkl_rt.2.dll',
    'mkl_rt.dll',
  ],
};

/** Elsewhere; the last two lead to whichever one the system prefers. */
const SHARED_OBJECTS = [
  'libopenblas.so.0',
  'libopenblas.so',
  'libopenblas64.so.0',
  'libopenblas64_.so.0',
  'libopenblas64_.so',
  'libopenblas_64.so.0',
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

const WAY_OUT = '; give the path of a library, or off to do without';

/** What is asked of koffi. */
type Loader = Pick<typeof koffi, 'load'>;

/**
 * Looks for a BLAS.
 *
 * @param wanted what `DOWNSLOPE_BLAS` says: the path of a library, `off` for none, or nothing for the first of
 *   {@link blasCandidates} that loads
 * @returns `undefined` when there is none
 * @throws when the library asked for cannot be loaded, or has no `cblas_dgemm` by any name
 */
export function findBlas(
  wanted = process.env.DOWNSLOPE_BLAS ?? '',
  loader: Loader = koffi,
): FoundBlas | undefined {
  if (wanted === 'off') return undefined;
  if (wanted !== '') {
    const found = describeBlas(wanted, loader, (error) => {
      throw misuse(`DOWNSLOPE_BLAS=${wanted} cannot be loaded: ${error.message}${WAY_OUT}`);
    });
    if (found !== undefined) return found;
    const [plain, ...others] = SPELLINGS.map((each) => each.replace('*', 'cblas_dgemm'));
    throw misuse(
      `DOWNSLOPE_BLAS=${wanted} is not a BLAS with the C interface: it has no ${plain} (nor ${others.join(', ')})${WAY_OUT}`,
    );
  }
  for (const candidate of blasCandidates(process.platform)) {
    const found = describeBlas(candidate, loader, () => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describeBlas(
  library: string,
  { load }: Loader,
  absent: (error: Error) => undefined,
): FoundBlas | undefined {
  let loaded: LibraryHandle;
  try {
    loaded = load(library);
  } catch (error) {
    return absent(error as Error);
  }
  const has = (symbol: string): boolean => {
    try {
      return loaded.func(`void ${symbol}()`) !== undefined;
    } catch {
      return false;
    }
  };
  const spelling = SPELLINGS.find((each) => has(each.replace('*', 'cblas_dgemm')));
  if (spelling === undefined) return undefined;
  const named = (name: string): string | undefined => [spelling.replace('*', name), name].find(has);
  const { name, says } = MAKERS.find((each) => named(each.has))!;
  const version = says && String(loaded.func(`str ${named(says)}()`)()).trim();
  return { name, version, library, spelling };
}
