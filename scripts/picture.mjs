// Makes docs/train.svg, the picture in the README: what the demo prints, in colour, as an SVG.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['train', 'penguins.json', '--target', 'Species'];
const run = spawnSync(
  process.execPath,
  [
    join(root, 'packages/downslope/dist/cli/main.js'),
    ...args.with(1, join(root, 'examples/data/penguins.json')),
  ],
  {
    cwd: mkdtempSync(join(tmpdir(), 'downslope-')),
    env: { ...process.env, FORCE_COLOR: '1', COLUMNS: '100' },
    encoding: 'utf8',
  },
);
if (run.status !== 0) throw new Error(run.stderr);

const COLOURS = {
  31: '#f7768e',
  32: '#9ece6a',
  33: '#e0af68',
  34: '#7aa2f7',
  35: '#bb9af7',
  36: '#7dcfff',
  90: '#737aa2',
};
const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

/** One line with colour codes as SVG text spans. */
function spans(line) {
  let style = {};
  return line
    .split(/(\u001b\[[\d;]*m)/)
    .map((part) => {
      const code = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
      if (code === undefined) {
        const look = [
          style.fill && `fill="${style.fill}"`,
          style.bold && 'font-weight="bold"',
          style.dim && 'opacity="0.65"',
        ].filter(Boolean);
        return part && `<tspan ${look.join(' ')}>${escape(part)}</tspan>`;
      }
      for (const n of code.split(';').map(Number)) {
        if (n === 0) style = {};
        else if (n === 1) style = { ...style, bold: true };
        else if (n === 2) style = { ...style, dim: true };
        else if (n === 22) style = { ...style, bold: false, dim: false };
        else if (n === 39) style = { ...style, fill: undefined };
        else if (COLOURS[n]) style = { ...style, fill: COLOURS[n] };
      }
      return '';
    })
    .join('');
}

const lines = [`$ downslope ${args.join(' ')}`, '', ...run.stdout.trimEnd().split('\n')];
const [size, height, left, top] = [14, 20, 24, 52];
const width =
  2 * left + Math.max(...lines.map((line) => line.replace(/\u001b\[[\d;]*m/g, '').length)) * size * 0.602;
const rows = lines.map((line, i) => `<text x="${left}" y="${top + i * height}">${spans(line)}</text>`);
writeFileSync(
  join(root, 'docs/train.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${top + lines.length * height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${size}" fill="#c0caf5" xml:space="preserve">
<rect width="100%" height="100%" rx="10" fill="#1a1b26"/>
<circle cx="22" cy="20" r="6" fill="#f7768e"/><circle cx="42" cy="20" r="6" fill="#e0af68"/><circle cx="62" cy="20" r="6" fill="#9ece6a"/>
${rows.join('\n')}
</svg>
`,
);
