import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fit, linear, sgd, squared } from '@downslope/core';
import { afterAll, expect, it } from 'vitest';
import { tensorboardWriter } from './tensorboard.js';

const folder = mkdtempSync(join(tmpdir(), 'downslope-tensorboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** CRC-32C bit by bit, and as TFRecords mask it: another way than that of the writer. */
function maskedCrc(bytes: Buffer): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? 0x82f63b78n : 0n);
  }
  crc ^= 0xffffffffn;
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

/** The messages of a TFRecord file, whose framing and checks are held to what they must be. */
function recordsOf(path: string): Buffer[] {
  const file = readFileSync(path);
  const records: Buffer[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc(file.subarray(at, at + 8)));
    const content = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc(content));
    records.push(content);
    at += 16 + length;
  }
  expect(at).toBe(file.length);
  return records;
}

/** Reads Event { 1: double wall_time, 2: int64 step, 3: string file_version, 5: Summary { 1: Value { 1: tag, 2: float } } }. */
function eventOf(record: Buffer) {
  const scalars: Record<string, number> = {};
  const event = { wallTime: 0, step: 0, version: '', scalars };
  walk(record, (field, value) => {
    if (field === 1) event.wallTime = (value as Buffer).readDoubleLE();
    if (field === 2) event.step = value as number;
    if (field === 3) event.version = String(value);
    if (field === 5) walk(value as Buffer, (_, each) => Object.assign(scalars, scalarOf(each as Buffer)));
  });
  return event;
}

function scalarOf(value: Buffer): Record<string, number> {
  let [tag, number] = ['', Number.NaN];
  walk(value, (field, each) => {
    if (field === 1) tag = String(each);
    if (field === 2) number = (each as Buffer).readFloatLE();
  });
  return { [tag]: number };
}

function walk(message: Buffer, visit: (field: number, value: number | Buffer) => void): void {
  let at = 0;
  const varint = (): number => {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const [field, wire] = [message[at]! >> 3, message[at++]! & 7];
    if (wire === 0) visit(field, varint());
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : varint();
      visit(field, message.subarray(at, at + length));
      at += length;
    }
  }
}

it('writes a record for each call, framed and checked, with the values in float32', async () => {
  const board = await tensorboardWriter(join(folder, 'a/b'));
  board.scalars(0, { 'loss/train': 0.1, größe: -3 });
  board.scalars(70_000, { nan: Number.NaN, inf: Number.POSITIVE_INFINITY });
  await board.close();
  expect(board.path).toMatch(/events\.out\.tfevents\.\d{10}\./);
  expect(board.path).toContain(hostname());
  const [header, first, second, ...more] = recordsOf(board.path).map(eventOf);
  expect(more).toEqual([]);
  expect(header).toMatchObject({ version: 'brain.Event:2', step: 0, scalars: {} });
  expect(Math.abs(header!.wallTime - Date.now() / 1000)).toBeLessThan(60);
  expect(first).toMatchObject({ step: 0, scalars: { 'loss/train': Math.fround(0.1), größe: -3 } });
  expect(second).toMatchObject({ step: 70_000, scalars: { nan: Number.NaN, inf: Number.POSITIVE_INFINITY } });
});

it('tells what fit tells of its epochs', async () => {
  const board = await tensorboardWriter(join(folder, 'fit'));
  const train = { x: [[0], [1], [2], [3]], y: [[1], [3], [5], [7]] };
  const options = { train, validation: train, loss: squared, optimizer: sgd({ lr: 0.1 }), epochs: 3 };
  const told: unknown[] = [];
  for await (const event of fit(linear({ inputs: 1, outputs: 1 }), options))
    if (event.kind === 'epoch') {
      board.epoch(event);
      const { steps, loss, validationLoss, gradNorm, lr } = event;
      const scalars = {
        'loss/train': loss,
        'loss/validation': validationLoss!,
        'gradient/norm': gradNorm,
        'learning rate': lr,
      };
      const rounded = Object.entries(scalars).map(([tag, value]) => [tag, Math.fround(value)]);
      told.push({ step: steps, scalars: Object.fromEntries(rounded) });
    }
  await board.close();
  expect(told).toHaveLength(3);
  expect(recordsOf(board.path).slice(1).map(eventOf)).toMatchObject(told);
});

it('keeps files of one moment apart, and says what stands in the way', async () => {
  const boards = await Promise.all([1, 2, 3].map(() => tensorboardWriter(join(folder, 'same'))));
  await Promise.all(boards.map((board) => board.close()));
  expect(readdirSync(join(folder, 'same'))).toHaveLength(3);
  writeFileSync(join(folder, 'file'), '');
  await expect(tensorboardWriter(join(folder, 'file'))).rejects.toThrow('a file stands in the way');
});
