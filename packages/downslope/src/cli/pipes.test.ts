import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'downslope-pipes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the command from its sources. */
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main, ...args], {
    cwd: folder,
  });

const ended = (child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const texts = { stdout: '', stderr: '' };
  child.stdout!.on('data', (text) => (texts.stdout += text));
  child.stderr!.on('data', (text) => (texts.stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
};

const table = `x,z,y\n${Array.from({ length: 80 }, (_, i) => `${(i * 7) % 11},${(i * 5) % 13},${i % 9}.5\n`).join('')}`;
const options = ['--target', 'y', '--model', 'linear', '--out'];

describe('pipes', () => {
  it('a table comes from standard input, to train and to predict', async () => {
    const train = start('train', '-', ...options, 'piped');
    train.stdin!.end(table);
    const trained = await ended(train);
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(trained.stdout).toContain('standard input: 80 rows, 3 columns');
    const predict = start('predict', 'piped', '-');
    predict.stdin!.end('x,z\n1,2\n3,4\n');
    const { code, stdout } = await ended(predict);
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 3]);
    const nothing = start('train', '-', ...options, 'nothing');
    nothing.stdin!.end();
    expect(await ended(nothing)).toMatchObject({ code: 2, stderr: 'error: standard input is empty\n' });
  }, 60_000);

  it('training goes on to its end when nobody reads on', async () => {
    const child = start('train', '-', ...options, 'unread');
    child.stdout!.destroy();
    child.stdin!.end(table);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'unread/model/weights.safetensors'))).toBe(true);
  }, 60_000);
});
