// Makes docs/train.svg, the picture in the README: what the demo prints, in colour, as an SVG.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['train', 'penguins.json', '--target', 'Species'];
const folder = mkdtempSync(join(tmpdir(), 'downslope-'));
copyFileSync(join(root, 'examples/data/penguins.json'), join(folder, 'penguins.json'));
const run = spawnSync(process.execPath, [join(root, 'packages/downslope/dist/cli/main.js'), ...args], {
  cwd: folder,
  env: { ...process.env, FORCE_COLOR: '1', COLUMNS: '100' },
  encoding: 'utf8',
});
if (run.status !== 0) throw new Error(run.stderr);

/** @type {Record<number, string>} */
const COLOURS = {
  31: '#f7768e',
  32: '#9ece6a',
  33: '#e0af68',
  34: '#7aa2f7',
  35: '#bb9af7',
  36: '#7dcfff',
  90: '#737aa2',
};
/** @param {string} text */
const markup = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '&#160;');

/** @typedef {{ fill?: string, bold?: boolean, dim?: boolean }} Style */

/**
 * One line with colour codes as SVG text spans.
 * @param {string} line
 */
function spans(line) {
  /** @type {Style} */
  let style = {};
  const [plain = '', ...coloured] = line.split('\u001b[');
  const parts = coloured.map((part) => {
    const end = part.indexOf('m');
    for (const code of part.slice(0, end).split(';')) style = change(style, Number(code));
    return span(part.slice(end + 1), style);
  });
  return [span(plain, {}), ...parts].join('');
}

/**
 * The style after a colour code.
 * @param {Style} style
 * @param {number} code
 * @returns {Style}
 */
function change(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, fill: undefined };
  return { ...style, fill: COLOURS[code] ?? style.fill };
}

/**
 * @param {string} text
 * @param {Style} style
 */
function span(text, { fill, bold, dim }) {
  if (text === '') return '';
  const look = [fill && ` fill="${fill}"`, bold && ' font-weight="bold"', dim && ' opacity="0.65"'];
  return `<tspan${look.filter(Boolean).join('')}>${markup(text)}</tspan>`;
}

const lines = [`$ downslope ${args.join(' ')}`, '', ...run.stdout.trimEnd().split('\n')];
const [size, height, left, top] = [14, 20, 24, 52];
const width =
  2 * left + Math.max(...lines.map((line) => stripVTControlCharacters(line).length)) * size * 0.602;
const rows = lines.map((line, i) => `<text x="${left}" y="${top + i * height}">${spans(line)}</text>`);
writeFileSync(
  join(root, 'docs/train.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${top + lines.length * height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${size}" fill="#c0caf5">
<title>What downslope train prints for the penguins</title>
<rect width="100%" height="100%" rx="10" fill="#1a1b26"/>
<circle cx="22" cy="20" r="6" fill="#f7768e"/><circle cx="42" cy="20" r="6" fill="#e0af68"/><circle cx="62" cy="20" r="6" fill="#9ece6a"/>
${rows.join('\n')}
</svg>
`,
);
