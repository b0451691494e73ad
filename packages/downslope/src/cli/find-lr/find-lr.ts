import { writeFile } from 'node:fs/promises';
import { readTable } from '../../files/tables.js';
import { misuse } from '../../misuse.js';
import { findTableLr } from '../../native/bound.js';
import { svgOf } from '../minimize/svg.js';
import { drawn } from '../minimize/terminal.js';
import { oneTable } from '../one-table.js';
import { checked, findLrSchema } from '../options.js';
import { outputOn } from '../output.js';
import { tableLines } from '../report/found.js';
import { shownNames } from '../train/options.js';
import { commandFor, foundRateLines, rateScene, searchLines, summaryOf } from './report.js';

/** `downslope find-lr`: from a table to a learning rate, and the command that trains with it. */
export async function findLrCommand(
  tables: readonly string[],
  given: Record<string, unknown>,
): Promise<void> {
  const { sql, svg, json, target, ...options } = checked(findLrSchema, given);
  const source = oneTable('find-lr', tables, sql);
  const { notes = [], ...table } = await readTable(source, { sql, target });
  if (target === undefined)
    throw misuse(`--target is missing: which column is to be predicted? there are ${shownNames(table)}`);
  const out = outputOn(json ? process.stderr : process.stdout);
  out.lines(tableLines({ ...table, notes }, source, out.style));
  const found = await findTableLr(table, { ...options, target });
  const scene = rateScene(found);
  if (svg !== undefined)
    await writeFile(svg, svgOf(scene)).catch(({ message }: Error) => {
      throw misuse(`--svg: ${svg} cannot be written: ${message}`);
    });
  const command = commandFor(found, given, source);
  out.lines(searchLines(found, out.style));
  out.lines(['']);
  out.drawn(drawn(scene, out.width, out.style));
  out.lines(foundRateLines(found, command, out.style));
  if (json) process.stdout.write(`${JSON.stringify(summaryOf(found, command))}\n`);
}
