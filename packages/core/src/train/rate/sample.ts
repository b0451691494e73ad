import type { Arena } from '../../compile/arena.js';
import { random } from '../../data/random.js';
import { shuffle } from '../../data/shuffle.js';
import { type Dataset, windowOf } from '../dataset.js';

/** Rows at random, copied; all of them where there are no more than `count`. */
export function sampleOf(data: Dataset, count: number, arena: Arena): Dataset {
  if (data.rows <= count) return data;
  const order = shuffle(
    Int32Array.from({ length: data.rows }, (_, i) => i),
    random(0, 'probe rows'),
  );
  const leaves = data.regions.leaves.map((region) => {
    const copy = arena.allocate([count, ...region.shape.slice(1)], region.dtype);
    const into = arena.view(copy);
    const width = into.length / count;
    for (let i = 0; i < count; i++) into.set(arena.view(windowOf(region, order[i]!, 1)), i * width);
    return copy;
  });
  return { rows: count, regions: { ...data.regions, leaves } };
}
