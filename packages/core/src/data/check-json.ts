import { misuse } from '../tensor/errors.js';

// Readers for JSON that may have been edited or cut short. `path` names the value in errors.

type Fields = Readonly<Record<string, unknown>>;

export function readObject(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return wrong(value, path, 'an object');
}

export function readList<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (!Array.isArray(value)) return wrong(value, path, 'a list');
  return value.map((item, i) => read(item, `${path}[${i}]`));
}

export function readText(value: unknown, path: string): string {
  return typeof value === 'string' ? value : wrong(value, path, 'text');
}

export function readFlag(value: unknown, path: string): boolean {
  return typeof value === 'boolean' ? value : wrong(value, path, 'true or false');
}

export function readNumber(value: unknown, path: string, least = -Infinity): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  return wrong(value, path, least === -Infinity ? 'a number' : `a number of at least ${least}`);
}

export function readChoice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  return found ?? wrong(value, path, `one of ${choices.join(', ')}`);
}

function wrong(value: unknown, path: string, expected: string): never {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  throw misuse(`${path} must be ${expected}, got ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`);
}
