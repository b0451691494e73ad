// The samples in the documents: what is printed there compiles and runs. A ```ts fence is type-checked and run; a
// ```sh fence that begins with `downslope` is run. The samples of one document run in its order in one folder,
// so a later one may use what an earlier one wrote. `no-run` after the language: type-check only.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check, inParallel, root, run, tool, userFolder } from './run.mjs';

/**
 * @typedef {import('./run.mjs').Outcome} Outcome
 * @typedef {{ document: string, line: number, language: 'ts' | 'sh', runs: boolean, code: string }} Sample
 */

/** @returns {Promise<Outcome[]>} */
export async function samples() {
  const documents = listDocuments()
    .map(readSamples)
    .filter((document) => document.length > 0);
  const scripts = documents.flat().filter(({ language }) => language === 'ts');
  const { folder, errors } = await compile(scripts);
  const outcomes = await inParallel(documents, (document) => runInOrder(document, folder, errors));
  return outcomes.flat();
}

function listDocuments() {
  /** @param {string} folder */
  const under = (folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((file) => `${folder}/${file}`);
  const sources = ['packages/core/src', 'packages/downslope/src'].flatMap(under);
  return [
    'README.md',
    'packages/core/README.md',
    'packages/downslope/README.md',
    ...under('docs').filter((file) => file.endsWith('.md')),
    ...sources.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')),
  ].sort();
}

/**
 * The fences of a Markdown file, or of the docstrings of a TypeScript file.
 *
 * @param {string} document
 * @returns {Sample[]}
 */
function readSamples(document) {
  const margin = document.endsWith('.ts') ? /^\s*\* ?/ : /^/;
  const lines = readFileSync(join(root, document), 'utf8').split('\n');
  /** @type {Sample[]} */
  const found = [];
  /** @type {Sample | undefined} */
  let open;
  lines.forEach((text, i) => {
    const line = text.replace(margin, '');
    const [, language, marks] = /^\s*```(ts|sh)?\b\s*(.*)$/.exec(line) ?? [];
    if (open && /^\s*```\s*$/.test(line)) {
      found.push(open);
      open = undefined;
    } else if (open) open.code += `${line}\n`;
    else if (language === 'ts' || language === 'sh')
      open = { document, line: i + 1, language, runs: !marks?.includes('no-run'), code: '' };
  });
  if (open) throw new Error(`${document}:${open.line}: a fence that is never closed`);
  return found.filter(({ language, runs, code }) => language === 'ts' || (runs && beginsWithUs.test(code)));
}

/** Past comments and empty lines. */
const beginsWithUs = /^(#.*\n|\s*\n)*(npx )?downslope /;

/** @param {Sample} sample */
const fileOf = ({ document, line }) => `${document}.${line}.ts`;

/** @param {string} error @param {Sample} sample */
const isAbout = (error, sample) => error.startsWith(`${fileOf(sample)}(`);

/**
 * Writes all scripts below one folder and compiles them in one run. A script is padded with empty lines so that
 * the compiler's line numbers are the document's.
 *
 * @param {readonly Sample[]} scripts
 * @returns {Promise<{ folder: string, errors: string[] }>}
 */
async function compile(scripts) {
  const folder = userFolder();
  for (const sample of scripts) {
    const file = join(folder, fileOf(sample));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '\n'.repeat(sample.line) + sample.code);
  }
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    moduleDetection: 'force',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: scripts.map(fileOf) }),
  );
  const { output } = await run([...tool('typescript', 'tsc'), '--pretty', 'false', '-p', folder], {
    cwd: folder,
  });
  const errors = output.split(/\n(?=\S)/).filter(Boolean); // What explains an error is indented below it.
  const strange = errors.filter((error) => !scripts.some((sample) => isAbout(error, sample)));
  if (strange.length > 0) throw new Error(strange.join('\n'));
  return { folder, errors };
}

/**
 * @param {readonly Sample[]} document
 * @param {string} compiled the folder of the compiled scripts
 * @param {readonly string[]} errors the compiler's
 */
async function runInOrder(document, compiled, errors) {
  const cwd = userFolder();
  const env = { PATH: `${join(cwd, 'bin')}:${process.env.PATH}` };
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const sample of document) {
    const name = `${sample.document}:${sample.line}`;
    const own = errors.filter((error) => isAbout(error, sample));
    const script = join(compiled, fileOf(sample).replace(/\.ts$/, '.js'));
    const command = sample.language === 'ts' ? [process.execPath, script] : ['sh', '-e', '-c', sample.code];
    if (own.length > 0) outcomes.push({ name, status: 'failed', detail: own.join('\n') });
    else if (sample.runs) outcomes.push(await check(name, command, { cwd, env, timeout: 180 }));
    else outcomes.push({ name, status: 'passed' });
  }
  return outcomes;
}
