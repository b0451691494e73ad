import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, inParallel, isFull, root, tool, userFolder } from './run.mjs';

/**
 * Runs `examples/NN-name.ts` against the built packages. An example does what its reader would see; where that
 * takes minutes it does less unless DOWNSLOPE_FULL is 1.
 */
export function examples() {
  const files = readdirSync(join(root, 'examples')).filter((file) => /^\d\d-.*\.ts$/.test(file));
  const cwd = userFolder();
  return inParallel(files.sort(), (file) =>
    check(`examples/${file}`, [...tool('tsx'), join(root, 'examples', file)], {
      cwd,
      timeout: isFull() ? 1800 : 240,
    }),
  );
}
