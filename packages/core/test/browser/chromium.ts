import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, it, type TestContext } from 'vitest';

const executables = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** Where Chromium is: what CHROMIUM says, else the first of its usual names on the PATH. */
const executablePath = process.env.CHROMIUM || executables.flatMap(onPath)[0];

/** A test that needs the browser, skipped where there is none. */
export function itInBrowser(
  name: string,
  test: (context: TestContext) => Promise<void>,
  timeout = 60_000,
): void {
  it(name, { timeout }, async (context) => {
    context.skip(
      !executablePath,
      `no Chromium: install one of ${executables.join(', ')} or set CHROMIUM to its path`,
    );
    await test(context);
  });
}

let launched: Promise<Browser> | undefined;
afterAll(async () => (await launched)?.close());

/** The browser that a file's tests share. */
export function browser(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath, args: flags });
  return launched;
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
