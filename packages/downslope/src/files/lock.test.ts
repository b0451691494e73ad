import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock.js';
import { startOf } from './process.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'downslope-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = (by: object) => writeFileSync(join(folder, 'lock'), `${JSON.stringify(by)}\n`);
const { pid, ppid } = process;
const host = hostname();
const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));

describe('the lock of a folder', () => {
  it('is there until it is given back, and keeps others out', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`${folder} is in use by process ${pid}; wait until it is done`);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder)();
  });

  it('keeps others out while its process runs', () => {
    held({ pid: ppid, start: startOf(ppid), host });
    expect(() => lockFolder(folder)).toThrow(`is in use by process ${ppid}`);
    held({ pid: 1, start: '', host: 'elsewhere' });
    expect(() => lockFolder(folder)).toThrow('by process 1 on elsewhere; if that is no longer so, remove');
  });

  it.each<[string, () => void]>([
    ['is gone', () => held({ pid: gone, start: '1', host })],
    ['is another with its number', () => held({ pid: ppid, start: 'long ago', host })],
    ['did not write it to its end', () => writeFileSync(join(folder, 'lock'), '{"pid":')],
  ])('is taken over where the process %s', (_, leave) => {
    leave();
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`is in use by process ${pid}`);
    unlock();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
