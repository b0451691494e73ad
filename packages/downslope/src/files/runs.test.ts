import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRun } from './runs.js';

const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'downslope-runs-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const model = { 'model.json': '{}', 'weights.safetensors': Uint8Array.of(1, 2, 3) };

describe('a run folder', () => {
  it('holds the configuration, a line for each event, and the model once it is finished', async () => {
    const run = await createRun({ name: 'Penguins (2) — species', config: { seed: 1 } });
    expect(run.path).toBe(join('runs', 'penguins-2-species-001'));
    expect(JSON.parse(readFileSync(join(run.path, 'config.json'), 'utf8'))).toEqual({ seed: 1 });
    run.log({ epoch: 1, loss: 0.5 });
    run.log({ epoch: 2, loss: 0.25 });
    await run.finish(model);
    expect(readFileSync(join(run.path, 'metrics.jsonl'), 'utf8')).toBe(
      '{"epoch":1,"loss":0.5}\n{"epoch":2,"loss":0.25}\n',
    );
    expect(readFileSync(join(run.path, 'model', 'model.json'), 'utf8')).toBe('{}');
  });

  it('has a number of its own, however many runs start at once', async () => {
    const runs = await Promise.all([1, 2, 3].map((seed) => createRun({ name: 'a', config: { seed } })));
    const paths = runs.map((run) => run.path).sort();
    expect(paths).toEqual(['a-001', 'a-002', 'a-003'].map((name) => join('runs', name)));
  });

  it('is made where --out says, unless something is there', async () => {
    const run = await createRun({ name: 'a', out: 'deep/down', config: {} });
    await run.finish(model);
    await expect(createRun({ name: 'a', out: 'deep/down', config: {} })).rejects.toThrow('not empty');
    writeFileSync('file', '');
    await expect(createRun({ name: 'a', out: 'file', config: {} })).rejects.toThrow('is a file');
  });
});
