import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, it } from 'vitest';

const executables = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const origin = 'http://localhost';

/** Where Chromium is: what CHROMIUM says, else the first of its usual names on the PATH. */
const executablePath = process.env.CHROMIUM || executables.flatMap(onPath)[0];

/** A test that needs the browser, skipped where there is none. */
export function itInBrowser(name: string, test: () => Promise<void>, timeout = 60_000): void {
  it(name, { timeout }, async (context) => {
    context.skip(
      !executablePath,
      `no Chromium: install one of ${executables.join(', ')} or set CHROMIUM to its path`,
    );
    await test();
  });
}

/**
 * Runs a module in a page of a real browser, and hands back its default export: a value, or what a function
 * gives (awaited). The module is TypeScript, may import from '@downslope/core', and its result is sent as data,
 * typed arrays included. The page is isolated across origins, so that threads may share memory, unless told otherwise.
 *
 * @throws what the module throws, and when it does not compile
 */
export async function runInBrowser(moduleSource: string, { isolated = true } = {}): Promise<unknown> {
  const headers = isolated ? ISOLATION : {};
  const script = await bundle(moduleSource);
  browser ??= chromium.launch({ executablePath, args: flags });
  const context = await (await browser).newContext();
  try {
    const page = await context.newPage();
    await page.route('**', (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === '/module.js')
        return route.fulfill({ contentType: 'text/javascript', headers, body: script });
      return route.fulfill({ contentType: 'text/html', headers, body: '<!doctype html>' });
    });
    await page.goto(origin);
    return await page.evaluate(
      `import('/module.js').then(({ default: it }) => typeof it === 'function' ? it() : it)`,
    );
  } finally {
    await context.close();
  }
}

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

async function bundle(moduleSource: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: moduleSource, loader: 'ts', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function onPath(name: string): string[] {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.filter((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
