import { describe, expect, it } from 'vitest';
import { itInBrowser } from '../../core/test/browser/chromium.js';
import { axe, open, violations } from './open-page.js';
import { HOSTILE, hostileTable, pageOf } from './report-page.js';

const { table, target, quantity } = hostileTable();
const training = { hidden: [8], epochs: 12, patience: 0 } as const;
const pages = {
  classes: pageOf(
    table,
    { target, ...training },
    { findings: [HOSTILE[1]!], command: ['downslope', HOSTILE[2]!] },
  ),
  quantity: pageOf(table, { target: quantity, model: 'linear' }),
};

/** Markup without what stands in its attributes, where anything may stand. */
const withoutValues = (markup: string): string => markup.replace(/"[^"]*"/g, '""');

/** Whether something is drawn on a canvas, in more colours than one. */
const drawn = (canvas: HTMLCanvasElement): number => {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set<number>();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3]! > 200) colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
  return colours.size;
};

describe('the report', () => {
  it('names nothing that is loaded, and lets nothing run but its own script', async () => {
    const html = await pages.classes;
    const markup = html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '').replace(/<body.*/s, withoutValues);
    expect(markup.length).toBeGreaterThan(10_000);
    expect(html.match(/\s(src|href)="(?!#|data:,).*?"/g)).toBeNull();
    expect(markup.match(/<[^>]+\s(on\w+|style|src)=/g)).toBeNull();
    expect(markup).toMatch(/script-src &#39;sha256-[\w+/]+=*&#39;; style-src &#39;sha256-/);
    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(HOSTILE.filter((text) => html.includes(text))).toEqual([]);
    expect(html.length).toBeLessThan(300_000);
  });

  it.each(['classes', 'quantity'] as const)('has the numbers behind each picture: %s', async (kind) => {
    const html = await pages[kind];
    const pictures = html.match(/<figure class="card">.*?<\/figure>/gs)!;
    expect(pictures.length).toBeGreaterThan(4);
    for (const picture of pictures) expect(picture).toMatch(/<table/);
  });

  for (const [kind, html] of Object.entries(pages))
    itInBrowser(`opens without a network and a word, and is drawn, in light and dark: ${kind}`, async () => {
      await open(await html, {}, async (page, complaints) => {
        await page.evaluate(axe);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const charts = page.locator('.chart canvas:visible');
          expect(await charts.count()).toBeGreaterThan(0);
          for (const canvas of await charts.all()) expect(await canvas.evaluate(drawn)).toBeGreaterThan(2);
          for (const svg of await page.locator('figure svg:visible').all())
            expect((await svg.boundingBox())!.height).toBeGreaterThan(5);
          expect(await violations(page)).toEqual([]);
        }
        expect(complaints).toEqual([]);
      });
    });

  itInBrowser('is read by keys: values, zoom, and back', async () => {
    await open(await pages.classes, {}, async (page, complaints) => {
      const chart = page.locator('.chart:visible').first();
      await chart.locator('.canvas').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const spoken = chart.locator('[aria-live]');
      expect(await spoken.textContent()).toMatch(/^epoch 3: training [\d.]+, validation [\d.]+$/);
      const before = await chart.locator('canvas').screenshot();
      await page.keyboard.press('+');
      expect((await chart.locator('canvas').screenshot()).equals(before)).toBe(false);
      await page.keyboard.press('End');
      await page.keyboard.press('0');
      expect(await spoken.textContent()).toMatch(/^epoch 12: /);
      expect(complaints).toEqual([]);
    });
  });

  itInBrowser(
    'shows the other model, smooth lines, a linear axis, and the dark colours when asked',
    async () => {
      await open(await pages.classes, {}, async (page, complaints) => {
        const chart = () => page.locator('.chart:visible').first();
        const picture = () => chart().locator('canvas').screenshot();
        const seen = [await picture()];
        const changes: (() => Promise<unknown>)[] = [
          () => page.locator('input[name=model][value="1"]').check({ force: true }),
          () => chart().locator('input[type=checkbox]').uncheck(),
          () => chart().locator('input[type=range]').fill('0.9'),
          () => page.locator('input[name=theme][value=dark]').check({ force: true }),
        ];
        for (const change of changes) {
          await change();
          const now = await picture();
          expect(seen.some((before) => before.equals(now))).toBe(false);
          seen.push(now);
        }
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(ground).toBe('rgb(15, 19, 23)');
        expect(complaints).toEqual([]);
      });
    },
  );

  itInBrowser('tells the row under the pointer', async () => {
    await open(await pages.quantity, {}, async (page) => {
      const svg = page.locator('.trio svg').first();
      await svg.scrollIntoViewIfNeeded();
      const at = (await page.evaluate(
        `(() => { const svg = document.querySelector('.trio svg'); const { at } = JSON.parse(svg.parentElement.querySelector('.points').textContent);
          const { x, y } = new DOMPoint(...at[0]).matrixTransform(svg.getScreenCTM()); return [x, y]; })()`,
      )) as [number, number];
      await page.mouse.move(...at);
      expect(await page.locator('.tip:visible').textContent()).toMatch(/^row \d+: actual .+, predicted /);
    });
  });

  itInBrowser('fits a narrow window and a sheet of paper', async () => {
    const width = 'document.documentElement.scrollWidth';
    await open(await pages.quantity, { width: 360 }, async (page, complaints) => {
      expect(await page.evaluate(width)).toBeLessThanOrEqual(360);
      expect(complaints).toEqual([]);
    });
    await open(await pages.classes, { dark: true }, async (page, complaints) => {
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      expect(pdf.length).toBeGreaterThan(20_000);
      expect(complaints).toEqual([]);
    });
  });
});
