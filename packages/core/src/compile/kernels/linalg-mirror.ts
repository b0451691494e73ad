import type { Local } from '../func.js';
import type { Code, Value } from './linalg-code.js';

/**
 * Turns a vector x into v such that H = I − β v vᵀ maps x to α e₀, |α| = |x|. The sign of α is against that of x₀, so
 * that v₀ = x₀ − α loses no digits. Where x is α e₀ already, H is I: β = 0.
 */
export function mirror(c: Code, x: Value, count: Value): { alpha: Local; beta: Local } {
  const vector = c.matrix(x, 0);
  const first = c.real(vector.get(0, 0));
  const tail = c.dot(vector.at(0, 1), vector.at(0, 1), c.minus(count, 1));
  const done = c.index(c.op('f64.eq', tail, 0));
  const length = c.sqrt(c.add(c.mul(first, first), tail));
  const alpha = c.real(c.choose(done, first, c.signed(length, c.neg(first))));
  const head = c.real(c.sub(first, alpha));
  vector.set(0, 0, head);
  const beta = c.real(c.choose(done, 0, c.div(2, c.add(c.mul(head, head), tail))));
  return { alpha, beta };
}

/** x ← H x = x − β v (v·x) */
export function reflect(c: Code, x: Value, beta: Value, v: Value, count: Value): void {
  c.addScaled(x, c.neg(c.mul(beta, c.dot(v, x, count))), v, count);
}
