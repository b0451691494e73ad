import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Graph, type Node, verify } from '../tensor/graph.js';
import { OPS } from '../tensor/ops/index.js';
import { Arena } from './arena.js';
import type { Host } from './host.js';
import { interpret } from './interpret.js';
import { canFuse } from './probe.js';
import { rowBlocks } from './row-blocks.js';
import { simplify } from './simplify.js';
import { halvedNative } from './testing/halved.js';
import {
  BOUNDS,
  holdRandomPrograms,
  matrixProgram,
  randomProgram,
  randomPrograms,
  realize,
  tableProgram,
} from './testing/random-graphs.js';
import { disagreement, type Engine, runCompiled } from './testing/run-compiled.js';

const ENGINES: Engine[] = [
  { name: 'compiled' },
  // Also cut into the chunks that threads would share; that those change no bit is tested in threads/.
  { name: 'cut finely', arena: () => new Arena({}, 1, 8) },
  { name: 'in vectors of 256 bits', host: { native: halvedNative } },
];

describe(`${randomPrograms(200)} random programs with their derivatives`, () => {
  it.each(['float64', 'float32'] as const)(
    'compiled equal interpreted in %s, and touch no byte that is not theirs',
    (dtype) => {
      holdRandomPrograms(dtype, ENGINES, randomPrograms(200));
    },
    900_000,
  );

  it.each(['float64', 'float32'] as const)(
    'so do those that pick and add rows by indices in %s',
    (dtype) => {
      holdRandomPrograms(dtype, ENGINES, randomPrograms(120), tableProgram);
    },
    900_000,
  );

  it('in blocks of rows they give the same sums', () => {
    let cut = 0;
    const property = fc.property(randomProgram, (program) => {
      const steps = program.steps.slice(0, 6);
      const { graph, inputs, total, margins } = realize({ ...program, steps, second: false }, 'float64');
      fc.pre(margins === 0);
      const simple = simplify({ ...graph, outputs: [total] });
      const blocks = rowBlocks(simple, ({ rows }) => Math.ceil(rows / 3));
      if (blocks === simple) return;
      cut++;
      verify(blocks);
      const wanted = interpret(simple, inputs);
      expect(disagreement(blocks, wanted, runCompiled(blocks, inputs), BOUNDS)).toBeUndefined();
    });
    fc.assert(property, { numRuns: randomPrograms(200), maxSkipsPerRun: 1000 });
    expect(cut).toBeGreaterThan(randomPrograms(200) / 20);
  }, 600_000);
});

describe('where products and sums are rounded once or twice, as the engine likes (relaxed SIMD)', () => {
  const host: Host = { relaxed: true };
  const engines: Engine[] = [
    { name: 'relaxed', host },
    { name: 'relaxed, cut finely', arena: () => new Arena(host, 1, 8) },
  ];

  it.for([
    ['float64', 'of all kinds', 100, randomProgram],
    ['float32', 'of all kinds', 100, randomProgram],
    ['float64', 'of matrix products', 40, matrixProgram],
    ['float32', 'of matrix products', 40, matrixProgram],
    ['float64', 'of rows by indices', 40, tableProgram],
    ['float32', 'of rows by indices', 40, tableProgram],
  ] as const)(
    'random programs equal interpreted ones in %s, %s, and touch no byte that is not theirs',
    { timeout: 1_800_000 },
    ([dtype, , short, programs], context) => {
      context.skip(!canFuse(), 'this engine has no relaxed SIMD (Node has it from version 22 on)');
      holdRandomPrograms(dtype, engines, randomPrograms(short), programs);
    },
  );
});

describe('beyond 2 GB, where addresses are negative to those who take them for signed', () => {
  // Memory that nobody touches costs address space alone.
  const behind = (bytes: number): Arena => {
    const arena = new Arena();
    arena.allocate([bytes / 8], 'float64');
    return arena;
  };

  it.each(['float64', 'float32'] as const)(
    `${randomPrograms(60)} random programs equal interpreted ones in %s`,
    (dtype) => {
      const arena = behind(2 ** 31);
      const engines = [{ name: 'beyond 2 GB', arena: () => arena }];
      holdRandomPrograms(dtype, engines, randomPrograms(60));
      holdRandomPrograms(dtype, engines, randomPrograms(30), tableProgram);
    },
    600_000,
  );

  it('so do some whose arrays lie on both sides', () => {
    const arena = () => behind(2 ** 31 - 8192);
    holdRandomPrograms('float32', [{ name: 'across 2 GB', arena }], 8);
  }, 600_000);
});

it('all ops stand in them, and all extents', () => {
  const seen = new Set<string>();
  const look = ({ nodes }: Pick<Graph, 'nodes'>): void => {
    for (const { op, params, shape } of nodes) {
      seen.add(op);
      for (const extent of shape) seen.add(`${extent}`);
      for (const body of Object.values(params)) if (isGraph(body)) look(body);
    }
  };
  for (const program of fc.sample(randomProgram, { seed: 1, numRuns: 200 }))
    look(realize(program, 'float32').graph);
  // A step gets these when it is differentiated already: half.test.ts and mixed.test.ts try them.
  const storage = ['toHalf', 'fromHalf'];
  for (const op of Object.keys(OPS)) if (!storage.includes(op)) expect(seen).toContain(op);
  for (const extent of [0, 1, 3, 4, 5, 7, 8, 9, 63, 64, 65]) expect(seen).toContain(`${extent}`);
});

const isGraph = (value: Node['params'][string]): value is Graph =>
  typeof value === 'object' && 'nodes' in value;
