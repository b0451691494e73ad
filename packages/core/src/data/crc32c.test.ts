import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

it.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 times 0xff', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['123456789', new TextEncoder().encode('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(), 0],
])('CRC-32C of %s, as RFC 3720 and the catalogue of checks have it', (_, bytes, wanted) => {
  expect(crc32c(bytes)).toBe(wanted);
});
