/** Σ aᵢbᵢ */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** √Σ aᵢ², without overflow on the way. */
export function norm(a: Float64Array): number {
  const plain = Math.sqrt(dot(a, a));
  if (plain > 1e-140 && plain < Number.POSITIVE_INFINITY) return plain;
  let largest = 0;
  for (const x of a) largest = Math.max(largest, Math.abs(x));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * Math.sqrt(a.reduce((sum, x) => sum + (x / largest) ** 2, 0));
}

/** a + s·b, as a new vector. */
export function along(a: Float64Array, s: number, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! + s * b[i]!;
  return out;
}

/** a ← a + s·b */
export function addTo(a: Float64Array, s: number, b: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) a[i]! += s * b[i]!;
  return a;
}

/** a ← s·a */
export function scaleTo(a: Float64Array, s: number): Float64Array {
  for (let i = 0; i < a.length; i++) a[i]! *= s;
  return a;
}

/** s·a, as a new vector. */
export function scaled(s: number, a: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = s * a[i]!;
  return out;
}

/** The j-th column of the identity. */
export const unit = (n: number, j: number): Float64Array => new Float64Array(n).fill(1, j, j + 1);
