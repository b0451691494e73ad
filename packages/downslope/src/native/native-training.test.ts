import type { FitOptions, FitResult, Host, Snapshot } from '@downslope/core';
import { adam, fit, mlp, squared } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { findNative } from './machine-code.js';
import { hasAvx2AndFma } from './processor.js';

const x = Array.from({ length: 50 }, (_, i) => [i / 25 - 1, Math.sin(3 * i)]);
const y = x.map(([a, b]) => [Math.sin(3 * a!) + 0.2 * b!]);
const model = mlp({ inputs: 2, hidden: [8], outputs: 1 });
const options: FitOptions<never, never, never> = {
  train: { x, y },
  validation: { x: x.slice(0, 9), y: y.slice(0, 9) },
  loss: squared,
  optimizer: adam({ lr: 0.02 }),
  batchSize: 12, // and a rest of 2
  epochs: 4,
} as never;

const run = async (host: Host, more: object = {}): Promise<FitResult> =>
  (await fit(model as never, { ...options, host, ...more }).result) as FitResult;

/** All that is not time. */
const bits = ({ seconds: _, history, ...rest }: FitResult) => ({
  ...rest,
  history: history.map(({ seconds: _, ...event }) => event),
});

const here = hasAvx2AndFma();

describe('a run of machine code', () => {
  it.runIf(here)(
    'is resumed from each of its steps to the same bits (skipped where there is no machine code)',
    async () => {
      const host: Host = { relaxed: true, native: { ...findNative('on')!, from: 0 } };
      const snapshots: Snapshot[] = [];
      const save = (snapshot: Snapshot) => void snapshots.push(structuredClone(snapshot));
      const whole = await run(host, { checkpoint: { every: { steps: 1 }, save } });
      expect(snapshots.length).toBeGreaterThan(15);
      for (const resume of snapshots.filter((_, i) => i % 4 === 1))
        expect(bits(await run(host, { resume }))).toEqual(bits(whole));
      expect(snapshots[0]).toHaveProperty('backend.native', 'x86-64 with AVX2 and FMA');
      const plain = await run({ relaxed: true });
      expect(Math.abs(plain.loss / whole.loss - 1)).toBeLessThan(1e-3);
    },
    60_000,
  );

  it.runIf(here)(
    'is not gone on with what began as WebAssembly (skipped where there is no machine code)',
    async () => {
      const snapshots: Snapshot[] = [];
      const save = (snapshot: Snapshot) => void snapshots.push(structuredClone(snapshot));
      const whole = await run({ relaxed: true }, { checkpoint: { every: { steps: 7 }, save } });
      let compiled = 0;
      const native = findNative('on')!;
      const compile = (module: Uint8Array) => {
        compiled++;
        return native.compile(module);
      };
      const host: Host = { relaxed: true, native: { ...native, from: 0, compile } };
      expect(bits(await run(host, { resume: snapshots[0] }))).toEqual(bits(whole));
      expect(compiled).toBe(0);
    },
    60_000,
  );
});
