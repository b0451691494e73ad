/** A type of WebAssembly. */
export type Type = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

const COMPARISON = /\.(eqz|eq|ne|[lg][te](_[su])?)$/;

/** Types of the operands and the result of an arithmetic instruction with 128 bits or fewer, by its name. */
export function signature(name: string, operands: number): { readonly takes: Type[]; readonly gives: Type } {
  const [type, operation] = name.split('.') as [string, string];
  const lane = type.replace(/x.*/, '') as Type;
  if (lane === type && type !== 'v128') {
    const from = operation.match(/_([if](32|64))(_[su])?$/)?.[1] as Type | undefined;
    const takes = Array<Type>(operands).fill(from ?? lane);
    return { takes, gives: COMPARISON.test(name) ? 'i32' : lane };
  }
  const vectors = Array<Type>(operands).fill('v128');
  if (operation === 'splat') return { takes: [lane], gives: 'v128' };
  if (operation === 'extract_lane') return { takes: ['v128'], gives: lane };
  if (operation === 'replace_lane') return { takes: ['v128', lane], gives: 'v128' };
  if (operation.startsWith('sh') && operation !== 'shuffle') return { takes: ['v128', 'i32'], gives: 'v128' };
  return { takes: vectors, gives: operation.endsWith('_true') ? 'i32' : 'v128' };
}
