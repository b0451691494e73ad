import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { browser } from '../../core/test/browser/chromium.js';

/** The script that looks for what keeps people out. */
export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens a page as from a file, without a network, and hands it over with all that it complained about. */
export async function open(
  html: string,
  { width = 1200, dark = false }: { width?: number; dark?: boolean },
  use: (page: Page, complaints: string[]) => Promise<void>,
): Promise<void> {
  const context = await (await browser()).newContext({
    offline: true,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height: 800 },
  });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // That is about this test, which looks at what is drawn.
      if (!message.text().includes('willReadFrequently')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto('http://report.test/');
    await use(page, complaints);
  } finally {
    await context.close();
  }
}

/** What axe finds wrong, however little. */
export async function violations(page: Page): Promise<string[]> {
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html}`);
}
