// The first thing a visitor types: trains on data that comes with the project. Arguments replace the default ones.
import { spawn } from 'node:child_process';
import { cli } from './run.mjs';
import { build, install } from './setup.mjs';

for (const step of [install, build]) {
  const { name, status, detail } = await step();
  if (status !== 'failed') continue;
  console.error(`${name} failed: ${detail}`);
  process.exit(1);
}
const args = process.argv.slice(2);
const command = args.length > 0 ? args : ['train', 'examples/data/penguins.json', '--target', 'Species'];
console.error(`\ndownslope ${command.join(' ')}\n`);
const child = spawn(process.execPath, [cli, ...command], { stdio: 'inherit' });
process.removeAllListeners('SIGINT').on('SIGINT', () => {}); // Ctrl-C is the command's to answer.
child.on('exit', (code) => process.exit(code ?? 1));
