import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apart, together } from './snapshot-json.js';

const key = fc.string().filter((name) => !['array', 'number', '__proto__', 'data'].includes(name));
const array = fc.array(fc.double(), { maxLength: 3 }).map((values) => ({
  data: Float64Array.from(values),
  shape: [values.length],
  dtype: 'float64' as const,
}));
const { tree } = fc.letrec((again) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    array,
    fc.array(again('tree'), { maxLength: 3 }),
    fc.dictionary(key, again('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

it('any tree of numbers, text and arrays comes back bit for bit, NaN, −0 and ∞ as well', () => {
  fc.assert(
    fc.property(tree, (given) => {
      const { json, arrays } = apart(given);
      expect(together(JSON.parse(json), arrays)).toStrictEqual(given);
    }),
  );
});

it('an array has the name of its path', () => {
  const w = { data: Float32Array.of(1), shape: [1], dtype: 'float32' as const };
  expect(apart({ models: { mlp: { params: { 'hidden0.w': w } } } })).toEqual({
    json: '{"models":{"mlp":{"params":{"hidden0.w":{"array":"models.mlp.params.hidden0.w"}}}}}',
    arrays: { 'models.mlp.params.hidden0.w': w },
  });
  const [a, b] = [Object.keys(apart({ a: { 'b.c': w }, 'a.b': { c: w } }).arrays), ['a.b.c', 'a.b.c (2)']];
  expect(a).toEqual(b);
});
