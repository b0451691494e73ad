import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FitOptions, Host, NdArray, Workers } from '@downslope/core';
import * as core from '@downslope/core';
import { adam, crossEntropy, mlp, type Tensor } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { nativeHost } from './host.js';
import { nodeWorkers } from './workers.js';

const wave = (shape: readonly number[], pitch: number): NdArray => {
  const length = shape.reduce((a, b) => a * b, 1);
  return { data: Float32Array.from({ length }, (_, i) => Math.sin(i * pitch)), shape, dtype: 'float32' };
};

/** The workers of Node, counted. */
function counted(): Workers & { started: number; stopped: number } {
  const workers = {
    available: 3,
    started: 0,
    stopped: 0,
    start(text: string, lost?: () => void) {
      workers.started++;
      const { post, stop } = nodeWorkers.start(text, lost);
      return {
        post,
        stop() {
          workers.stopped++;
          stop();
        },
      };
    },
  };
  return workers;
}

const hosts: [string, (workers: Workers) => Host, Partial<FitOptions>][] = [
  ['portable', (workers) => ({ workers }), { numerics: 'portable' }],
  ['fast, without BLAS', (workers) => ({ workers, relaxed: true }), {}],
  [
    'as machine code where it can be',
    (workers) => ({ workers, relaxed: true, native: nativeHost.native }),
    {},
  ],
  [
    'fast, with BLAS where there is one',
    (workers) => ({ workers, relaxed: true, blas: nativeHost.blas }),
    {},
  ],
];

describe.each(hosts)('a network trained %s', (_, host, options) => {
  it('comes out in the same bits by one, two and three threads, whose workers go with the run', async () => {
    const rows = 1024;
    const train = {
      x: wave([rows, 300], 1.3),
      y: {
        data: Int32Array.from({ length: rows }, (_, i) => (i * 7) % 10),
        shape: [rows],
        dtype: 'int32' as const,
      },
    };
    const results = [];
    for (const threads of [1, 2, 3]) {
      const workers = counted();
      const run = core.fit<unknown, Tensor, Tensor>(mlp({ inputs: 300, hidden: [128], outputs: 10 }), {
        train,
        loss: crossEntropy,
        optimizer: adam({ lr: 0.001 }),
        batchSize: 200,
        epochs: 12,
        host: host(workers),
        threads,
        ...options,
      });
      const { loss, params } = await run.result;
      results.push({ loss, params });
      expect([workers.started, workers.stopped]).toEqual([threads - 1, threads - 1]);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  }, 60_000);
});

describe('workers of Node', () => {
  it('are as many as were asked for, or as the machine has', () => {
    const f = core.compile((x: Tensor) => x.exp().sum(), { host: nativeHost, threads: 'auto' });
    expect(f(wave([1000], 1)).data.length).toBe(1);
    const none = { host: nativeHost, threads: 0 };
    expect(() => core.compile((x: Tensor) => x.exp(), none)(1)).toThrow(
      "threads must be a positive integer or 'auto', got 0",
    );
  });

  const dist = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  const program = (body: string): string => `
    import { compile, fit, linear, sgd, squared } from ${JSON.stringify(dist)};
    const x = { data: new Float32Array(4e6).fill(0.5), shape: [4e6], dtype: 'float32' };
    const f = compile((x) => x.exp().sum(), { threads: 2 });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${body}`;
  const run = (body: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', program(body)], {
      encoding: 'utf8',
      timeout: 50_000,
    });

  it('keep no process alive', () => {
    expect(run('for (let i = 0; i < 30; i++) { f(x); await wait(5); } console.log(f(x).data.length);')).toBe(
      '1\n',
    );
  }, 60_000);

  it('are gone after their runs: dozens in one process', () => {
    const said = run(`
      const rows = 4000;
      const data = { x: { data: new Float32Array(rows * 50).map((_, i) => Math.sin(i)), shape: [rows, 50], dtype: 'float32' }, y: { data: new Float32Array(rows).fill(1), shape: [rows, 1], dtype: 'float32' } };
      let most = 0;
      for (let i = 0; i < 40; i++) {
        await fit(linear({ inputs: 50, outputs: 1 }), { train: data, loss: squared, optimizer: sgd({ lr: 0.01 }), batchSize: 2000, epochs: 30, threads: 3 }).result;
        await wait(1);
        most = Math.max(most, process.getActiveResourcesInfo().filter((name) => /worker/i.test(name)).length);
      }
      console.log(most, process.memoryUsage().rss < 6e8);
    `);
    expect(said).toMatch(/^[0-4] true\n$/);
  }, 60_000);
});
