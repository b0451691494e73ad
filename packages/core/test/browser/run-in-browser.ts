import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browser } from './chromium.js';

const origin = 'http://localhost';

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
  const context = await (await browser()).newContext();
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
