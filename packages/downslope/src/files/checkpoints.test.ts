import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam, fit, linear, type Snapshot, squared } from '@downslope/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from './checkpoints.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'downslope-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const snapshots: Snapshot[] = [];
const train = { x: [[0], [1], [2], [3]], y: [[1], [3], [5], [7]] };
const options = {
  train,
  validation: train,
  loss: squared,
  optimizer: adam({ lr: 0.1 }),
  epochs: 5,
};
const model = linear({ inputs: 1, outputs: 1 });
beforeAll(async () => {
  const checkpoint = { every: { steps: 1 }, save: (snapshot: Snapshot) => void snapshots.push(snapshot) };
  await fit(model, { ...options, checkpoint }).result;
});

const names = () => readdirSync(folder).sort();
const stepsOf = async () => (await loadCheckpoint<Snapshot>(folder))?.snapshot.progress.steps;
/** A snapshot whose last look at the validation rows gave this loss. */
const scored = (loss: number): Snapshot => {
  const { progress, ...rest } = snapshots[0]!;
  const history = [{ ...progress.history[0]!, validationLoss: loss }];
  return { ...rest, progress: { ...progress, history } };
};

describe('a checkpoint on disk', () => {
  it('comes back as it was, with its notes', async () => {
    const path = await saveCheckpoint(folder, snapshots[2]!, { notes: { logged: 17 } });
    expect(path).toBe(join(folder, '000001'));
    const loaded = await loadCheckpoint(folder);
    expect(loaded).toEqual({ path, notes: { logged: 17 }, damaged: [], snapshot: snapshots[2] });
    const again = await fit(model, { ...options, resume: loaded!.snapshot as Snapshot }).result;
    expect(again.params).toEqual((await fit(model, options).result).params);
  });

  it('is not there in a folder that is not there, or empty', async () => {
    expect(await loadCheckpoint(join(folder, 'none'))).toBeUndefined();
    expect(await loadCheckpoint(folder)).toBeUndefined();
  });

  it('is kept beside the newest and the best', async () => {
    for (const loss of [5, 1, 4, 3, 2]) await saveCheckpoint(folder, scored(loss));
    expect(names()).toEqual(['000002', '000004', '000005']);
    await saveCheckpoint(folder, scored(Number.NaN), { keep: 1 });
    expect(names()).toEqual(['000002', '000006']);
    await saveCheckpoint(folder, scored(0.5), { keep: 1 });
    expect(names()).toEqual(['000007']);
    await expect(saveCheckpoint(folder, scored(1), { keep: 0 })).rejects.toThrow('keep must be a positive');
  });

  it('holds its weights in a form that others read: aligned, little-endian, without gaps', async () => {
    await saveCheckpoint(folder, snapshots[2]!);
    const file = readFileSync(join(folder, '000001', 'arrays.safetensors'));
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    expect(length % 8).toBe(0);
    expect(header['params.w']).toMatchObject({ dtype: 'F32', shape: [1, 1] });
    const [begin] = header['params.w'].data_offsets;
    expect(file.readFloatLE(8 + length + begin)).toBe(snapshots[2]!.params.w!.data[0]);
    const ends = Object.values<{ data_offsets: number[] }>(header).map(
      ({ data_offsets }) => data_offsets[1]!,
    );
    expect(Math.max(...ends)).toBe(file.length - 8 - length);
  });
});

describe('a damaged checkpoint', () => {
  const cut = (file: string) => truncateSync(join(folder, '000002', file), 100);
  const flip = (file: string, at: number) => {
    const path = join(folder, '000002', file);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.at(at)! ^ 1, (at + bytes.length) % bytes.length);
    writeFileSync(path, bytes);
  };
  it.each<[string, () => void, RegExp]>([
    ['whose arrays are cut', () => cut('arrays.safetensors'), /arrays.safetensors is damaged or cut short/],
    ['whose JSON is cut', () => cut('checkpoint.json'), /checkpoint.json is damaged or cut short/],
    ['that lacks a file', () => rmSync(join(folder, '000002', 'arrays.safetensors')), /a file is missing/],
    ['with another bit', () => flip('arrays.safetensors', -2), /arrays.safetensors is damaged/],
    ['with another digit', () => flip('checkpoint.json', 400), /checkpoint.json is damaged/],
    [
      'that is no checkpoint',
      () => writeFileSync(join(folder, '000002', 'checkpoint.json'), '{}'),
      /other format/,
    ],
  ])('%s is passed over for the one before, and told', async (_, harm, told) => {
    await saveCheckpoint(folder, snapshots[0]!);
    await saveCheckpoint(folder, snapshots[1]!);
    expect(await stepsOf()).toBe(2);
    harm();
    expect(await stepsOf()).toBe(1);
    expect((await loadCheckpoint(folder))!.damaged[0]).toMatch(told);
    rmSync(join(folder, '000001'), { recursive: true });
    await expect(loadCheckpoint(folder)).rejects.toThrow(/^no checkpoint is whole: .*000002: /);
  });

  it('of another version is not passed over', async () => {
    await saveCheckpoint(folder, snapshots[0]!);
    const path = await saveCheckpoint(folder, snapshots[1]!);
    const file = join(path, 'checkpoint.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version":1', '"version":2'));
    await expect(loadCheckpoint(folder)).rejects.toThrow(
      `${path} is a checkpoint of version 2, and this Downslope reads version 1; go on with the Downslope`,
    );
  });
});

describe('writing that fails', () => {
  it('leaves what is there, and says why', async () => {
    await saveCheckpoint(folder, snapshots[0]!);
    // A file where the folder would be made.
    writeFileSync(join(folder, `000002.${process.pid}.part`), '');
    await expect(saveCheckpoint(folder, snapshots[1]!)).rejects.toThrow('EEXIST');
    expect(names()).toEqual(['000001']);
    await expect(saveCheckpoint(join(folder, '000001/checkpoint.json'), snapshots[1]!)).rejects.toThrow(
      'a file stands in the way',
    );
  });

  it('forgets what processes left unfinished that are gone', async () => {
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    mkdirSync(join(folder, `000003.${gone}.part`));
    mkdirSync(join(folder, `000003.${process.ppid}.part`));
    await saveCheckpoint(folder, snapshots[0]!);
    expect(existsSync(join(folder, `000003.${gone}.part`))).toBe(false);
    expect(existsSync(join(folder, `000003.${process.ppid}.part`))).toBe(true);
  });
});
