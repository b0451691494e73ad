import { describe, expect, it } from 'vitest';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { sgd } from '../optim/optimizers/sgd.js';
import type { FindingEvent } from './events.js';
import { fit } from './fit.js';

const line = linear({ inputs: 1, outputs: 1 });
const x = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
const y = x.map(([v]) => [3 * v! + 0.5]);
const common = { train: { x, y }, loss: squared, batchSize: 10 };
const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds from one turn of the event loop to the next, without those in which other programs had the processor. */
async function watch(going: () => boolean, blocks: number[]): Promise<void> {
  while (going()) {
    const [begin, used] = [performance.now(), process.cpuUsage()];
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(used);
    blocks.push(Math.min(performance.now() - begin, (user + system) / 1000));
  }
}

describe('a run under way', () => {
  it('takes another learning rate from its next call on, and records it', async () => {
    const run = fit(line, { ...common, optimizer: sgd({ lr: 0.1 }), epochs: 1e6 });
    const rates: number[] = [];
    const findings: FindingEvent[] = [];
    let after = 0;
    for await (const event of run) {
      if (event.kind === 'finding') findings.push(event);
      if (event.kind !== 'step') continue;
      if (event.first === 1) run.command({ lr: 0.025 });
      for (const lr of event.lr) if (rates.at(-1) !== lr) rates.push(lr);
      if (rates.length === 2 && after++ > 3) break;
    }
    expect(rates).toEqual([0.1, 0.025]);
    expect(findings).toMatchObject([{ rule: 'command', message: expect.stringContaining('lr is 0.025') }]);
    expect(findings[0]!.message).toContain(`from step ${findings[0]!.step + 1} on`);
  });

  it('ends with the weights that the rates so commanded give', async () => {
    const epochs = 20_000;
    const run = fit(line, { ...common, optimizer: sgd({ lr: 0.001 }), epochs, batchSize: 'full' });
    let at = 0;
    for await (const event of run) {
      if (event.kind === 'step' && event.first === 1) run.command({ lr: 0.002 });
      if (event.kind === 'finding') at = event.step;
    }
    const scheduled = sgd({ lr: (taken) => (taken < at ? 0.001 : 0.002) });
    const other = fit(line, { ...common, optimizer: scheduled, epochs, batchSize: 'full' });
    expect(at).toBeGreaterThan(0);
    expect((await run.result).params).toEqual((await other.result).params);
  });

  it('pauses, resumes, and does not count the time', async () => {
    const run = fit(line, { ...common, optimizer: sgd({ lr: 0.1 }), epochs: 1e9, stop: { seconds: 0.3 } });
    await soon(30);
    run.command('pause');
    let steps = 0;
    const reading = (async () => {
      for await (const event of run) if (event.kind === 'step') steps += event.loss.length;
    })();
    await soon(60);
    const paused = steps;
    await soon(1000);
    expect(steps).toBe(paused);
    run.command('resume');
    const { status, seconds } = await run.result;
    await reading;
    expect(status).toBe('timeLimit');
    expect(seconds).toBeLessThan(1);
    expect(steps).toBeGreaterThan(paused);
  });

  it('ends when told so in a pause, by command or signal', async () => {
    const control = new AbortController();
    const runs = [undefined, control.signal].map((signal) =>
      fit(line, { ...common, optimizer: sgd({ lr: 0.1 }), epochs: 1e9, signal }),
    );
    for (const run of runs) run.command('pause');
    await soon(40);
    runs[0]!.command('stop');
    control.abort();
    for (const run of runs) expect((await run.result).status).toBe('aborted');
  });

  it.each([
    [
      'halt',
      "command must be 'stop', 'pause', 'resume', 'checkpoint', or hyperparameters such as { lr: 0.001 }, got 'halt'",
    ],
    [{}, "command must be 'stop', 'pause', 'resume', 'checkpoint', or hyperparameters such as { lr: 0.001 }"],
    [{ rate: 1 }, 'command: there is no hyperparameter rate; the hyperparameters are "lr"'],
    [{ lr: Number.NaN }, 'command: lr must be a finite number, got NaN'],
    [{ lr: -1 }, 'command: lr must be at least 0, got -1'],
  ])('refuses what is no command: %o', async (command, message) => {
    const run = fit(line, { ...common, optimizer: sgd({ lr: 0.1 }), epochs: 1e9 });
    await soon(20);
    expect(() => run.command(command as never)).toThrow(message);
    run.command('stop');
    await run.result;
  });

  it('tells of a command that turned out to be about nothing', async () => {
    const run = fit(line, { ...common, optimizer: () => sgd({ lr: 0.1 }), epochs: 2 });
    run.command({ rate: 1 });
    const findings: string[] = [];
    for await (const event of run) if (event.kind === 'finding') findings.push(event.message);
    expect(findings).toEqual(['there is no hyperparameter rate; the hyperparameters are "lr"']);
  });

  it('tells how far the last step of an epoch moved each parameter, without changing a bit', async () => {
    const steps = (epochs: number) =>
      fit(mlp({ inputs: 1, hidden: [4], outputs: 1 }), {
        ...common,
        batchSize: 9,
        optimizer: sgd({ lr: 0.1 }),
        epochs,
        shuffle: false,
      });
    // The last step is a batch of 4 rows: a run without it ends just before.
    const { history, params } = await steps(1).result;
    const shorter = { x: x.slice(0, 36), y: y.slice(0, 36) };
    const before = await fit(mlp({ inputs: 1, hidden: [4], outputs: 1 }), {
      ...common,
      train: shorter,
      batchSize: 9,
      optimizer: sgd({ lr: 0.1 }),
      epochs: 1,
      shuffle: false,
    }).result;
    const length = (values: Iterable<number>) => Math.hypot(...values);
    const w = params.hidden0!.w;
    const moved = w.data.map((value, i) => value - before.params.hidden0!.w.data[i]!);
    expect(Object.keys(history[0]!.updateRatio!)).toEqual(['hidden0.w', 'hidden0.b', 'output.w', 'output.b']);
    expect(history[0]!.updateRatio!['hidden0.w']).toBeCloseTo(length(moved) / length(w.data), 6);
  });

  it('holds nobody up for 50 ms, though there is much to do', async () => {
    const rows = 60_000;
    const wide = Float32Array.from({ length: rows * 8 }, (_, i) => Math.sin(i));
    const data = { x: { data: wide, shape: [rows, 8], dtype: 'float32' as const }, y: wide.slice(0, rows) };
    const model = mlp({ inputs: 8, hidden: [128, 128], outputs: 1 });
    const run = fit(model, {
      train: data,
      validation: data,
      loss: (prediction, y) => prediction.reshape([-1]).sub(y).square(),
      optimizer: sgd({ lr: 1e-4 }),
      batchSize: 256,
      epochs: 3,
      threads: 1,
    });
    const blocks: number[] = [];
    let going = true;
    for await (const event of run) {
      // From the first step on: engines compile a program as a whole.
      if (event.kind === 'step' && event.first === 1) void watch(() => going, blocks);
      going = event.kind !== 'end';
    }
    blocks.sort((a, b) => b - a);
    expect(blocks.length).toBeGreaterThan(20);
    // A few may be the engine's, which compiles or collects, or of a machine that has other work.
    expect(blocks[Math.ceil(blocks.length / 10)]).toBeLessThan(50);
  });
});
