import { readFileSync } from 'node:fs';

/** What a page is drawn and steered by. */
export interface Assets {
  readonly style: string;
  readonly script: string;
}

/** The page's script and style, each one file, as the build bundles them of `report/client`. */
export function bundledAssets(): Assets {
  const read = (name: string) =>
    readFileSync(new URL(`../../../dist/report/${name}`, import.meta.url), 'utf8');
  return { style: read('client.css').trim(), script: read('client.js').trim() };
}
