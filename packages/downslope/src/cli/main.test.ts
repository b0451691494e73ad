import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const node = ['--conditions=source', '--import', import.meta.resolve('tsx'), main];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command from its sources. */
const downslope = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...node, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the command', () => {
  it('lists its commands, and knows its version', async () => {
    const [help, version] = await Promise.all([downslope('--help'), downslope('--version')]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: downslope <command>.*Commands:.*info/s);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with 2 and a suggestion when an option or a command is misspelt', async () => {
    const [option, command] = await Promise.all([downslope('info', '--jsn'), downslope('inof')]);
    expect(option).toMatchObject({ code: 2, stdout: '' });
    expect(option.stderr).toMatch(/unknown option '--jsn'\s*\(Did you mean --json\?\)/);
    expect(command).toMatchObject({ code: 2, stdout: '' });
    expect(command.stderr).toMatch(/unknown command 'inof'\s*\(Did you mean info\?\)/);
  });

  it('prints what the machine offers as one JSON object', async () => {
    const { code, stdout } = await downslope('info', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
      versions: { node: process.versions.node },
      wasm: { simd: true },
      used: { threads: availableParallelism() },
    });
  });
});
