import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

/** What each folder of a package, and each file beside its folders, may import from. Lowest first. */
const layers: Record<string, Record<string, readonly string[]>> = {
  core: {
    tensor: [],
    data: ['tensor'],
    compile: ['tensor'],
    autodiff: ['tensor', 'compile'],
    optim: ['tensor', 'data', 'autodiff'],
    nn: ['tensor', 'data'],
    onnx: ['tensor', 'data', 'compile', 'nn'],
    problems: ['tensor', 'data'],
    minimize: ['tensor', 'data', 'autodiff', 'optim', 'compile'],
    train: ['tensor', 'data', 'autodiff', 'optim', 'nn', 'onnx', 'compile', 'minimize'],
    doctor: ['tensor', 'data', 'autodiff', 'optim', 'nn', 'compile', 'minimize', 'train'],
    index: [
      'tensor',
      'data',
      'autodiff',
      'optim',
      'nn',
      'onnx',
      'problems',
      'compile',
      'minimize',
      'train',
      'doctor',
    ],
  },
  downslope: {
    misuse: [],
    format: [],
    version: [],
    files: ['misuse'],
    native: ['misuse'],
    expression: ['misuse'],
    report: ['misuse', 'format', 'version', 'files'],
    index: ['misuse', 'files', 'native', 'expression', 'report'],
    cli: ['misuse', 'format', 'version', 'files', 'native', 'expression', 'report', 'index'],
  },
};

describe.each(Object.entries(layers))('packages/%s/src', (name, allowed) => {
  const folder = join(packages, name, 'src');
  const imports = sourceFiles(folder).flatMap((file) =>
    importsOf(readFileSync(join(folder, file), 'utf8')).map((specifier) => ({ file, specifier })),
  );

  it('has a place among the layers for every folder and file', () => {
    const found = new Set(sourceFiles(folder).map(layerOf));
    expect(Object.keys(allowed)).toEqual(expect.arrayContaining([...found]));
  });

  it('depends downwards only', () => {
    const upwards = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ file, specifier }) => ({
        file,
        from: layerOf(file),
        to: normalize(join(dirname(file), specifier)),
      }))
      .filter(({ from, to }) => from !== layerOf(to) && !allowed[from]?.includes(layerOf(to)));
    expect(upwards).toEqual([]);
  });

  it('imports only what package.json declares', () => {
    const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
    const installed = [...Object.keys(manifest.dependencies ?? {}), ...(name === 'core' ? [] : ['node:'])];
    // The script of the report is bundled: what it needs comes with it.
    const bundled = Object.keys(manifest.devDependencies ?? {});
    const declaredFor = (file: string) => (file.startsWith('report/client/') ? bundled : installed);
    const others = imports.filter(
      ({ file, specifier }) =>
        !specifier.startsWith('.') && !declaredFor(file).some((known) => specifier.startsWith(known)),
    );
    expect(others).toEqual([]);
  });
});

it('core has no dependency at all', () => {
  const manifest = JSON.parse(readFileSync(join(packages, 'core/package.json'), 'utf8'));
  expect({ ...manifest.dependencies, ...manifest.peerDependencies }).toEqual({});
});

it('the imports of a file are found in all their forms', () => {
  const text = `
import { a } from './a.js';
import type { B } from "../b.js";
import {
  c,
  d,
} from './c.js';
import './e.js';
export * from './f.js';
export { type G, g } from './g.js';
const h = await import('./h.js');
type I = import('./i.js').I;
/** An example in a docstring is not an import:
 * import { array } from '@downslope/core';
 */
const from = 'nowhere';
`;
  expect(importsOf(text)).toEqual([
    './a.js',
    '../b.js',
    './c.js',
    './e.js',
    './f.js',
    './g.js',
    './h.js',
    './i.js',
  ]);
});

function sourceFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|(^|[\\/])testing[\\/]/.test(file));
}

function importsOf(text: string): string[] {
  const statement = /^(?:import|export)\s(?:[^'";=]*?\sfrom\s)?\s*(['"])(.+?)\1/gm;
  const call = /^(?!\s*(?:\*|\/\/)).*?\bimport\((['"])(.+?)\1\)/gm;
  return [...text.matchAll(statement), ...text.matchAll(call)].map((match) => match[2] ?? '');
}

/** The first part of a path: `tensor/ops/dot.ts` is of `tensor`, `index.js` of `index`. */
const layerOf = (file: string): string => file.split(/[\\/.]/, 1)[0] ?? '';
