// What a stranger gets from npm: both packages are packed, installed in an empty folder and used there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check, npm, root, run, temporaryFolder, tool } from './run.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/** The packages, and what of their builds must be there. */
const folders = {
  'packages/core': ['dist/index.js', 'dist/core.js', 'dist/index.d.ts'],
  'packages/downslope': [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/report/client.js',
    'dist/report/client.css',
  ],
};

/** What pages take of `@downslope/core`, and at most how many bytes that may be, minified and compressed. */
const bundles = [
  { name: 'all of @downslope/core', takes: '*', limit: 195_000 },
  {
    name: 'a page that trains a network',
    takes: '{ adam, crossEntropy, fit, mlp, predictor }',
    limit: 111_000,
  },
];

/** @returns {Promise<Outcome[]>} */
export async function packages() {
  const store = temporaryFolder();
  /** @type {Outcome[]} */
  const outcomes = [];
  /** @type {string[]} */
  const tarballs = [];
  for (const [folder, built] of Object.entries(folders)) {
    const packed = await pack(folder, built, store);
    outcomes.push(packed.outcome);
    if (!packed.tarball) continue;
    tarballs.push(packed.tarball);
    outcomes.push(await check(`publint ${folder}`, [...tool('publint'), 'run', '--strict', packed.tarball]));
  }
  if (tarballs.length === Object.keys(folders).length) outcomes.push(...(await asUser(tarballs)));
  for (const bundle of bundles) outcomes.push(await bundleSize(bundle));
  return outcomes;
}

/**
 * A tarball holds the licence, the README and the build, and no tests.
 * @param {string} folder @param {readonly string[]} built @param {string} store
 */
async function pack(folder, built, store) {
  const name = `npm pack ${folder}`;
  const { code, output } = await run([
    ...npm,
    'pack',
    `./${folder}`,
    '--pack-destination',
    store,
    '--json',
    '--silent',
  ]);
  if (code !== 0) return { outcome: failed(name, output) };
  const [{ filename, files, size }] = JSON.parse(output);
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  const missing = ['LICENSE', 'README.md', 'package.json', ...built].filter((path) => !paths.includes(path));
  const stray = paths.filter((/** @type {string} */ path) => /\.test\.|tsbuildinfo/.test(path));
  if (missing.length > 0) return { outcome: failed(name, `it lacks ${missing.join(', ')}`) };
  if (stray.length > 0) return { outcome: failed(name, `it should not hold ${stray.join(', ')}`) };
  return { outcome: passed(name, `${(size / 1000).toFixed(0)} KB`), tarball: join(store, filename) };
}

const consumer = `
import { array, type NdArray } from '@downslope/core';
import * as downslope from 'downslope';

const matrix: NdArray = downslope.array([[1, 2], [3, 4]]);
if (array(matrix).shape.join() !== '2,2') throw new Error('the packages do not share one core');
`;

/** @param {string[]} tarballs @returns {Promise<Outcome[]>} */
async function asUser(tarballs) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'package.json'), '{ "private": true, "type": "module" }');
  const install = await run([...npm, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], {
    cwd,
  });
  const name = 'install both packages in an empty folder';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED/.test(install.output))
    return [
      { name, status: 'skipped', detail: `no network for their dependencies:\n${install.output.trim()}` },
    ];
  if (install.code !== 0) return [failed(name, install.output)];

  writeFileSync(join(cwd, 'consumer.ts'), consumer);
  const { version } = JSON.parse(readFileSync(join(root, 'packages/downslope/package.json'), 'utf8'));
  const cli = await run([join(cwd, 'node_modules/.bin/downslope'), '--version'], { cwd });
  return [
    passed(name),
    await typeCheck(cwd, 'nodenext', 'nodenext'),
    await typeCheck(cwd, 'esnext', 'bundler'),
    await check('import both packages', [process.execPath, join(cwd, 'consumer.js')], { cwd }),
    cli.output.trim() === version ? passed('downslope --version') : failed('downslope --version', cli.output),
  ];
}

/** Checks the packages' own declarations too; emits consumer.js. @param {string} cwd @param {string} module @param {string} moduleResolution */
function typeCheck(cwd, module, moduleResolution) {
  const project = join(cwd, `tsconfig.${moduleResolution}.json`);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module,
    moduleResolution,
    strict: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  return check(`types under ${moduleResolution}`, [...tool('typescript', 'tsc'), '-p', project], { cwd });
}

/** @param {(typeof bundles)[number]} bundle @returns {Promise<Outcome>} */
async function bundleSize({ name, takes, limit }) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${takes} from './packages/core/dist/index.js';`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const minified = outputFiles[0]?.contents ?? new Uint8Array();
  const size = gzipSync(minified, { level: 9 }).length;
  const detail = `${minified.length} bytes minified, ${size} compressed; at most ${limit}`;
  return size <= limit ? passed(`size of ${name}`, detail) : failed(`size of ${name}`, detail);
}

/** @param {string} name @param {string} [detail] @returns {Outcome} */
const passed = (name, detail) => ({ name, status: 'passed', detail });

/** @param {string} name @param {string} detail @returns {Outcome} */
const failed = (name, detail) => ({ name, status: 'failed', detail: detail.trim() });
