import type { Func, Local } from '../func.js';
import type { Plan } from './dot-plan.js';
import { addProduct, type Tile } from './dot-tile.js';
import { loadLanes, loadSplat, storeLanes } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/**
 * A row a times b: some rows of b at a time, each times its element of a, are added to c, which lies in memory. So b is
 * read from its start to its end; with a tile of c in registers, it would be once for each such tile.
 */
export function thinProduct(
  f: Func,
  { lanes, rows, product }: Plan,
  fused: Tile['fused'],
  start: { readonly a: Local; readonly b: Local; readonly c: Local },
): void {
  const { n, k } = product;
  const splats = Array.from({ length: rows }, () => f.local(lanes.vector));
  const [sum, right] = [f.local(lanes.vector), f.local(lanes.vector)];
  const a = { local: copyOf(f, start.a), step: product.a.col * lanes.bytes };
  const b = { local: copyOf(f, start.b), step: product.b.row * lanes.bytes };
  walk(f, spans(k, rows), [a, b], (size) => {
    const factors = splats.slice(0, size);
    factors.forEach((factor, i) => {
      loadSplat(f, lanes, a.local, i * a.step);
      f.set(factor);
    });
    const [from, to] = [copyOf(f, b.local), copyOf(f, start.c)];
    const along = [from, to].map((local) => ({ local, step: lanes.bytes }));
    walk(f, spans(n, lanes.count), along, (width) => {
      factors.forEach((factor, i) => {
        loadLanes(f, lanes, width, from, i * b.step);
        if (i === 0) f.get(factor).op(`${lanes.type}.mul`).set(sum);
        else {
          f.set(right);
          addProduct(f, { lanes, fused }, sum, factor, right);
        }
      });
      loadLanes(f, lanes, width, to, 0);
      f.get(sum).op(`${lanes.type}.add`).set(sum);
      storeLanes(f, lanes, width, to, 0, sum);
    });
  });
}
