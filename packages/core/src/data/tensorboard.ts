import { misuse } from '../tensor/errors.js';
import { crc32c } from './crc32c.js';
import { double, type Fields, float, integer, joined, message, text } from './protobuf.js';

// TensorBoard's event files are TFRecords: for each event the length of its message in eight bytes, a check of these, the
// message, a check of that, all little-endian. The messages are TensorFlow's Event, Summary and Summary.Value.

/** Scalars at a step. */
export interface TensorboardEvent {
  readonly step: number;
  /** By tag: `loss/train`, `loss/validation`. What stands before the slash makes a group. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Seconds since 1970 (default now). */
  readonly wallTime?: number;
}

/**
 * The record that a TensorBoard event file begins with.
 *
 * @param wallTime seconds since 1970
 */
export const tensorboardHeader = (wallTime = now()): Uint8Array =>
  record([double(1, wallTime), text(3, 'brain.Event:2')]);

/**
 * One record of a TensorBoard event file. In Node, `tensorboardWriter` writes whole files; a page may put
 * {@link tensorboardHeader} and records after each other and offer them for download, as a file with `tfevents` in its name.
 *
 * Values are float32, as TensorBoard has them.
 *
 * @throws when the step is no whole number from 0 on
 * @example
 * ```ts
 * import { tensorboardHeader, tensorboardRecord } from '@downslope/core';
 * const file = [tensorboardHeader(), tensorboardRecord({ step: 1, scalars: { 'loss/train': 0.5 } })];
 * console.log(file.map((part) => part.length)); // 40, 48
 * ```
 */
export function tensorboardRecord({ step, scalars, wallTime = now() }: TensorboardEvent): Uint8Array {
  if (!Number.isSafeInteger(step) || step < 0) throw misuse(`step must be an integer ≥ 0, got ${step}`);
  const values = Object.entries(scalars).map(([tag, value]) => message(1, [text(1, tag), float(2, value)]));
  return record([double(1, wallTime), integer(2, step), message(5, values)]);
}

const now = (): number => Date.now() / 1000;

function record(event: Fields): Uint8Array {
  const content = joined(event);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(content.length), true);
  return joined([length, check(length), content, check(content)]);
}

/** The CRC, turned by 15 bits and shifted: a CRC over data that holds CRCs would be weak. */
function check(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return out;
}
