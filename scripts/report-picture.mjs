// Makes docs/report.png, the second picture in the README: the head of the report on the penguins. Needs Chromium.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'downslope-'));
copyFileSync(join(root, 'examples/data/penguins.json'), join(folder, 'penguins.json'));
const args = ['train', 'penguins.json', '--target', 'Species', '--out', 'penguins'];
const command = [join(root, 'packages/downslope/dist/cli/main.js'), ...args];
const run = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
if (run.status !== 0) throw new Error(run.stderr);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 800 }, colorScheme: 'light' });
await page.goto(pathToFileURL(join(folder, 'penguins/report.html')).href);
await page.waitForSelector('.chart canvas');
const chart = await page.locator('.wide').first().boundingBox();
const height = Math.ceil((chart?.y ?? 0) + (chart?.height ?? 0) + 24);
await page.screenshot({
  path: join(root, 'docs/report.png'),
  fullPage: true,
  clip: { x: 0, y: 0, width: 1100, height },
});
await browser.close();
