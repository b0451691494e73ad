/**
 * The cyclic redundancy check CRC-32C (Castagnoli), as iSCSI, TensorFlow's records and SSE 4.2 have it.
 *
 * Source: RFC 3720, appendix B.4, whose examples are in the tests.
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The polynomial, its bits in reverse. */
const CASTAGNOLI = 0x82f63b78;

const TABLE = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ CASTAGNOLI : rest >>> 1;
  return rest;
});
