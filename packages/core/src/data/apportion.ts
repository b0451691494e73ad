/**
 * Shares out `count` whole things: each part its share rounded down, the rest by largest remainder.
 *
 * Every part with a share above 0 gets one at least; where there are fewer than that, the first parts do.
 */
export function apportion(count: number, shares: readonly number[]): number[] {
  const ideal = shares.map((share) => share * count);
  const given = ideal.map((amount, part) => (shares[part]! > 0 ? Math.max(1, Math.floor(amount)) : 0));
  const behind = (part: number) => ideal[part]! - given[part]!;
  const open = [...shares.keys()].filter((part) => shares[part]! > 0);
  let left = count - given.reduce((sum, amount) => sum + amount, 0);
  for (; left > 0; left--)
    given[open.reduce((most, part) => (behind(part) > behind(most) ? part : most))]! += 1;
  for (; left < 0; left++) {
    const spare = open.filter((part) => given[part]! > 1);
    const from = spare.length > 0 ? spare : open.filter((part) => given[part]! > 0).slice(-1);
    given[from.reduce((least, part) => (behind(part) < behind(least) ? part : least))]! -= 1;
  }
  return given;
}
