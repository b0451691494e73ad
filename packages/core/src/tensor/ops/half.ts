import { roundHalf } from '../half.js';
import { elementwise } from './define.js';

const none = 'it is put into a step that is differentiated already';

/** Into storage: lanes keep the rounded number as float32, and only memory has 16 bits. */
export const toHalf = elementwise({
  doc: 'the nearest float16 of x, halves to even; infinite from 65520 on',
  accepts: (dtype) => dtype === 'float32',
  gives: () => 'float16',
  reference: ([x]) => roundHalf(x!),
  emit: (e, [x]) => e.math('roundHalf', x!),
  derivative: { none },
});

/** Out of storage: what is `later` is read when it is needed; until then the float16 is kept alone. */
export const fromHalf = elementwise({
  doc: 'a float16 as float32',
  accepts: (dtype) => dtype === 'float16',
  gives: () => 'float32',
  reference: ([x]) => x!,
  emit: (_, [x]) => x!,
  derivative: { none },
});
